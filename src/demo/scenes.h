#pragma once
// demo/scenes: what the three generated films show. Each is a pure function of seed and time.

#include <cstdint>
#include <memory>

#include "demo/canvas.h"

namespace matinee::demo {

/// Draws any moment of one film. Of one thread.
class Scene {
 public:
  virtual ~Scene() = default;
  /// The whole picture at `second` of `duration` seconds.
  virtual void draw(Canvas& canvas, double second, double duration) = 0;
};

/// A sun comes up over mountains and a lake.
std::unique_ptr<Scene> make_dawn_scene(int width, int height, std::uint64_t seed);
/// A flight past stars, a nebula and a planet with a ring.
std::unique_ptr<Scene> make_space_scene(int width, int height, std::uint64_t seed);
/// A paper boat on a paper sea, day and night.
std::unique_ptr<Scene> make_sea_scene(int width, int height, std::uint64_t seed);

}  // namespace matinee::demo
