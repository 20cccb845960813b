#include "demo/contact_sheet.h"

#include <algorithm>

#include "demo/posters.h"

namespace matinee::demo {
namespace {

constexpr int kGap = 6;
constexpr int kPosterWide = 160;
constexpr int kRow = 240;
constexpr int kFrameWide = 300;
constexpr int kFrameHigh = 168;

void paste(Picture& sheet, const Picture& picture, int left, int top) {
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < picture.height(); ++y) {
      const float* from = picture.plane(channel) + static_cast<std::ptrdiff_t>(y) * picture.width();
      std::copy_n(
          from, picture.width(),
          sheet.plane(channel) + static_cast<std::ptrdiff_t>(top + y) * sheet.width() + left);
    }
  }
}

void draw_row(Picture& sheet, const FilmSpec& film, int top, int scale) {
  int left = kGap;
  for (int which = 0; which < kPosters; ++which) {
    const Picture poster = draw_poster(film, which, kPosterWide * scale * 2, kRow * scale * 2);
    paste(sheet, shrunk(poster, kPosterWide * scale, kRow * scale), left, top);
    left += kPosterWide * scale + kGap;
  }
  const int down = (kRow - kFrameHigh) * scale;
  write(sheet, film.title, hands::kCredits, 12.0F * static_cast<float>(scale),
        static_cast<float>(left), static_cast<float>(top + 34 * scale), Paint::flat({1, 1, 1}),
        Align::left);
  paste(sheet, draw_backdrop(film, kFrameWide * scale, kFrameHigh * scale), left, top + down);
  left += kFrameWide * scale + kGap;
  FilmSpec small = film;
  small.width = kFrameWide * 2 * scale;
  small.height = kFrameHigh * 2 * scale;
  FilmPainter painter(small);
  const int rate = film.frames_per_second;
  const int title = film.episode ? static_cast<int>(kIntroTo - 3) * rate : 3 * rate;
  for (const int frame :
       {title, painter.frames() * 2 / 5, painter.frames() * 7 / 10, painter.frames() - 2 * rate}) {
    paste(sheet, shrunk(painter.frame(frame), kFrameWide * scale, kFrameHigh * scale), left,
          top + down);
    left += kFrameWide * scale + kGap;
  }
}

}  // namespace

Picture contact_sheet(const Catalogue& catalogue, int scale) {
  const int rows = static_cast<int>(catalogue.films.size());
  Picture sheet(kGap + 3 * (kPosterWide * scale + kGap) + 5 * (kFrameWide * scale + kGap),
                kGap + rows * (kRow * scale + kGap));
  sheet.clear(hex(0x16161A));
  int top = kGap;
  for (const FilmSpec& film : catalogue.films) {
    draw_row(sheet, film, top, scale);
    top += kRow * scale + kGap;
  }
  return sheet;
}

}  // namespace matinee::demo
