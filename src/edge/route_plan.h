#pragma once
// edge/route_plan: where a public request goes, how important it is, and whether it may be sent
// twice. Pure; the API's route tables are tested against it.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "http/headers.h"
#include "http/message.h"

namespace matinee::edge {

/// Who answers. `health` is the edge itself; `nobody` is 404.
enum class Answerer { media, health, control, insight, nobody };

/// A role that the edge passes requests on to.
enum class ProxiedRole { control, insight };

inline constexpr std::uint64_t kRepeatableBodyMax = std::uint64_t{256} << 10U;
inline constexpr std::uint64_t kBodyMax = std::uint64_t{1} << 20U;

/// What the edge does with a request before it knows anything but its head.
struct RoutePlan {
  Answerer answerer = Answerer::nobody;
  std::string_view name;  // of the route in metrics and logs; a literal
  http::Priority priority = http::Priority::browse;
  /// May be sent again when the role dies: its body (at most kRepeatableBodyMax) is kept until the
  /// answer is there.
  bool retry_safe = false;
  std::uint64_t body_bytes_max = kBodyMax;

  friend bool operator==(const RoutePlan&, const RoutePlan&) = default;
};

/// The table: /m/ media (its multivariant manifests: control), /v1/events insight,
/// what roles offer to each other only (/internal, /metrics, /objects, /admin) nobody, the rest
/// control. A path is refused when a role could read it in another way than the edge.
/// Errors: invalid for a path with an empty or dot segment, a backslash or a bad escape.
Result<RoutePlan> plan_route(http::Method method, std::string_view path,
                             const http::Headers& headers);

}  // namespace matinee::edge
