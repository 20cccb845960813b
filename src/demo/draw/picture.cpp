#include "demo/draw/picture.h"

#include <cmath>
#include <utility>

#include "base/check.h"

namespace matinee::demo {

Picture::Picture(int width, int height)
    : width_(width),
      height_(height),
      size_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
      scale_(std::sqrt(static_cast<float>(size_) / (640.0F * 360.0F))),
      light_(size_ * 3),
      alpha_(static_cast<std::size_t>(width) + 4) {
  MATINEE_CHECK(width > 1 && height > 1);
}

void Picture::clear(Rgb colour) {
  std::fill_n(plane(0), size_, colour.r);
  std::fill_n(plane(1), size_, colour.g);
  std::fill_n(plane(2), size_, colour.b);
}

void Picture::sky(std::initializer_list<Stop> stops) {
  MATINEE_CHECK(stops.size() > 0);
  const Stop* at = stops.begin();
  for (int y = 0; y < height_; ++y) {
    const float down = (static_cast<float>(y) + 0.5F) / h();
    while (at + 1 < stops.end() && at[1].at <= down) ++at;
    Rgb colour = at->colour;
    if (at + 1 < stops.end()) {
      colour = mix(at->colour, at[1].colour, (down - at->at) / (at[1].at - at->at));
    }
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
    std::fill_n(plane(0) + row, width_, colour.r);
    std::fill_n(plane(1) + row, width_, colour.g);
    std::fill_n(plane(2) + row, width_, colour.b);
  }
}

// Adds the area to the right of an edge, exactly, into cover_ (differences along each row).
void Picture::add_edge(Point a, Point b, float left, float top, int columns, int rows) {
  if (a.y == b.y) return;
  float sign = 1;
  if (a.y > b.y) {
    std::swap(a, b);
    sign = -1;
  }
  const float slope = (b.x - a.x) / (b.y - a.y);
  const float from_y = a.y - top;
  const float to_y = b.y - top;
  const int first = std::max(0, static_cast<int>(std::floor(from_y)));
  const int end = std::min(rows, static_cast<int>(std::ceil(to_y)));
  const float widest = static_cast<float>(columns);
  const int stride = columns + 2;
  for (int row = first; row < end; ++row) {
    const float upper = std::max(from_y, static_cast<float>(row));
    const float lower = std::min(to_y, static_cast<float>(row + 1));
    const float part = (lower - upper) * sign;
    const float start = std::clamp(a.x - left + (upper - from_y) * slope, 0.0F, widest);
    const float stop = std::clamp(a.x - left + (lower - from_y) * slope, 0.0F, widest);
    const float low = std::min(start, stop);
    const float high = std::max(start, stop);
    float* cell = cover_.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(stride);
    const int low_cell = static_cast<int>(low);
    const int high_cell = static_cast<int>(high);
    if (low_cell == high_cell) {
      const float share = 0.5F * (low + high) - static_cast<float>(low_cell);
      cell[low_cell] += part * (1 - share);
      cell[low_cell + 1] += part * share;
      continue;
    }
    // The edge crosses several cells: what of it lies left of each border.
    const float density = 1 / (high - low);
    float covered = 0;
    float passed = 0;
    for (int x = low_cell; x <= high_cell; ++x) {
      const float cell_from = std::max(low, static_cast<float>(x));
      const float cell_to = std::min(high, static_cast<float>(x + 1));
      const float inside = (cell_to - cell_from) * density;
      const float middle = 0.5F * (cell_from + cell_to) - static_cast<float>(x);
      const float now = passed + inside * (1 - middle);
      cell[x] += part * (now - covered);
      covered = now;
      passed += inside;
    }
    cell[high_cell + 1] += part * (1 - covered);
  }
}

float Picture::row_alpha(const Paint& paint, float t) const {
  return std::max(0.0F, mix(paint.alpha_from, paint.alpha_to, t));
}

void Picture::blend_run(int y, int left, int right, Rgb colour, Blend blend) {
  const float* alpha = alpha_.data();
  const float parts[3] = {colour.r, colour.g, colour.b};
  for (int channel = 0; channel < 3; ++channel) {
    float* row = plane(channel) + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
    const float part = parts[channel];
    if (blend == Blend::over) {
      for (int x = left; x < right; ++x) row[x] += (part - row[x]) * alpha[x];
    } else if (blend == Blend::add) {
      for (int x = left; x < right; ++x) row[x] += part * alpha[x];
    } else {
      for (int x = left; x < right; ++x) row[x] *= 1 + (part - 1) * alpha[x];
    }
  }
}

// alpha_ holds the row's cover in [left, right).
void Picture::paint_row(int y, int left, int right, const Paint& paint) {
  if (!paint.radial) {
    const float t = clamp01((static_cast<float>(y) + 0.5F - paint.centre.y) / paint.reach);
    const float alpha = row_alpha(paint, t);
    if (alpha != 1.0F) {
      for (int x = left; x < right; ++x) alpha_[static_cast<std::size_t>(x)] *= alpha;
    }
    blend_run(y, left, right, mix(paint.from, paint.to, t), paint.blend);
    return;
  }
  const float down = static_cast<float>(y) + 0.5F - paint.centre.y;
  const float per_reach = 1 / paint.reach;
  const bool one_colour =
      paint.from.r == paint.to.r && paint.from.g == paint.to.g && paint.from.b == paint.to.b;
  const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
  for (int x = left; x < right; ++x) {
    float& alpha = alpha_[static_cast<std::size_t>(x)];
    if (alpha <= 0) continue;
    const float across = static_cast<float>(x) + 0.5F - paint.centre.x;
    const float t = std::min(1.0F, std::sqrt(across * across + down * down) * per_reach);
    alpha *= row_alpha(paint, paint.soft ? 1 - (1 - t) * (1 - t) : t);
    if (one_colour) continue;
    const Rgb colour = mix(paint.from, paint.to, t);
    float* r = plane(0) + row + x;
    float* g = plane(1) + row + x;
    float* b = plane(2) + row + x;
    if (paint.blend == Blend::over) {
      *r += (colour.r - *r) * alpha;
      *g += (colour.g - *g) * alpha;
      *b += (colour.b - *b) * alpha;
    } else {
      *r += colour.r * alpha;
      *g += colour.g * alpha;
      *b += colour.b * alpha;
    }
  }
  if (one_colour) blend_run(y, left, right, paint.from, paint.blend);
}

// Calls `row(y, left, right)` for each row that the shape touches, its cover in alpha_.
template <typename Row>
void Picture::cover(const Shape& shape, const Row& row_done) {
  const auto points = shape.points();
  if (points.empty()) return;
  float low_x = points[0].x;
  float high_x = low_x;
  float low_y = points[0].y;
  float high_y = low_y;
  for (const Point point : points) {
    low_x = std::min(low_x, point.x);
    high_x = std::max(high_x, point.x);
    low_y = std::min(low_y, point.y);
    high_y = std::max(high_y, point.y);
  }
  if (high_x <= 0 || low_x >= w() || high_y <= 0 || low_y >= h()) return;
  const int left = std::max(0, static_cast<int>(std::floor(low_x)));
  const int right = std::min(width_, static_cast<int>(std::ceil(high_x)));
  const int top = std::max(0, static_cast<int>(std::floor(low_y)));
  const int bottom = std::min(height_, static_cast<int>(std::ceil(high_y)));
  const int columns = right - left;
  const int rows = bottom - top;
  if (columns <= 0 || rows <= 0) return;
  const auto stride = static_cast<std::size_t>(columns) + 2;
  cover_.assign(stride * static_cast<std::size_t>(rows), 0.0F);
  int begin = 0;
  for (const int end : shape.ends()) {
    for (int i = begin; i < end; ++i) {
      add_edge(points[static_cast<std::size_t>(i)],
               points[static_cast<std::size_t>(i + 1 < end ? i + 1 : begin)],
               static_cast<float>(left), static_cast<float>(top), columns, rows);
    }
    begin = end;
  }
  for (int row = 0; row < rows; ++row) {
    const float* cell = cover_.data() + static_cast<std::size_t>(row) * stride;
    float sum = 0;
    float most = 0;
    for (int x = 0; x < columns; ++x) {
      sum += cell[x];
      const float cover = std::min(std::fabs(sum), 1.0F);
      most = std::max(most, cover);
      alpha_[static_cast<std::size_t>(left + x)] = cover;
    }
    if (most > 0.002F) row_done(top + row, left, right);
  }
}

void Picture::fill(const Shape& shape, const Paint& paint) {
  cover(shape, [&](int y, int left, int right) { paint_row(y, left, right, paint); });
}

void Picture::fill_with(const Shape& shape, const Picture& other) {
  MATINEE_CHECK(other.size_ == size_);
  cover(shape, [&](int y, int left, int right) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
    for (int channel = 0; channel < 3; ++channel) {
      float* to = plane(channel) + row;
      const float* from = other.plane(channel) + row;
      for (int x = left; x < right; ++x)
        to[x] += (from[x] - to[x]) * alpha_[static_cast<std::size_t>(x)];
    }
  });
}

