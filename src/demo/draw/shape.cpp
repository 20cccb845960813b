#include "demo/draw/shape.h"

#include <algorithm>
#include <array>

namespace matinee::demo {
namespace {

constexpr float kMiterMax = 2.6F;  // of half the width

int steps_of(float radius) { return std::clamp(static_cast<int>(8 + radius * 0.9F), 10, 96); }

float signed_area(std::span<const Point> points) {
  float sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point a = points[i];
    const Point b = points[(i + 1) % points.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return sum;
}

// Unit normal of the way from a to b; (0, 0) when they are one point.
Point normal_of(Point a, Point b) {
  const Point way = b - a;
  const float length = std::sqrt(way.x * way.x + way.y * way.y);
  if (length < 1e-6F) return {};
  return {-way.y / length, way.x / length};
}

}  // namespace

Point turned(Point point, float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {point.x * c - point.y * s, point.x * s + point.y * c};
}

void append_arc(std::vector<Point>& points, Point centre, float radius_x, float radius_y,
                float from, float to, int steps) {
  for (int i = 0; i <= steps; ++i) {
    const float angle = from + (to - from) * static_cast<float>(i) / static_cast<float>(steps);
    points.push_back(
        {centre.x + radius_x * std::cos(angle), centre.y + radius_y * std::sin(angle)});
  }
}

void Shape::clear() {
  points_.clear();
  ends_.clear();
}

void Shape::add_oriented(std::span<const Point> points, bool positive) {
  if (points.size() < 3) return;
  if ((signed_area(points) >= 0) == positive) {
    points_.insert(points_.end(), points.begin(), points.end());
  } else {
    points_.insert(points_.end(), points.rbegin(), points.rend());
  }
  ends_.push_back(static_cast<int>(points_.size()));
}

void Shape::add_polygon(std::span<const Point> points) { add_oriented(points, true); }
void Shape::cut_polygon(std::span<const Point> points) { add_oriented(points, false); }

void Shape::add_rect(float left, float top, float right, float bottom) {
  const std::array<Point, 4> corners{Point{left, top}, Point{right, top}, Point{right, bottom},
                                     Point{left, bottom}};
  add_polygon(corners);
}

void Shape::add_round_rect(float left, float top, float right, float bottom, float radius) {
  radius = std::min({radius, (right - left) / 2, (bottom - top) / 2});
  std::vector<Point> points;
  const int steps = steps_of(radius) / 4 + 1;
  append_arc(points, {right - radius, top + radius}, radius, radius, -kPi / 2, 0, steps);
  append_arc(points, {right - radius, bottom - radius}, radius, radius, 0, kPi / 2, steps);
  append_arc(points, {left + radius, bottom - radius}, radius, radius, kPi / 2, kPi, steps);
  append_arc(points, {left + radius, top + radius}, radius, radius, kPi, 1.5F * kPi, steps);
  add_polygon(points);
}

void Shape::add_ellipse(float x, float y, float radius_x, float radius_y, float angle) {
  if (radius_x <= 0 || radius_y <= 0) return;
  std::vector<Point> points;
  const int steps = steps_of(std::max(radius_x, radius_y));
  points.reserve(static_cast<std::size_t>(steps));
  for (int i = 0; i < steps; ++i) {
    const float at = kTurn * static_cast<float>(i) / static_cast<float>(steps);
    points.push_back(Point{x, y} +
                     turned({radius_x * std::cos(at), radius_y * std::sin(at)}, angle));
  }
  add_polygon(points);
}

void Shape::cut_disc(float x, float y, float radius) {
  std::vector<Point> points;
  append_arc(points, {x, y}, radius, radius, 0, kTurn, steps_of(radius));
  cut_polygon(points);
}

void Shape::add_taper(Point from, Point to, float from_width, float to_width) {
  const Point side = normal_of(from, to);
  const std::array<Point, 4> corners{from + side * (from_width / 2), to + side * (to_width / 2),
                                     to - side * (to_width / 2), from - side * (from_width / 2)};
  add_polygon(corners);
}

void Shape::add_line(Point from, Point to, float width) { add_taper(from, to, width, width); }

void Shape::add_stroke(std::span<const Point> points, float width, bool closed) {
  const std::size_t count = points.size();
  if (count < 2) return;
  const std::size_t lines = closed ? count : count - 1;
  const float half = width / 2;
  for (std::size_t i = 0; i < lines; ++i) {
    add_line(points[i], points[(i + 1) % count], width);
  }
  for (std::size_t i = closed ? 0 : 1; i < (closed ? count : count - 1); ++i) {
    const Point at = points[i];
    const Point before = normal_of(points[(i + count - 1) % count], at);
    const Point after = normal_of(at, points[(i + 1) % count]);
    const float turn = before.x * after.y - before.y * after.x;
    if (std::fabs(turn) < 1e-4F) continue;
    const float outer = turn > 0 ? -half : half;
    const Point a = at + before * outer;
    const Point b = at + after * outer;
    const float along = 1 + before.x * after.x + before.y * after.y;
    const float reach = along > 1e-3F ? outer / along : 0;
    const Point tip = (before + after) * reach;
    if (along > 1e-3F && tip.x * tip.x + tip.y * tip.y < kMiterMax * kMiterMax * half * half) {
      const std::array<Point, 4> corner{at, a, at + tip, b};
      add_polygon(corner);
    } else {
      const std::array<Point, 3> corner{at, a, b};
      add_polygon(corner);
    }
  }
}

void Shape::add_ridge(std::span<const float> tops, float left, float step, float bottom) {
  std::vector<Point> points;
  points.reserve(tops.size() + 2);
  points.push_back({left, bottom});
  for (std::size_t i = 0; i < tops.size(); ++i) {
    points.push_back({left + step * static_cast<float>(i), std::min(tops[i], bottom)});
  }
  points.push_back({left + step * static_cast<float>(tops.size() - 1), bottom});
  add_polygon(points);
}

}  // namespace matinee::demo
