#pragma once
// guard/session_cookie: the cookies of sign-in: read strictly, handed out for one site, no script.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace matinee::guard {

/// Over TLS a cookie's name starts with __Host-, so that nobody who writes into plain connections
/// or another host of the domain can plant one. Source: RFC 6265bis section 4.1.3.2.
inline constexpr std::string_view kSessionCookie = "matinee_session";
inline constexpr std::string_view kDeviceCookie = "matinee_device";
inline constexpr std::string_view kHostPrefix = "__Host-";
inline constexpr std::chrono::seconds kDeviceCookieLifetime = std::chrono::days(400);

/// The session cookie of a Cookie header: exactly one of that name with 43 characters of
/// base64url; nullopt for none, for two (one may have been planted) and for a malformed header.
/// `secure`: the request came over TLS: then only the __Host- one counts.
/// Source: RFC 6265 section 4.2.1.
std::optional<std::string> session_cookie_of(std::string_view cookie_header, bool secure = false);
/// The device mark of a Cookie header, by the same rules; at most 200 characters.
std::optional<std::string> device_cookie_of(std::string_view cookie_header, bool secure = false);

/// The Set-Cookie header that hands out a session; `secure` when the page came over TLS.
std::string session_set_cookie(std::string_view cookie, bool secure);
/// The Set-Cookie header that takes it back.
std::string session_clear_cookie(bool secure);
/// The Set-Cookie header that marks a browser as known.
std::string device_set_cookie(std::string_view mark, bool secure);

}  // namespace matinee::guard