void Picture::disc(float x, float y, float radius, Rgb colour, float alpha, Blend blend) {
  const int top = std::max(0, static_cast<int>(y - radius - 1));
  const int bottom = std::min(height_, static_cast<int>(y + radius + 2));
  const int left = std::max(0, static_cast<int>(x - radius - 1));
  const int right = std::min(width_, static_cast<int>(x + radius + 2));
  if (left >= right) return;
  for (int row = top; row < bottom; ++row) {
    const float down = static_cast<float>(row) + 0.5F - y;
    for (int column = left; column < right; ++column) {
      const float across = static_cast<float>(column) + 0.5F - x;
      const float far = std::sqrt(across * across + down * down);
      alpha_[static_cast<std::size_t>(column)] = clamp01(radius - far + 0.5F) * alpha;
    }
    blend_run(row, left, right, colour, blend);
  }
}

void Picture::glow(float x, float y, float radius, Rgb colour, float strength) {
  glow(x, y, radius, 1, colour, strength);
}

void Picture::glow(float x, float y, float radius, float wide, Rgb colour, float strength) {
  const int top = std::max(0, static_cast<int>(y - radius));
  const int bottom = std::min(height_, static_cast<int>(y + radius) + 1);
  const int left = std::max(0, static_cast<int>(x - radius * wide));
  const int right = std::min(width_, static_cast<int>(x + radius * wide) + 1);
  if (left >= right) return;
  const float across_scale = 1 / (radius * wide);
  for (int row = top; row < bottom; ++row) {
    const float down = (static_cast<float>(row) + 0.5F - y) / radius;
    const float rest = 1 - down * down;
    for (int column = left; column < right; ++column) {
      const float across = (static_cast<float>(column) + 0.5F - x) * across_scale;
      const float near = std::max(0.0F, rest - across * across);
      alpha_[static_cast<std::size_t>(column)] = near * near * near * strength;
    }
    blend_run(row, left, right, colour, Blend::add);
  }
}

