#pragma once
// api/steer_routes: what players and operators ask of steering. Dark while one edge serves all:
// players are told of no steering then, and who asks anyway gets 404.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/package_cache.h"
#include "base/time.h"
#include "delivery/steer_board.h"
#include "guard/path_token.h"
#include "http/router.h"
#include "media/hls.h"

namespace matinee::api {

/// What the routes need; all of it must outlive the router. Thread-safe parts only.
struct SteerWorld {
  const Clock& clock;
  delivery::SteerBoard& board;
  const guard::PathTokenRing& tokens;
  PackageCache& packages;
  /// The name of a title. Errors: not_found.
  std::function<Result<std::string>(const TitleId&)> title_name;
  std::string public_url{};  // where players reach control; "": answers name no place of the next
};

/// GET /v1/steering/pathways?token= (public, by the path token of the play): the steering document
///   of HLS and DASH. The token stands in the query, which is in no log.
/// GET /admin/steer/explain?client=&title=: {"client","title_id","title","ttl_s",
///   "pathways":[{"id","base_url"}],"reasons":[lines]}: the decision, without telling anybody.
void add_steer_routes(http::Router& router, const SteerWorld& world);

/// What the manifests of a play say of its edges: every pathway written out under the play's token,
/// the first answer inside. Empty, so that manifests stay as they are, for less than two edges.
media::ManifestOptions steered_manifest(const delivery::Steered& steered, std::string_view token,
                                        std::string_view public_url);

}  // namespace matinee::api
