#include "api/viewer_routes.h"

#include <memory>
#include <utility>

#include "api/history_routes.h"
#include "api/home_routes.h"
#include "api/image_routes.h"
#include "api/member_routes.h"
#include "api/play_routes.h"
#include "api/profile_routes.h"
#include "api/search_routes.h"
#include "api/sign_in_parts.h"
#include "api/sign_in_routes.h"
#include "api/studio_json.h"
#include "api/studio_routes.h"
#include "api/title_json.h"
#include "api/title_routes.h"

namespace matinee::api {

void add_viewer_routes(http::Router& router, const ControlWorld& world) {
  const auto snapshots = std::make_shared<catalog::LibrarySnapshots>(world.database, world.clock);
  if (world.library_at_start) snapshots->begin();
  add_title_routes(router, world, snapshots);
  add_image_routes(router, world);
  add_home_routes(router, world, snapshots);
  add_search_routes(router, world, snapshots);
  add_play_routes(router, world);
  add_history_routes(router, world);
  add_sign_in_routes(router, world);
  add_profile_routes(router, world);
  add_member_routes(router, world);
}

std::string public_openapi(std::string_view version, std::span<const http::Route> others,
                           std::span<const std::pair<std::string, std::string>> schemas) {
  http::Router described;
  const auto describe = [&](std::span<const http::Route> routes) {
    for (const auto& made : routes) {
      described.add(made, [](http::Request&) -> Result<http::Response> {
        return fail(ErrorCode::not_found, "only described here");
      });
    }
  };
  describe(title_routes());
  describe(image_routes());
  describe(home_routes());
  describe(search_routes());
  describe(play_routes());
  describe(history_routes());
  describe(sign_in_routes());
  describe(profile_routes());
  describe(member_routes());
  describe(studio_public_routes());
  describe(others);
  http::OpenApiInfo info{.version = std::string(version), .schemas = viewer_schemas()};
  const auto& studio = studio_schemas();
  info.schemas.insert(info.schemas.end(), studio.begin(), studio.end());
  info.schemas.insert(info.schemas.end(), sign_in_schemas().begin(), sign_in_schemas().end());
  info.schemas.insert(info.schemas.end(), schemas.begin(), schemas.end());
  return http::openapi_document(described, info);
}

}  // namespace matinee::api