void Picture::spark(float x, float y, Rgb colour, float strength) {
  const float fx = std::floor(x - 0.5F);
  const float fy = std::floor(y - 0.5F);
  const int column = static_cast<int>(fx);
  const int row = static_cast<int>(fy);
  if (column < 0 || row < 0 || column + 1 >= width_ || row + 1 >= height_) return;
  const float tx = x - 0.5F - fx;
  const float ty = y - 0.5F - fy;
  const std::size_t at = static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                         static_cast<std::size_t>(column);
  const auto next = static_cast<std::size_t>(width_);
  const float parts[3] = {colour.r * strength, colour.g * strength, colour.b * strength};
  for (int channel = 0; channel < 3; ++channel) {
    float* cell = plane(channel) + at;
    cell[0] += parts[channel] * (1 - tx) * (1 - ty);
    cell[1] += parts[channel] * tx * (1 - ty);
    cell[next] += parts[channel] * (1 - tx) * ty;
    cell[next + 1] += parts[channel] * tx * ty;
  }
}

void Picture::streak(Point from, Point to, float width, Rgb colour, float strength) {
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  const float longest = std::max(std::fabs(dx), std::fabs(dy));
  if (width > 1.6F) {
    Shape line;
    line.add_line(from, to, width);
    fill(line, Paint::flat(colour, strength, Blend::add));
    return;
  }
  const int steps = std::min(4096, static_cast<int>(longest) + 1);
  const float part = 1 / static_cast<float>(steps);
  const float light = strength * std::min(1.0F, width);
  for (int i = 0; i < steps; ++i) {
    const float t = (static_cast<float>(i) + 0.5F) * part;
    spark(from.x + dx * t, from.y + dy * t, colour, light);
  }
}

