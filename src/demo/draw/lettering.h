#pragma once
// demo/draw/lettering: letters drawn as pen strokes, from hairline capitals to heavy signs, for
// title cards, credits and posters. One skeleton, many hands.

#include <string>
#include <string_view>

#include "demo/draw/picture.h"

namespace matinee::demo {

/// How a line of letters is written. Sizes are shares of the capitals' height.
struct Hand {
  float weight = 0.10F;    // width of the pen
  float contrast = 0;      // 0: all strokes alike; 1: what runs level is a hairline
  float serif = 0;         // how far feet reach beyond a stem
  float width = 1;         // of the letters
  float slant = 0;         // to the right, over the height
  float tracking = 0.22F;  // between letters
};

/// Hands by name: what the catalogue's films are set in.
namespace hands {
inline constexpr Hand kHairline{.weight = 0.045F, .tracking = 0.42F};
inline constexpr Hand kGrotesque{.weight = 0.16F, .width = 0.92F, .tracking = 0.2F};
inline constexpr Hand kHeavy{.weight = 0.235F, .width = 1.0F, .tracking = 0.27F};
inline constexpr Hand kTall{.weight = 0.11F, .width = 0.5F, .tracking = 0.16F};
inline constexpr Hand kRoman{
    .weight = 0.15F, .contrast = 0.74F, .serif = 0.075F, .width = 0.95F, .tracking = 0.26F};
inline constexpr Hand kFashion{
    .weight = 0.17F, .contrast = 0.86F, .serif = 0.05F, .width = 0.8F, .tracking = 0.2F};
inline constexpr Hand kSlanted{
    .weight = 0.19F, .contrast = 0.3F, .width = 0.82F, .slant = 0.22F, .tracking = 0.18F};
inline constexpr Hand kSlab{
    .weight = 0.14F, .contrast = 0.1F, .serif = 0.12F, .width = 0.86F, .tracking = 0.3F};
inline constexpr Hand kCredits{.weight = 0.085F, .tracking = 0.34F};
inline constexpr Hand kBilling{.weight = 0.1F, .width = 0.36F, .tracking = 0.13F};
}  // namespace hands

enum class Align { left, centre, right };

/// UTF-8; small letters are set as capitals. What has no letter here is left out.
/// `size` is the capitals' height in pixels. Width of the line in pixels.
float line_width(std::string_view text, const Hand& hand, float size);
/// Adds a line to a shape: `x` is its left, middle or right, `baseline` its foot.
void add_line(Shape& shape, std::string_view text, const Hand& hand, float size, float x,
              float baseline, Align align = Align::centre);
/// Draws a line.
void write(Picture& picture, std::string_view text, const Hand& hand, float size, float x,
           float baseline, const Paint& paint, Align align = Align::centre);
/// The size at which the line is `width` pixels wide, at most `size_max`.
float size_to_fit(std::string_view text, const Hand& hand, float width, float size_max);

}  // namespace matinee::demo
