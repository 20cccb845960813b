#include "demo/draw/lettering.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

namespace matinee::demo {
namespace {

/// A letter's skeleton: capitals are 100 high, 0 at the top. Strokes begin with M; L goes straight;
/// A cx cy rx ry from to (degrees, 0 right, 90 down) goes along an ellipse, first to its beginning.
struct Letter {
  char32_t code;
  float width;
  const char* strokes;
};

constexpr Letter kLetters[] = {
    {U' ', 30, ""},
    {U'A', 78, "M 0 100 L 39 0 L 78 100 M 14 66 L 64 66"},
    {U'B', 56,
     "M 0 100 L 0 0 L 28 0 A 28 24 22 24 -90 90 L 0 48 M 28 48 A 29 74 27 26 -90 90 L 0 100"},
    {U'C', 80, "M 79 19 A 46 50 46 50 -42 -318"},
    {U'D', 74, "M 0 100 L 0 0 L 26 0 A 26 50 48 50 -90 90 L 0 100 L 0 96"},
    {U'E', 48, "M 48 0 L 0 0 L 0 100 L 48 100 M 0 48 L 41 48"},
    {U'F', 45, "M 45 0 L 0 0 L 0 100 M 0 50 L 38 50"},
    {U'G', 88, "M 79 19 A 46 50 46 50 -44 -330 L 88 56 L 54 56"},
    {U'H', 66, "M 0 0 L 0 100 M 66 0 L 66 100 M 0 48 L 66 48"},
    {U'I', 0, "M 0 0 L 0 100"},
    {U'J', 40, "M 40 0 L 40 72 A 20 72 20 28 0 160"},
    {U'K', 60, "M 0 0 L 0 100 M 56 0 L 0 60 M 21 40 L 60 100"},
    {U'L', 46, "M 0 0 L 0 100 L 46 100"},
    {U'M', 88, "M 0 100 L 8 0 L 44 80 L 80 0 L 88 100"},
    {U'N', 70, "M 0 100 L 0 0 L 70 100 L 70 0"},
    {U'O', 98, "M 98 50 A 49 50 49 50 0 360"},
    {U'P', 54, "M 0 100 L 0 0 L 27 0 A 27 27 27 27 -90 90 L 0 54"},
    {U'Q', 98, "M 98 50 A 49 50 49 50 0 360 M 58 68 L 92 106"},
    {U'R', 56, "M 0 100 L 0 0 L 27 0 A 27 27 27 27 -90 90 L 0 54 M 26 54 L 56 100"},
    {U'S', 54, "M 47 12 A 27 25 23 25 -34 -270 A 27 75 27 25 -90 148"},
    {U'T', 60, "M 0 0 L 60 0 M 30 0 L 30 100"},
    {U'U', 66, "M 0 0 L 0 66 A 33 66 33 34 180 0 L 66 0"},
    {U'V', 76, "M 0 0 L 38 100 L 76 0"},
    {U'W', 108, "M 0 0 L 27 100 L 54 6 L 81 100 L 108 0"},
    {U'X', 64, "M 3 0 L 64 100 M 61 0 L 0 100"},
    {U'Y', 64, "M 0 0 L 32 50 L 64 0 M 32 50 L 32 100"},
    {U'Z', 62, "M 3 0 L 59 0 L 0 100 L 62 100"},
    {U'0', 62, "M 62 50 A 31 50 31 50 0 360"},
    {U'1', 22, "M 0 20 L 22 0 L 22 100"},
    {U'2', 58, "M 1 27 A 29 28 28 28 -170 32 L 0 100 L 58 100"},
    {U'3', 54, "M 3 14 A 26 25 23 25 -150 90 M 26 50 A 26 75 28 25 -90 152"},
    {U'4', 62, "M 46 100 L 46 0 L 0 70 L 62 70"},
    {U'5', 56, "M 50 0 L 12 0 L 7 46 A 27 68 29 32 -132 150"},
    {U'6', 58, "M 44 0 L 6 56 A 29 70 29 30 -152 208"},
    {U'7', 56, "M 0 0 L 56 0 L 18 100"},
    {U'8', 56, "M 50 25 A 28 25 22 25 0 360 M 56 75 A 28 75 28 25 0 360"},
    {U'9', 58, "M 14 100 L 52 44 A 29 30 29 30 28 388"},
    {U'.', 4, "M 2 94 L 2 100"},
    {U',', 6, "M 4 92 L 0 112"},
    {U':', 4, "M 2 38 L 2 44 M 2 94 L 2 100"},
    {U'-', 30, "M 0 54 L 30 54"},
    {U'\'', 4, "M 2 0 L 2 24"},
    {U'\u2019', 6, "M 5 0 L 1 22"},
    {U'!', 4, "M 2 0 L 2 72 M 2 94 L 2 100"},
    {U'?', 50, "M 0 26 A 25 26 25 26 180 412 L 25 74 M 25 94 L 25 100"},
    {U'&', 72, "M 72 100 L 17 36 A 32 20 19 20 132 400 L 12 54 A 30 74 28 26 -132 -300 L 70 58"},
    {U'/', 40, "M 40 -4 L 0 104"},
    {U'+', 44, "M 0 54 L 44 54 M 22 30 L 22 78"},
    {U'(', 16, "M 16 -6 A 40 50 40 62 -120 -240"},
    {U')', 16, "M 0 -6 A -24 50 40 62 -60 60"},
    {U'\u2014', 70, "M 0 54 L 70 54"},
    {U'\u00B7', 4, "M 2 50 L 2 57"},
    {U'\u2116', 96, "M 0 100 L 0 0 L 50 100 L 50 0 M 96 50 A 80 50 16 18 0 360 M 64 84 L 96 84"},
};

struct Accent {
  char32_t code;
  char32_t base;
  const char* strokes;  // over a letter 100 wide about its middle at x = 0
};
constexpr Accent kAccents[] = {
    {U'\u00C4', U'A', "M -15 -22 L -15 -16 M 15 -22 L 15 -16"},
    {U'\u00D6', U'O', "M -15 -22 L -15 -16 M 15 -22 L 15 -16"},
    {U'\u00DC', U'U', "M -15 -22 L -15 -16 M 15 -22 L 15 -16"},
    {U'\u00CB', U'E', "M -13 -22 L -13 -16 M 13 -22 L 13 -16"},
    {U'\u00C9', U'E', "M -7 -14 L 9 -30"},
    {U'\u00C8', U'E', "M 7 -14 L -9 -30"},
    {U'\u00D3', U'O', "M -7 -14 L 9 -30"},
    {U'\u00C1', U'A', "M -7 -14 L 9 -30"},
    {U'\u00CD', U'I', "M -7 -14 L 9 -30"},
    {U'\u00D1', U'N', "M -16 -18 L -5 -24 L 5 -18 L 16 -24"},
    {U'\u00C5', U'A', "M 9 -20 A 0 -20 9 10 0 360"},
    {U'\u00D8', U'O', "M -40 104 L 40 -4"},
    {U'\u0160', U'S', "M -14 -28 L 0 -15 L 14 -28"},
    {U'\u017D', U'Z', "M -14 -28 L 0 -15 L 14 -28"},
    {U'\u010C', U'C', "M -14 -28 L 0 -15 L 14 -28"},
};

using Stroke = std::vector<Point>;

struct Outline {
  float width = 0;
  std::vector<Stroke> strokes;
};

std::vector<Stroke> parse(const char* at, float shift) {
  std::vector<Stroke> strokes;
  const auto number = [&at] {
    char* end = nullptr;
    const float value = std::strtof(at, &end);
    at = end;
    return value;
  };
  while (*at != '\0') {
    const char step = *at++;
    if (step == 'M') {
      const float x = number();
      strokes.push_back({{x + shift, number()}});
    } else if (step == 'L') {
      const float x = number();
      strokes.back().push_back({x + shift, number()});
    } else if (step == 'A') {
      std::array<float, 6> p{};
      for (float& value : p) value = number();
      const int steps = 4 + static_cast<int>(std::fabs(p[5] - p[4]) / 11);
      std::vector<Point> arc;
      append_arc(arc, {p[0] + shift, p[1]}, p[2], p[3], p[4] * kPi / 180, p[5] * kPi / 180, steps);
      // The stroke's last point and the arc's first are one when they nearly meet.
      const Point gap = arc.front() - strokes.back().back();
      if (gap.x * gap.x + gap.y * gap.y < 9) strokes.back().pop_back();
      strokes.back().insert(strokes.back().end(), arc.begin(), arc.end());
    }
    while (*at == ' ') ++at;
  }
  return strokes;
}

std::map<char32_t, Outline> make_outlines() {
  std::map<char32_t, Outline> outlines;
  for (const Letter& letter : kLetters) {
    outlines[letter.code] = {letter.width, parse(letter.strokes, 0)};
  }
  for (const Accent& accent : kAccents) {
    Outline outline = outlines[accent.base];
    for (auto& stroke : parse(accent.strokes, outline.width / 2)) {
      outline.strokes.push_back(std::move(stroke));
    }
    outlines[accent.code] = std::move(outline);
  }
  return outlines;
}

char32_t capital(char32_t code) {
  if (code >= U'a' && code <= U'z') return code - 32;
  if (code >= 0xE0 && code <= 0xFE && code != 0xF7) return code - 32;
  if (code == 0x161 || code == 0x17E || code == 0x10D) return code - 1;
  return code;
}

const Outline* outline_of(char32_t code) {
  static const auto kOutlines = make_outlines();
  const auto found = kOutlines.find(capital(code));
  return found == kOutlines.end() ? nullptr : &found->second;
}

// Our own texts only: what is no UTF-8 gives no letter.
std::u32string decode(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t code = lead < 0x80 ? lead : lead & (0x3FU >> more);
    for (std::size_t k = 1; k <= more && i + k < text.size(); ++k) {
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    out.push_back(code);
    i += more + 1;
  }
  return out;
}

/// Sets one letter: from the skeleton's units to pixels, with the pen of the hand.
class Setter {
 public:
  Setter(Shape& shape, const Hand& hand, float size, float baseline)
      : shape_(shape),
        hand_(hand),
        unit_(size / 100),
        size_(size),
        baseline_(baseline),
        inset_(50 * hand.weight * (1 - hand.contrast)) {}