void Picture::spread(int step, int columns, int first, int end, int top, Blend blend) {
  std::vector<Veil> line(static_cast<std::size_t>(columns));
  const float per_step = 1 / static_cast<float>(step);
  for (int y = first; y < end; ++y) {
    const int row = (y - top) / step;
    const float down = static_cast<float>((y - top) % step) * per_step;
    const Veil* above = coarse_.data() + static_cast<std::size_t>(row * columns);
    const Veil* below = above + columns;
    for (int i = 0; i < columns; ++i) {
      const float alpha = mix(above[i].alpha, below[i].alpha, down);
      const Rgb colour = {mix(above[i].colour.r, below[i].colour.r, down),
                          mix(above[i].colour.g, below[i].colour.g, down),
                          mix(above[i].colour.b, below[i].colour.b, down)};
      // Over: what is added, and how much of what is there stays.
      line[static_cast<std::size_t>(i)] = {colour * alpha, blend == Blend::over ? 1 - alpha : 1};
    }
    const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
    float* r = plane(0) + at;
    float* g = plane(1) + at;
    float* b = plane(2) + at;
    for (int left = 0, i = 0; left < width_; left += step, ++i) {
      const Veil& here = line[static_cast<std::size_t>(i)];
      const Veil& next = line[static_cast<std::size_t>(i + 1)];
      const int count = std::min(step, width_ - left);
      float keep = here.alpha;
      Rgb add = here.colour;
      const float keep_more = (next.alpha - here.alpha) * per_step;
      const Rgb add_more = (next.colour + here.colour * -1.0F) * per_step;
      for (int x = left; x < left + count; ++x) {
        r[x] = r[x] * keep + add.r;
        g[x] = g[x] * keep + add.g;
        b[x] = b[x] * keep + add.b;
        keep += keep_more;
        add = add + add_more;
      }
    }
  }
}

void Picture::mirror(int top, float second, float wave, Rgb tint, float keep) {
  const float deep = h() - static_cast<float>(top);
  for (int y = top; y < height_; ++y) {
    const float down = static_cast<float>(y - top) / deep;
    const float ripple = std::sin(static_cast<float>(y) * (0.9F - 0.55F * down) - second * 2.4F) +
                         0.6F * std::sin(static_cast<float>(y) * 0.37F + second * 1.7F);
    const int from = std::clamp(
        top - 1 - static_cast<int>(static_cast<float>(y - top) * 1.1F + ripple * wave * down), 0,
        top - 1);
    const int shift = static_cast<int>(ripple * wave * 1.3F * down);
    const float kept = keep * (1 - 0.35F * down);
    const float parts[3] = {tint.r, tint.g, tint.b};
    for (int channel = 0; channel < 3; ++channel) {
      const float* source =
          plane(channel) + static_cast<std::size_t>(from) * static_cast<std::size_t>(width_);
      float* row = plane(channel) + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_);
      const float part = parts[channel] * (1 - kept);
      for (int x = 0; x < width_; ++x) {
        row[x] = source[std::clamp(x + shift, 0, width_ - 1)] * kept + part;
      }
    }
  }
}

void Picture::fade(float level) {
  if (level >= 1) return;
  for (float& light : light_) light *= level;
}

}  // namespace matinee::demo
