#pragma once
// demo/draw/shape: outlines that a picture fills: polygons, discs, strokes, ridges.

#include <span>
#include <vector>

#include "demo/draw/rgb.h"

namespace matinee::demo {

struct Point {
  float x = 0;
  float y = 0;

  friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend constexpr Point operator*(Point a, float k) { return {a.x * k, a.y * k}; }
};

/// Turned by `angle` about (0, 0), clockwise on the screen.
Point turned(Point point, float angle);

/// Closed contours in pixels. Where contours of one direction overlap they are one area; a contour
/// of the other direction cuts a hole. All `add_` but `cut_` go one way.
class Shape {
 public:
  void clear();
  void add_polygon(std::span<const Point> points);
  void add_rect(float left, float top, float right, float bottom);
  void add_round_rect(float left, float top, float right, float bottom, float radius);
  void add_disc(float x, float y, float radius) { add_ellipse(x, y, radius, radius, 0); }
  void add_ellipse(float x, float y, float radius_x, float radius_y, float angle);
  void cut_disc(float x, float y, float radius);
  void cut_polygon(std::span<const Point> points);
  /// A line of that width through the points, with mitred corners and flat ends.
  void add_stroke(std::span<const Point> points, float width, bool closed = false);
  void add_line(Point from, Point to, float width);
  /// From `from` to `to` wide: tails, trunks, rays.
  void add_taper(Point from, Point to, float from_width, float to_width);
  /// Everything below a line of heights, `step` pixels apart from x = `left`, down to `bottom`.
  void add_ridge(std::span<const float> tops, float left, float step, float bottom);

  [[nodiscard]] bool empty() const { return points_.empty(); }
  [[nodiscard]] std::span<const Point> points() const { return points_; }
  /// Where each contour ends in points().
  [[nodiscard]] std::span<const int> ends() const { return ends_; }

 private:
  void add_oriented(std::span<const Point> points, bool positive);

  std::vector<Point> points_;
  std::vector<int> ends_;
};

/// A circle's arc as points, from `from` to `to` radians.
void append_arc(std::vector<Point>& points, Point centre, float radius_x, float radius_y,
                float from, float to, int steps);

}  // namespace matinee::demo