  void add(const Outline& letter, float x) {
    x_ = x;
    for (const Stroke& stroke : letter.strokes) add_stroke(stroke);
  }

 private:
  [[nodiscard]] Point placed(Point point) const {
    // What runs level lies within the height, not half outside.
    const float y = (inset_ + point.y * (100 - 2 * inset_) / 100 - 100) * unit_;
    return {x_ + point.x * unit_ * hand_.width - y * hand_.slant, baseline_ + y};
  }

  // A broad pen held level: stems are thick, what runs level is thin.
  [[nodiscard]] float pen(Point way) const {
    const float length = std::sqrt(way.x * way.x + way.y * way.y);
    const float steep = length > 0 ? std::fabs(way.y) / length : 1;
    // Strokes that rise to the right are upstrokes, hence lighter.
    const bool rises = way.x * way.y < 0 && std::fabs(way.x) > 0.15F * length;
    const float share = steep * (rises && hand_.contrast > 0.5F ? 0.45F : 1.0F);
    return size_ * hand_.weight * (1 - hand_.contrast * (1 - share));
  }

  void add_segment(Point a, Point b, float from_width, float to_width) {
    shape_.add_taper(a, b, from_width, to_width);
  }

  void add_join(Point before, Point at, Point after, float width) {
    const std::array<Point, 3> bend{before, at, after};
    // Only the corner of a stroke is wanted: short arms along both ways.
    const auto arm = [&](Point to) {
      const Point way = to - at;
      const float length = std::sqrt(way.x * way.x + way.y * way.y);
      return length < 1e-4F ? at : at + way * (std::min(length, width * 0.05F) / length);
    };
    const std::array<Point, 3> corner{arm(bend[0]), at, arm(bend[2])};
    shape_.add_stroke(corner, width);
  }

