#pragma once
// api/insight_routes: the insight role's API: events in, history and resume positions out.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/acting_viewer.h"
#include "base/id.h"
#include "base/result.h"
#include "events/intake.h"
#include "events/profile_keys.h"
#include "guard/role_credential.h"
#include "http/client.h"
#include "http/router.h"
#include "store/state_store.h"

namespace matinee::api {

/// What the routes use; all of it must outlive the router.
struct InsightWorld {
  events::Intake& intake;
  /// The state of the `history` processor for a pseudonym. Errors: unavailable.
  std::function<Result<std::shared_ptr<store::StateStore>>(Pseudonym)> history_of;
  Authorize authorize;
};

/// Adds
///   POST /v1/events: at most 500 events in 256 KiB -> 202 {"accepted","duplicates","rejected"}
///     once they are durable; 503 (send all of it again) when log or profile key are not to be had
///   GET /internal/history?limit=&cursor= (control): titles, the last watched first
///   GET /internal/resume?pseudonym=&title_id= (control): {"resume_ms"}
///   POST /internal/erasures {"tenant_id","pseudonym"} (control): all processors forget it
/// Events and history need a session with a profile in Matinee-* headers, from a role that may act
/// for viewers (the edge, or control): 401 without, 403 from another or without a profile.
void add_insight_routes(http::Router& router, const InsightWorld& world);

/// The public ones among them, for the OpenAPI document that `control` serves.
std::vector<http::Route> insight_public_routes();
/// Their components: name and JSON Schema.
std::vector<std::pair<std::string, std::string>> insight_schemas();

/// Asks `control` for profiles' keys, for events::ProfileKeys. `authorization` gives the header for
/// the next request. Blocks for at most kProfileKeyPatience. Both references must outlive it.
inline constexpr std::chrono::milliseconds kProfileKeyPatience{2'000};
events::ProfileKeys::Fetch profile_keys_from_control(http::Client& control, const Clock& clock,
                                                     std::function<std::string()> authorization);

}  // namespace matinee::api
