#include "http/router.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "http/match_request.h"
#include "http/problem.h"

namespace matinee::http {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

// The names match: literals equal, parameters not empty, a rest takes one segment or more.
bool fits(const std::vector<std::string>& parts, bool takes_rest,
          const std::vector<std::string_view>& path) {
  if (takes_rest ? path.size() < parts.size() : path.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_rest = takes_rest && i + 1 == parts.size();
    if (is_parameter(parts[i]) ? (path[i].empty() && !is_rest) : parts[i] != path[i]) return false;
  }
  return true;
}

// Literal before parameter, from the left; a rest is the weakest.
bool is_stronger(const std::vector<std::string>& a, bool a_rest, const std::vector<std::string>& b,
                 bool b_rest) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
    const bool a_ends = a_rest && i + 1 == a.size();
    const bool b_ends = b_rest && i + 1 == b.size();
    if (a_ends != b_ends) return b_ends;
  }
  return false;
}

std::string template_shape(std::string_view path) {
  std::string shape;
  for (const std::string_view part : split(path)) {
    shape.push_back('/');
    shape.append(!is_parameter(part) ? part : part.ends_with("...}") ? "{...}" : "{}");
  }
  return shape;
}

// "rest" of "{rest...}", "id" of "{id}".
std::string_view parameter_name(std::string_view part) {
  part = part.substr(1, part.size() - 2);
  if (part.ends_with("...")) part.remove_suffix(3);
  return part;
}

}  // namespace

void Router::add(Route route, Handler handler) {
  MATINEE_CHECK(route.path.starts_with('/'));
  MATINEE_CHECK(handler != nullptr);
  for (const Route& other : routes_) {
    MATINEE_CHECK(other.method != route.method ||
                  template_shape(other.path) != template_shape(route.path));
  }
  Segments segments;
  for (const std::string_view part : split(route.path)) segments.parts.emplace_back(part);
  segments.takes_rest = segments.parts.back().ends_with("...}");
  routes_.push_back(std::move(route));
  handlers_.push_back(std::move(handler));
  segments_.push_back(std::move(segments));
}

std::variant<RouteMatch, RouteMiss> Router::match(Method method, std::string_view path,
                                                  ListenerKind listener) const {
  const auto parts = split(path);
  constexpr std::size_t kNone = SIZE_MAX;
  std::size_t best = kNone;
  bool best_is_exact = false;
  RouteMiss miss;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    const Segments& segments = segments_[i];
    if (route.visibility == Visibility::admin && listener != ListenerKind::admin) continue;
    if (!fits(segments.parts, segments.takes_rest, parts)) continue;
    const bool exact = route.method == method;
    if (!exact && !(method == Method::head && route.method == Method::get)) {
      miss.status = 405;
      const std::string_view name = name_of(route.method);
      if (miss.allow.find(name) == std::string::npos) {
        miss.allow.append(miss.allow.empty() ? "" : ", ").append(name);
        if (route.method == Method::get) miss.allow.append(", HEAD");
      }
      continue;
    }
    const bool stronger = best == kNone ||
                          is_stronger(segments.parts, segments.takes_rest, segments_[best].parts,
                                      segments_[best].takes_rest) ||
                          (exact && !best_is_exact &&
                           !is_stronger(segments_[best].parts, segments_[best].takes_rest,
                                        segments.parts, segments.takes_rest));
    if (stronger) {
      best = i;
      best_is_exact = exact;
    }
  }
  if (best == kNone) return miss;
  RouteMatch found{&routes_[best], &handlers_[best], {}};
  const auto& names = segments_[best].parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_parameter(names[i])) continue;
    std::string_view raw = parts[i];
    if (segments_[best].takes_rest && i + 1 == names.size()) {
      raw = path.substr(static_cast<std::size_t>(parts[i].data() - path.data()));
    }
    auto value = percent_decode(raw);
    if (!value) return RouteMiss{400, {}};
    found.parameters.emplace_back(parameter_name(names[i]), std::move(*value));
  }
  return found;
}

std::variant<RouteMatch, RouteMiss> match_request(const Router& router, const Request& request) {
  auto matched = router.match(request.method, request.path(), request.context.listener);
  const auto* found = std::get_if<RouteMatch>(&matched);
  // A parameter that cannot be read must not count as one that was left out.
  if (found != nullptr && !found->route->query.empty() && !percent_decode(request.query_text())) {
    return RouteMiss{400, {}};
  }
  return matched;
}

Response Router::handle(Request& request) const {
  auto matched = match_request(*this, request);
  const std::string& id = request.context.request_id;
  if (const auto* miss = std::get_if<RouteMiss>(&matched)) return miss_response(*miss, request);
  auto& match = std::get<RouteMatch>(matched);
  request.parameters = std::move(match.parameters);
  auto response = (*match.handler)(request);
  if (response) return std::move(*response);
  if (request.body_too_large) return problem(413, response.error().message, id);
  return problem(response.error(), id);
}

Response miss_response(const RouteMiss& miss, const Request& request) {
  const std::string& id = request.context.request_id;
  const std::string path(request.path());
  if (miss.status == 400) return problem(400, "the address is badly encoded: " + path, id);
  if (miss.status != 405) return problem(404, "nothing is at " + path, id);
  if (request.method == Method::options) {
    Response allowed = Response::empty(204);
    allowed.headers.add("Allow", miss.allow + ", OPTIONS");
    return allowed;
  }
  Response refused = problem(405, std::string(name_of(request.method)) + " is not for " + path, id);
  refused.headers.add("Allow", miss.allow);
  return refused;
}

}  // namespace matinee::http
