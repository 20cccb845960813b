#pragma once
// http/message: requests and responses as values, as handlers see them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "http/body.h"
#include "http/headers.h"

namespace matinee::http {

/// `other` is any method that this server does not know: it answers 501.
enum class Method { get, head, post, put, patch, delete_, options, connect, trace, other };

/// "GET" and so on; "?" for `other`.
std::string_view name_of(Method method);
Method method_of(std::string_view name);
/// GET, HEAD, OPTIONS, TRACE. Source: RFC 9110 section 9.2.1.
bool is_safe(Method method);

/// Importance of a request; shed from the last to the first.
enum class Priority { playback, play_start, browse, prefetch, telemetry, fill };
/// "playback", "play-start", "browse", "prefetch", "telemetry", "fill".
std::string_view name_of(Priority priority);
std::optional<Priority> priority_of(std::string_view name);

/// Where a connection came in: decides which headers are believed.
enum class ListenerKind { public_, internal, admin };

/// How the client reached us: decides about Secure cookies and which origins are our own.
enum class Scheme { http, https };
/// "http", "https".
std::string_view name_of(Scheme scheme);

/// Headers that only edge and roles may set; all of them start with kInternalPrefix.
inline constexpr std::string_view kInternalPrefix = "matinee-";
inline constexpr std::string_view kRequestIdHeader = "Matinee-Request-Id";
inline constexpr std::string_view kClientAddressHeader = "Matinee-Client-Address";
inline constexpr std::string_view kSchemeHeader = "Matinee-Scheme";
inline constexpr std::string_view kPriorityHeader = "Matinee-Priority";
inline constexpr std::string_view kDeadlineHeader = "Matinee-Deadline-Ms";
inline constexpr std::string_view kSessionHeader = "Matinee-Session";
inline constexpr std::string_view kTenantHeader = "Matinee-Tenant";
inline constexpr std::string_view kAccountHeader = "Matinee-Account";
inline constexpr std::string_view kProfileHeader = "Matinee-Profile";
inline constexpr std::string_view kPseudonymHeader = "Matinee-Pseudonym";

/// Who is asking, as the edge found out.
struct SessionFacts {
  SessionId session_id{};
  TenantId tenant_id{};
  AccountId account_id{};
  ProfileId profile_id{};
  Pseudonym pseudonym{};
  friend bool operator==(const SessionFacts&, const SessionFacts&) = default;
};

/// What is known about a request besides its bytes. On a public listener all of it comes from the
/// server itself; on an internal one from the Matinee-* headers.
struct RequestContext {
  std::string request_id{};      // 32 hex digits; in every log line, response and problem
  std::string client_address{};  // without port; "unix" when nothing better is known
  Scheme scheme = Scheme::http;  // https: over TLS, ended here or (public_url) in front of us
  Priority priority = Priority::browse;
  ListenerKind listener = ListenerKind::public_;
  Deadline deadline{MonotonicInstant::max()};
  std::optional<SessionFacts> session{};
};

/// One request. `target` is origin-form ("/path?query"), not decoded. Valid only during the call
/// of its handler.
struct Request {
  Method method = Method::get;
  int version_minor = 1;  // HTTP/1.x
  std::string target = "/";
  Headers headers;
  RequestContext context;
  /// Filled by the router from the template, percent-decoded: {"id", "0190..."}.
  std::vector<std::pair<std::string, std::string>> parameters;

  /// Set by read_body() and the engine: an error that follows is answered with 413.
  bool body_too_large = false;

  /// Raw path, without the query.
  [[nodiscard]] std::string_view path() const;
  /// Raw query, without "?"; "" when there is none.
  [[nodiscard]] std::string_view query_text() const;
  /// A query parameter, decoded ('+' is a blank); the first of that name; nullopt when absent
  /// or when it is badly encoded.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  /// A path parameter; "" for a name that the template does not have.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  /// The body; blocking. Never called on a loop.
  [[nodiscard]] BodyReader& body() const;
  /// `body` must outlive the request's handling.
  void set_body(BodyReader& body) { body_ = &body; }

 private:
  BodyReader* body_ = nullptr;  // none: an empty one
};

/// The whole body of a request. Errors: invalid beyond `bytes_max` (answered as 413), or
/// malformed; unavailable when the client went away.
Result<std::string> read_body(Request& request, std::size_t bytes_max);

/// One response. Content-Length, Transfer-Encoding, Connection and Date are the engine's to set.
struct Response {
  using Body = std::variant<std::monostate, std::string, SharedBytes, std::unique_ptr<BodySource>>;
  int status = 200;
  Headers headers;
  Body body;

  static Response text(int status, std::string text);
  static Response json(int status, std::string json_text);
  static Response bytes(int status, std::string_view content_type, SharedBytes bytes);
  static Response stream(int status, std::string_view content_type,
                         std::unique_ptr<BodySource> source);
  /// A status and nothing else: 204, 304.
  static Response empty(int status);
};

/// Answers a request on a pool thread; may block until `request.context.deadline`.
/// An Error becomes a problem document (problem.h).
using Handler = std::function<Result<Response>(Request&)>;

/// "OK" for 200 and so on; "" for a status without a name.
std::string_view reason_of(int status);

}  // namespace matinee::http
