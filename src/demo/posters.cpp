#include "demo/posters.h"

#include <array>
#include <cmath>

#include "demo/cards.h"
#include "demo/draw/noise.h"

namespace matinee::demo {
namespace {

float luma(const Rgb& colour) {
  return 0.2126F * colour.r + 0.7152F * colour.g + 0.0722F * colour.b;
}

// What reads on a ground.
Rgb legible(Rgb ink, Rgb ground) {
  if (std::fabs(luma(ink) - luma(ground)) > 0.35F) return ink;
  return luma(ground) > 0.5F ? hex(0x16141A) : hex(0xFBF6EA);
}

std::string upper_list(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

// The tall thin lines at the foot, as every poster has them.
void write_billing(Picture& picture, const FilmSpec& spec, Rgb ink, float foot) {
  const float u = picture.h() / 720;
  const float width = picture.w() * 0.84F;
  std::vector<std::string> lines;
  std::string cast;
  for (const auto& person : spec.facts.cast)
    cast += (cast.empty() ? "" : "  \u00B7  ") + person.name;
  lines.push_back(spec.facts.studio + " presents   \"" + spec.title + "\"   " + cast);
  lines.push_back("written by " + upper_list(spec.facts.writers, " & ") + "   directed by " +
                  upper_list(spec.facts.directors, " & "));
  float y = foot - 13 * u * static_cast<float>(lines.size() - 1);
  for (const auto& line : lines) {
    const float size = size_to_fit(line, hands::kBilling, width, 8.5F * u);
    write(picture, line, hands::kBilling, size, picture.w() / 2, y, Paint::flat(ink, 0.78F));
    y += 13 * u;
  }
}

void write_tagline(Picture& picture, const FilmSpec& spec, Rgb ink, float y, float alpha) {
  const float u = picture.h() / 720;
  const float size =
      size_to_fit(spec.facts.tagline, hands::kCredits, picture.w() * 0.84F, 9.5F * u);
  write(picture, spec.facts.tagline, hands::kCredits, size, picture.w() / 2, y,
        Paint::flat(ink, alpha));
}

Picture scene_picture(const FilmSpec& spec, int width, int height, float moment) {
  Picture picture(width, height);
  const auto duration = static_cast<float>(spec.duration_s);
  make_scene(spec.scene)->draw(picture, {moment * duration, duration});
  return picture;
}

void shade(Picture& picture, float from, float to, Rgb colour, float strength) {
  Shape area;
  area.add_rect(0, std::min(from, to), picture.w(), std::max(from, to));
  picture.fill(area, {.from = colour,
                      .to = colour,
                      .alpha_from = from < to ? 0 : strength,
                      .alpha_to = from < to ? strength : 0,
                      .centre = {0, std::min(from, to)},
                      .reach = std::fabs(to - from)});
}

// The scene from edge to edge, the title over it.
Picture key_art(const FilmSpec& spec, int width, int height) {
  Picture picture = scene_picture(spec, width, height, spec.look.moment);
  const Look& look = spec.look;
  const float h = picture.h();
  const bool dark_ink = luma(look.ink) < 0.45F;
  const Rgb veil = dark_ink ? hex(0xFFF8EC) : hex(0x030308);
  shade(picture, h * 0.6F, h, veil, look.title_high ? 0.72F : 0.88F);
  if (look.title_high) shade(picture, h * 0.4F, 0, veil, 0.6F);
  const float middle = look.title_high ? h * 0.16F : h * 0.8F;
  const float u = h / 720;
  const float w = picture.w();
  write_title(picture, look, w / 2 + 2 * u, middle + 2.4F * u, w * 0.86F, h * 0.17F,
              Paint::flat(dark_ink ? Rgb{1, 1, 1} : Rgb{0, 0, 0}, 0.4F));
  const float high =
      write_title(picture, look, w / 2, middle, w * 0.86F, h * 0.17F, Paint::flat(look.ink));
  write_tagline(picture, spec, look.ink,
                look.title_high ? middle + high / 2 + 26 * u : middle - high / 2 - 17 * u, 0.95F);
  write_billing(picture, spec, look.ink, h * 0.955F);
  Grade grade = spec.grade;
  grade.aspect = 0;
  finish(picture, grade, 1);
  return picture;
}

// Paper with a window onto the scene: a disc, an arch, strips or a tilted square.
Picture window_art(const FilmSpec& spec, int width, int height, int form) {
  const Look& look = spec.look;
  Picture scene =
      scene_picture(spec, width, height,
                    std::fmod(look.moment + 0.22F + 0.09F * static_cast<float>(form), 0.94F));
  Grade plain = spec.grade;
  plain.vignette = 0.1F;
  plain.aspect = 0;
  finish(scene, plain, 2);
  Picture picture(width, height);
  picture.clear(look.ground);
  const float w = picture.w();
  const float h = picture.h();
  const float u = h / 720;
  Shape window;
  Shape frame;
  if (form == 0) {
    window.add_disc(w / 2, h * 0.41F, w * 0.41F);
    std::vector<Point> ring;
    append_arc(ring, {w / 2, h * 0.41F}, w * 0.435F, w * 0.435F, 0, kTurn, 90);
    frame.add_stroke(ring, 2 * u);
  } else if (form == 1) {
    std::vector<Point> arch;
    append_arc(arch, {w / 2, h * 0.36F}, w * 0.36F, w * 0.36F, kPi, kTurn, 40);
    arch.push_back({w * 0.86F, h * 0.69F});
    arch.push_back({w * 0.14F, h * 0.69F});
    window.add_polygon(arch);
    for (Point& point : arch)
      point = Point{w / 2, h * 0.45F} + (point - Point{w / 2, h * 0.45F}) * 1.045F;
    frame.add_stroke(arch, 2 * u, true);
  } else if (form == 2) {
    for (int i = 0; i < 7; ++i) {
      const float left = w * (0.08F + 0.122F * static_cast<float>(i));
      const float lift =
          h * 0.05F * std::sin(static_cast<float>(i) * 1.3F + static_cast<float>(spec.scene.seed));
      window.add_rect(left, h * 0.1F + lift, left + w * 0.106F, h * 0.67F + lift);
    }
  } else {
    std::array<Point, 4> square{Point{-1, -1}, Point{1, -1}, Point{1, 1}, Point{-1, 1}};
    for (Point& corner : square)
      corner = Point{w / 2, h * 0.4F} + turned(corner * (w * 0.335F), 0.2F);
    window.add_polygon(square);
    for (Point& corner : square)
      corner = Point{w / 2, h * 0.4F} + (corner - Point{w / 2, h * 0.4F}) * 1.07F;
    frame.add_stroke(square, 2 * u, true);
  }
  picture.fill_with(window, scene);
  const Rgb ink = legible(look.ink, look.ground);
  if (!frame.empty()) picture.fill(frame, Paint::flat(look.accent));
  const float high =
      write_title(picture, look, w / 2, h * 0.79F, w * 0.84F, h * 0.14F, Paint::flat(ink));
  write_tagline(picture, spec, legible(look.accent, look.ground), h * 0.79F + high / 2 + 28 * u,
                0.95F);
  write_billing(picture, spec, ink, h * 0.955F);
  Grade paper;
  paper.bloom = 0;
  paper.vignette = 0.14F;
  paper.grain = 0.022F;
  finish(picture, paper, 3);
  return picture;
}

// Two inks: the scene as a print, the title huge across it.
Picture print_art(const FilmSpec& spec, int width, int height) {
  const Look& look = spec.look;
  Picture picture = scene_picture(spec, width, height, std::fmod(look.moment + 0.55F, 1.0F));
  Grade hard = spec.grade;
  hard.contrast = 1.25F;
  hard.aspect = 0;
  finish(picture, hard, 4);
  const bool light_ground = luma(look.ground) > 0.5F;
  const Rgb dark = light_ground ? look.accent * 0.28F : look.ground * 0.6F;
  const Rgb light = light_ground ? look.ground : mix(look.accent, hex(0xFFF4E0), 0.25F);
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  float* planes[3] = {picture.plane(0), picture.plane(1), picture.plane(2)};
  for (std::size_t i = 0; i < size; ++i) {
    const float tone = smooth(0.02F, 0.92F, luma({planes[0][i], planes[1][i], planes[2][i]}));
    const Rgb colour =
        tone < 0.5F ? mix(dark, look.accent, tone * 2) : mix(look.accent, light, tone * 2 - 1);
    planes[0][i] = colour.r;
    planes[1][i] = colour.g;
    planes[2][i] = colour.b;
  }
  const float w = picture.w();
  const float h = picture.h();
  Shape band;
  const float top = look.title_high ? h * 0.7F : h * 0.07F;
  band.add_rect(0, top, w, top + h * 0.2F);
  picture.fill(band, Paint::flat(dark, 0.9F));
  write_title(picture, look, w / 2, top + h * 0.1F, w * 0.9F, h * 0.135F,
              Paint::flat(legible(light, dark)));
  shade(picture, h * 0.84F, h, dark, 0.92F);
  write_tagline(picture, spec, legible(light, dark), h * 0.915F, 0.95F);
  write_billing(picture, spec, legible(light, dark), h * 0.962F);
  Grade paper;
  paper.bloom = 0;
  paper.vignette = 0.1F;
  paper.grain = 0.035F;
  finish(picture, paper, 5);
  return picture;
}

}  // namespace

Picture draw_poster(const FilmSpec& spec, int which, int width, int height) {
  if (which == 0) return key_art(spec, width, height);
  const int design = which == 1 ? spec.look.second : spec.look.third;
  return design == 4 ? print_art(spec, width, height) : window_art(spec, width, height, design);
}

Picture draw_backdrop(const FilmSpec& spec, int width, int height) {
  Picture picture = scene_picture(spec, width, height, std::fmod(spec.look.moment + 0.13F, 0.92F));
  Grade grade = spec.grade;
  grade.aspect = 0;
  finish(picture, grade, 6);
  return picture;
}

}  // namespace matinee::demo
