#include "edge/header_policy.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "http/message.h"

namespace matinee::edge {
namespace {

// Of one connection, or written anew by the engine.
constexpr std::array<std::string_view, 12> kOfTheHop{"connection",
                                                     "keep-alive",
                                                     "proxy-connection",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "te",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "content-length",
                                                     "host",
                                                     "expect"};
constexpr std::array<std::string_view, 6> kNotFromClients{
    "authorization", "forwarded", "via", "x-real-ip", "true-client-ip", "early-data"};

bool is_in(std::string_view name, std::span<const std::string_view> list) {
  return std::ranges::any_of(
      list, [name](std::string_view entry) { return http::equal_ignoring_case(name, entry); });
}

bool starts_with(std::string_view name, std::string_view prefix) {
  return http::equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

// Passes everything that `keep` allows and Connection does not name.
template <typename Keep>
http::Headers filtered(const http::Headers& from, Keep keep) {
  http::Headers to;
  for (const http::Headers::Field field : from) {
    if (is_in(field.name, kOfTheHop) || starts_with(field.name, http::kInternalPrefix)) continue;
    if (from.lists("Connection", field.name) || !keep(field.name)) continue;
    to.add(field.name, field.value);
  }
  return to;
}

}  // namespace

http::Headers forwarded_request(const http::Headers& client, ProxiedRole role) {
  return filtered(client, [role](std::string_view name) {
    if (role != ProxiedRole::control && http::equal_ignoring_case(name, "cookie")) return false;
    return !is_in(name, kNotFromClients) && !starts_with(name, "x-forwarded-");
  });
}

http::Headers forwarded_response(const http::Headers& role) {
  return filtered(role, [](std::string_view name) {
    return !http::equal_ignoring_case(name, "date");  // the engine's
  });
}

}  // namespace matinee::edge
