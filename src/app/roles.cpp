#include "app/roles.h"

#include <array>
#include <utility>

namespace matinee::app {

StartRole starter_of(std::string_view role) {
  static constexpr std::array<std::pair<std::string_view, StartRole>, 5> kStarters{
      {{"origin", start_origin},
       {"control", start_control},
       {"insight", start_insight},
       {"media", start_media},
       {"edge", start_edge}}};
  for (const auto& [name, starter] : kStarters) {
    if (name == role) return starter;
  }
  return nullptr;
}

}  // namespace matinee::app