  void add_stroke(const Stroke& stroke) {
    std::vector<Point> points;
    points.reserve(stroke.size());
    for (const Point point : stroke) points.push_back(placed(point));
    const bool closed = stroke.size() > 8 && std::fabs(stroke.front().x - stroke.back().x) < 0.5F &&
                        std::fabs(stroke.front().y - stroke.back().y) < 0.5F;
    if (!closed) extend_ends(points, stroke);
    // The pen's width changes along curves: each point has the mean of its two sides.
    std::vector<float> widths(points.size() - 1);
    for (std::size_t i = 0; i + 1 < points.size(); ++i) widths[i] = pen(points[i + 1] - points[i]);
    const std::size_t lines = widths.size();
    for (std::size_t i = 0; i < lines; ++i) {
      const bool curve_before = i > 0 && is_curve(points, i);
      const bool curve_after = i + 1 < lines && is_curve(points, i + 1);
      const float from = curve_before ? (widths[i - 1] + widths[i]) / 2 : widths[i];
      const float to = curve_after ? (widths[i] + widths[i + 1]) / 2 : widths[i];
      add_segment(points[i], points[i + 1], from, to);
    }
    for (std::size_t i = 1; i < lines; ++i) {
      const float width = is_curve(points, i) ? (widths[i - 1] + widths[i]) / 2
                                              : std::min(widths[i - 1], widths[i]);
      add_join(points[i - 1], points[i], points[i + 1], width);
    }
    if (closed) {
      add_join(points[points.size() - 2], points.front(), points[1],
               (widths.front() + widths.back()) / 2);
    } else if (hand_.serif > 0 && !is_dot(stroke)) {
      add_foot(points.front(), points[1], stroke.front());
      add_foot(points.back(), points[points.size() - 2], stroke.back());
    }
  }

  [[nodiscard]] static bool is_dot(const Stroke& stroke) {
    return stroke.size() == 2 && stroke[0].x == stroke[1].x &&
           std::fabs(stroke[0].y - stroke[1].y) < 8;
  }

