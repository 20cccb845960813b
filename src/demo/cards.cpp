#include "demo/cards.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "demo/draw/noise.h"

namespace matinee::demo {
namespace {

constexpr float kTitleFrom = 1.2F;
constexpr float kTitleTo = 5.6F;
constexpr float kLeading = 1.5F;  // from line to line, in heights of a capital

struct CreditLine {
  std::string small;  // what they did
  std::string large;  // who
};

std::vector<CreditLine> credits_of(const FilmSpec& spec) {
  std::vector<CreditLine> lines;
  for (const auto& name : spec.facts.directors) lines.push_back({"Directed by", name});
  for (const auto& name : spec.facts.writers) lines.push_back({"Written by", name});
  for (const auto& person : spec.facts.cast) lines.push_back({person.role, person.name});
  lines.push_back({"Drawn and scored by", "a few thousand lines of C++"});
  lines.push_back({"No jellyfish was harmed.", spec.facts.studio});
  return lines;
}

void darken(Picture& picture, float share) {
  if (share <= 0) return;
  Shape all;
  all.add_rect(-1, -1, picture.w() + 1, picture.h() + 1);
  picture.fill(all, Paint::flat(hex(0x040408), share));
}

bool is_dark(Rgb ink) { return ink.r + ink.g + ink.b < 1.2F; }

// Makes room for letters on a ground that is busy or as bright as they are.
void dim_behind(Picture& picture, Rgb ink, float middle, float share) {
  Shape all;
  all.add_rect(-1, -1, picture.w() + 1, picture.h() + 1);
  const Rgb veil = is_dark(ink) ? hex(0xFFFAF0) : hex(0x05050C);
  picture.fill(all, {.from = veil,
                     .to = veil,
                     .alpha_from = 0.6F * share,
                     .alpha_to = 0.1F * share,
                     .radial = true,
                     .centre = {picture.w() / 2, middle},
                     .reach = picture.w() * 0.52F});
}

void draw_title(Picture& picture, const FilmSpec& spec, float from, float to, float second) {
  const float shown = pulse(from, to, 0.9F, second);
  if (shown <= 0.004F) return;
  const float s = picture.scale();
  const float drift = (second - from) / (to - from);
  Look look = spec.look;
  look.hand.tracking += 0.05F * drift;  // letters part slowly, as they do in cinemas
  const float width = picture.w() * (0.66F + 0.02F * drift);
  const float middle = picture.h() * 0.42F;
  dim_behind(picture, look.ink, middle, shown);
  const Paint shadow = Paint::flat(is_dark(look.ink) ? Rgb{1, 1, 1} : Rgb{0, 0, 0}, 0.4F * shown);
  write_title(picture, look, picture.w() / 2 + 1.6F * s, middle + 1.8F * s, width,
              picture.h() * 0.3F, shadow);
  const float high = write_title(picture, look, picture.w() / 2, middle, width, picture.h() * 0.3F,
                                 Paint::flat(look.ink, shown));
  const std::string by = spec.facts.directors.empty() ? spec.facts.studio
                                                      : "A film by " + spec.facts.directors.front();
  const float size = 7.2F * s;
  const float below = middle + high / 2 + 25 * s;
  write(picture, by, hands::kCredits, size, picture.w() / 2 + s, below + s, shadow);
  write(picture, by, hands::kCredits, size, picture.w() / 2, below,
        Paint::flat(look.ink, shown * 0.92F));
}

// Short films have their credits on one card, long ones let them roll.
void draw_credits(Picture& picture, const FilmSpec& spec, float second) {
  const float from = static_cast<float>(spec.duration_s - spec.credits_s);
  if (spec.credits_s == 0 || second < from) return;
  const float s = picture.scale();
  const float into = second - from;
  darken(picture, 0.8F * smooth(0, 1, into));
  const auto lines = credits_of(spec);
  const Rgb ink = is_dark(spec.look.ink) ? hex(0xFBF4E6) : spec.look.ink;
  const bool rolls = spec.credits_s > 8;
  const float pitch =
      rolls ? 46 * s : std::min(44 * s, picture.h() * 0.8F / static_cast<float>(lines.size()));
  const float all = pitch * static_cast<float>(lines.size());
  const float way = picture.h() + all;
  const float first = rolls
                          ? picture.h() - way * (into / static_cast<float>(spec.credits_s)) + pitch
                          : (picture.h() - all) / 2 + pitch * 0.55F;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float y = first + pitch * static_cast<float>(i);
    if (y < -pitch || y > picture.h() + pitch) continue;
    const float edge = pulse(0, picture.h(), picture.h() * 0.14F, y);
    const float shown = rolls ? edge
                              : smooth(0.3F + 0.16F * static_cast<float>(i),
                                       1.1F + 0.16F * static_cast<float>(i), into);
    const float size = std::min(10 * s, pitch * 0.3F);
    write(picture, lines[i].small, hands::kCredits, size * 0.56F, picture.w() / 2, y - size * 1.5F,
          Paint::flat(ink, 0.62F * shown));
    write(picture, lines[i].large, hands::kCredits, size, picture.w() / 2, y,
          Paint::flat(ink, shown));
  }
}

// A hotel's board of keys, and one that is missing: the titles of the series.
void draw_intro(Picture& picture, const FilmSpec& spec, float second) {
  const auto from = static_cast<float>(kIntroFrom);
  const auto to = static_cast<float>(kIntroTo);
  const float shown = pulse(from, to, 0.5F, second);
  if (shown <= 0) return;
  const float s = picture.scale();
  const float into = second - from;
  darken(picture, shown);
  const float zoom = 1.25F - 0.2F * ease_out(into / 7);
  const float cell = 66 * s * zoom;
  const Point middle{picture.w() / 2 - into * 5 * s, picture.h() / 2};
  Shape holes;
  Shape brass;
  Shape tags;
  for (int row = -3; row <= 3; ++row) {
    for (int column = -7; column <= 8; ++column) {
      const Point at =
          middle + Point{static_cast<float>(column) * cell, static_cast<float>(row) * cell};
      holes.add_round_rect(at.x - cell * 0.44F, at.y - cell * 0.42F, at.x + cell * 0.44F,
                           at.y + cell * 0.42F, 5 * s);
      const auto n = static_cast<std::uint32_t>((row + 9) * 40 + column + 9);
      if (chance(n, 3) < 0.2F) continue;
      const float swing = 0.16F *
                          std::sin(second * (1.6F + chance(n, 4)) + static_cast<float>(column)) *
                          (1 - 0.6F * into / 9);
      const auto put = [&](float x, float y) {
        return at + Point{0, -cell * 0.28F} + turned({x * cell, y * cell}, swing);
      };
      std::vector<Point> bow;
      append_arc(bow, put(0, 0.09F), cell * 0.09F, cell * 0.09F, 0, kTurn, 18);
      brass.add_stroke(bow, cell * 0.036F, true);
      brass.add_line(put(0, 0.17F), put(0, 0.46F), cell * 0.04F);
      brass.add_line(put(0, 0.44F), put(0.1F, 0.44F), cell * 0.045F);
      brass.add_line(put(0, 0.37F), put(0.075F, 0.37F), cell * 0.035F);
      const Point tag = put(-0.13F, 0.32F);
      tags.add_ellipse(tag.x, tag.y, cell * 0.075F, cell * 0.11F, swing);
    }
  }
  picture.fill(holes, Paint::down(hex(0x2A1810), hex(0x120A08), 0, picture.h()));
  picture.fill(brass, Paint::flat(hex(0xD8A850), shown));
  picture.fill(tags, Paint::flat(hex(0xA8323A), 0.9F * shown));
  picture.glow(picture.w() * (0.2F + 0.07F * into), picture.h() * 0.3F, picture.h() * 0.8F, 1.2F,
               hex(0xFFC878), 0.2F * shown);
  const float title = pulse(from + 2, to - 0.2F, 0.7F, second);
  darken(picture, 0.62F * title);
  Look look = spec.look;
  look.hand.tracking += 0.012F * into;
  write_title(picture, look, picture.w() / 2, picture.h() * 0.46F, picture.w() * 0.7F,
              picture.h() * 0.36F, Paint::flat(look.ink, title));
  const std::string number =
      spec.episode ? fmt::format("{}. {}", spec.episode->episode, spec.title) : spec.title;
  write(picture, number, hands::kCredits, 9 * s, picture.w() / 2, picture.h() * 0.76F,
        Paint::flat(look.accent, pulse(from + 3, to - 0.2F, 0.7F, second)));
}

}  // namespace

float write_title(Picture& picture, const Look& look, float x, float middle, float width,
                  float height, const Paint& paint) {
  const auto count = static_cast<float>(look.lines.size());
  float size = height / (1 + kLeading * (count - 1));
  for (const auto& line : look.lines) size = size_to_fit(line, look.hand, width, size);
  const float high = size * (1 + kLeading * (count - 1));
  float baseline = middle - high / 2 + size;
  Shape shape;
  for (const auto& line : look.lines) {
    add_line(shape, line, look.hand, size, x, baseline);
    baseline += size * kLeading;
  }
  picture.fill(shape, paint);
  return high;
}

void draw_cards(Picture& picture, const FilmSpec& spec, float second) {
  if (spec.episode) {
    draw_intro(picture, spec, second);
  } else {
    draw_title(picture, spec, kTitleFrom,
               std::min(kTitleTo, static_cast<float>(spec.duration_s) * 0.3F), second);
  }
  draw_credits(picture, spec, second);
}

}  // namespace matinee::demo
