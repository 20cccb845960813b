#include "demo/scenes/scene.h"

#include "base/check.h"

namespace matinee::demo {
namespace {

struct Maker {
  std::string_view name;
  std::unique_ptr<Scene> (*make)(int script, std::uint32_t seed);
};

constexpr Maker kMakers[] = {{"dawn", make_dawn},
                             {"dunes", make_dunes},
                             {"aurora", make_aurora},
                             {"train", make_train},
                             {"sea", make_sea},
                             {"deep", make_deep},
                             {"lighthouse", make_lighthouse},
                             {"rain_city", make_rain_city},
                             {"noir", make_noir},
                             {"space", make_space},
                             {"balloons", make_balloons},
                             {"forest", make_forest},
                             {"theatre", make_theatre},
                             {"flow", make_flow},
                             {"kaleidoscope", make_kaleidoscope},
                             {"bauhaus", make_bauhaus},
                             {"gears", make_gears},
                             {"scope", make_scope},
                             {"cells", make_cells},
                             {"garden", make_garden}};

}  // namespace

std::unique_ptr<Scene> make_scene(const SceneChoice& choice) {
  for (const Maker& maker : kMakers) {
    if (maker.name == choice.name) return maker.make(choice.script, choice.seed);
  }
  MATINEE_CHECK(false && "no scene has that name");
  return nullptr;
}

}  // namespace matinee::demo