  // A slight turn is a curve's, a sharp one a corner.
  [[nodiscard]] static bool is_curve(const std::vector<Point>& points, std::size_t i) {
    const Point a = points[i] - points[i - 1];
    const Point b = points[i + 1] - points[i];
    return a.x * b.x + a.y * b.y >
           0.82F * std::sqrt((a.x * a.x + a.y * a.y) * (b.x * b.x + b.y * b.y));
  }

  // Stems reach the full height; dots are as high as the pen is wide.
  void extend_ends(std::vector<Point>& points, const Stroke& stroke) const {
    const auto extend = [&](Point& end, Point inner, Point skeleton) {
      const Point way = end - inner;
      if (std::fabs(way.y) < 0.5F * std::fabs(way.x)) return;
      if (skeleton.y > 3 && std::fabs(skeleton.y - 100) > 3) return;
      end = end + way * (inset_ * unit_ / std::fabs(way.y));
    };
    extend(points.front(), points[1], stroke.front());
    extend(points.back(), points[points.size() - 2], stroke.back());
    if (is_dot(stroke)) points[0].y = points[1].y - size_ * hand_.weight;
  }

  void add_foot(Point end, Point inner, Point skeleton) {
    const Point way = end - inner;
    const float length = std::sqrt(way.x * way.x + way.y * way.y);
    if (length < 1e-3F) return;
    const bool at_edge = skeleton.y < 3 || std::fabs(skeleton.y - 100) < 3;
    const float thin = std::max(size_ * 0.022F, size_ * hand_.weight * (1 - hand_.contrast));
    const float reach = size_ * hand_.serif;
    if (std::fabs(way.y) > 0.75F * length && at_edge) {
      const float half = pen(way) / 2 + reach;
      const float top = skeleton.y < 50 ? end.y : end.y - thin;
      shape_.add_rect(end.x - half, top, end.x + half, top + thin);
    } else if (std::fabs(way.x) > 0.9F * length) {
      const float down = skeleton.y < 30 ? reach * 1.6F : skeleton.y > 70 ? -reach * 1.6F : 0;
      if (down == 0) {
        shape_.add_rect(end.x - thin, end.y - reach, end.x, end.y + reach);
      } else {
        shape_.add_rect(end.x - thin, std::min(end.y, end.y + down), end.x,
                        std::max(end.y, end.y + down));
      }
    }
  }

  Shape& shape_;
  const Hand& hand_;
  float unit_;
  float size_;
  float baseline_;
  float inset_;
  float x_ = 0;
};

// Pairs that stand too far apart by their widths alone; shares of the height.
float kerning(char32_t left, char32_t right) {
  const auto is = [](char32_t code, std::u32string_view set) {
    return set.find(code) != std::u32string_view::npos;
  };
  if (is(left, U"AL") && is(right, U"TVWY")) return -0.12F;
  if (is(left, U"TVWYPF") && is(right, U"A,.")) return -0.13F;
  if (is(left, U"OQDC") && is(right, U"AVWYTX")) return -0.05F;
  if (is(left, U"AVWYTXKR") && is(right, U"OQCG")) return -0.05F;
  if (is(left, U"HIMNEBDPRLKU") && is(right, U"HIMNEBDPRLKUF")) return 0.05F;
  return 0;
}

template <typename Each>
float walk(std::string_view text, const Hand& hand, float size, const Each& each) {
  float x = 0;
  char32_t before = 0;
  for (const char32_t code : decode(text)) {
    const Outline* letter = outline_of(code);
    if (letter == nullptr) continue;
    if (before != 0) x += (hand.tracking + kerning(before, capital(code)) * hand.width) * size;
    each(*letter, x);
    x += letter->width * size / 100 * hand.width;
    before = capital(code);
  }
  return x;
}

}  // namespace

float line_width(std::string_view text, const Hand& hand, float size) {
  return walk(text, hand, size, [](const Outline&, float) {}) + hand.weight * size;
}

void add_line(Shape& shape, std::string_view text, const Hand& hand, float size, float x,
              float baseline, Align align) {
  const float width = line_width(text, hand, size);
  const float share = align == Align::left ? 0.0F : align == Align::centre ? 0.5F : 1.0F;
  const float left = x - width * share + hand.weight * size / 2;
  Setter setter(shape, hand, size, baseline);
  walk(text, hand, size, [&](const Outline& letter, float at) { setter.add(letter, left + at); });
}

void write(Picture& picture, std::string_view text, const Hand& hand, float size, float x,
           float baseline, const Paint& paint, Align align) {
  Shape shape;
  add_line(shape, text, hand, size, x, baseline, align);
  picture.fill(shape, paint);
}

float size_to_fit(std::string_view text, const Hand& hand, float width, float size_max) {
  const float at_one = line_width(text, hand, 100) / 100;
  return at_one <= 0 ? size_max : std::min(size_max, width / at_one);
}

}  // namespace matinee::demo
