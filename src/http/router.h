#pragma once
// http/router: the table of routes of a role; what OpenAPI and the edge's priorities come from.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "http/message.h"

namespace matinee::http {

/// `admin` routes answer on admin listeners only; `internal` and `admin` ones stand in no OpenAPI.
enum class Visibility { public_, internal, admin };

/// A parameter of the query, described.
struct QueryParameter {
  std::string name{};
  std::string summary{};
  std::string schema = R"({"type":"string"})";  // JSON Schema text
  bool required = false;
};

/// One operation. Schemas are JSON Schema (2020-12) text; "" = no such body.
struct Route {
  Method method = Method::get;
  std::string path{};  // "/v1/titles/{id}"; a last "{rest...}" takes all remaining segments
  std::string operation_id{};
  std::string summary{};
  Priority priority = Priority::browse;
  bool retry_safe = false;  // the edge may send it twice
  std::string request_schema{};
  std::string response_schema{};
  Visibility visibility = Visibility::public_;
  int success_status = 200;
  /// Who may: "public", "account" (signed in), "profile" (and a profile chosen), "editor", "owner",
  /// "internal" (a role's credential), "admin" (the admin socket). In OpenAPI: x-matinee-access.
  /// The access matrix is tested against it, and fails for a route without.
  std::string access{};
  std::vector<int> problem_statuses{};  // besides 400 and 503, for OpenAPI
  std::vector<QueryParameter> query{};
  std::string request_type = "application/json";
  std::string response_type = "application/json";
  std::uint64_t body_bytes_max = 1024 * 1024;
  /// The handler runs on the loop: it must neither block nor read the body nor stream.
  bool on_loop = false;
};

/// What a path leads to.
struct RouteMatch {
  const Route* route = nullptr;
  const Handler* handler = nullptr;
  std::vector<std::pair<std::string, std::string>> parameters{};  // decoded
};

/// Why it leads nowhere: 404 with no `allow`, or 405 with the methods of that path; 400 for a
/// parameter that is badly encoded.
struct RouteMiss {
  int status = 404;
  std::string allow{};
};

/// The problem (or, for OPTIONS, the 204 with Allow) that a miss is answered with.
Response miss_response(const RouteMiss& miss, const Request& request);

/// Built once at the start, then read by all threads. Literal segments win over parameters.
/// HEAD falls back on GET. OPTIONS is answered with Allow by the server.
/// Our own fault (checked): two routes for one method and template.
class Router {
 public:
  void add(Route route, Handler handler);
  [[nodiscard]] std::variant<RouteMatch, RouteMiss> match(Method method, std::string_view path,
                                                          ListenerKind listener) const;
  /// Runs the handler on this thread and turns errors into problems: tests, on_loop routes.
  [[nodiscard]] Response handle(Request& request) const;
  /// In order of adding; the edge's table is tested against these.
  [[nodiscard]] const std::deque<Route>& routes() const { return routes_; }

 private:
  struct Segments {
    std::vector<std::string> parts;
    bool takes_rest = false;
  };
  std::deque<Route> routes_;
  std::deque<Handler> handlers_;
  std::deque<Segments> segments_;
};

}  // namespace matinee::http
