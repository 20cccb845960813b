#pragma once
// demo/scenes/scene: what the generated films show. Each is a pure function of seed and time, for a
// picture of any size and shape, so that posters and frames come from one hand.

#include <cstdint>
#include <memory>
#include <string_view>

#include "demo/draw/finish.h"
#include "demo/draw/picture.h"

namespace matinee::demo {

/// Which moment of a film.
struct Moment {
  float second = 0;
  float duration = 1;
  [[nodiscard]] float past() const { return second / duration; }
};

/// Draws any moment of one film. Of one thread.
class Scene {
 public:
  virtual ~Scene() = default;
  /// The whole picture, before it is finished.
  virtual void draw(Picture& picture, const Moment& moment) = 0;
};

/// Which scene, in which of its colour scripts, with which chance.
struct SceneChoice {
  std::string_view name;
  int script = 0;
  std::uint32_t seed = 1;
};

/// Errors are ours: an unknown name stops the program.
std::unique_ptr<Scene> make_scene(const SceneChoice& choice);

// One maker a scene; see the files of their names for what they show.
std::unique_ptr<Scene> make_dawn(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_dunes(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_aurora(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_train(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_sea(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_deep(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_lighthouse(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_rain_city(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_noir(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_space(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_balloons(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_forest(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_theatre(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_flow(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_kaleidoscope(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_bauhaus(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_gears(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_scope(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_cells(int script, std::uint32_t seed);
std::unique_ptr<Scene> make_garden(int script, std::uint32_t seed);

}  // namespace matinee::demo
