#include "guard/session_cookie.h"

#include <algorithm>

#include "base/encoding.h"
#include "guard/session.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kCookieHeaderBytesMax = 16 * 1024;
constexpr std::size_t kDeviceMarkBytesMax = 200;

// RFC 6265: cookie-octet, without the quotes that some values stand in.
bool is_cookie_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

std::string full_name(std::string_view name, bool secure) {
  return std::string(secure ? kHostPrefix : std::string_view{}).append(name);
}

// The one cookie of that name; nullopt for none and for two.
std::optional<std::string_view> only_value(std::string_view header, std::string_view name) {
  if (header.size() > kCookieHeaderBytesMax) return std::nullopt;
  std::optional<std::string_view> found;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (pair.starts_with(' ') || pair.starts_with('\t')) pair.remove_prefix(1);
    while (pair.ends_with(' ') || pair.ends_with('\t')) pair.remove_suffix(1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;  // other programs' cookies are not ours to fix
    if (pair.substr(0, equals) != name) continue;
    if (found || !is_cookie_value(pair.substr(equals + 1))) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  return found;
}

std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s,
                       bool secure) {
  std::string out = full_name(name, secure);
  out.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  out.append(std::to_string(max_age_s));
  if (secure) out.append("; Secure");
  return out;
}

}  // namespace

std::optional<std::string> session_cookie_of(std::string_view cookie_header, bool secure) {
  const auto value = only_value(cookie_header, full_name(kSessionCookie, secure));
  if (!value || !is_session_cookie(*value)) return std::nullopt;
  return std::string(*value);
}

std::optional<std::string> device_cookie_of(std::string_view cookie_header, bool secure) {
  const auto value = only_value(cookie_header, full_name(kDeviceCookie, secure));
  if (!value || value->empty() || value->size() > kDeviceMarkBytesMax) return std::nullopt;
  return std::string(*value);
}

std::string session_set_cookie(std::string_view cookie, bool secure) {
  return set_cookie(kSessionCookie, cookie, kSessionLifetime / std::chrono::seconds(1), secure);
}

std::string session_clear_cookie(bool secure) { return set_cookie(kSessionCookie, "", 0, secure); }

std::string device_set_cookie(std::string_view mark, bool secure) {
  return set_cookie(kDeviceCookie, mark, kDeviceCookieLifetime.count(), secure);
}

}  // namespace matinee::guard
