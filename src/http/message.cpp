#include "http/message.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace matinee::http {
namespace {

struct MethodName {
  Method method;
  std::string_view name;
};
constexpr std::array kMethods{
    MethodName{Method::get, "GET"},         MethodName{Method::head, "HEAD"},
    MethodName{Method::post, "POST"},       MethodName{Method::put, "PUT"},
    MethodName{Method::patch, "PATCH"},     MethodName{Method::delete_, "DELETE"},
    MethodName{Method::options, "OPTIONS"}, MethodName{Method::connect, "CONNECT"},
    MethodName{Method::trace, "TRACE"},
};

struct PriorityName {
  Priority priority;
  std::string_view name;
};
constexpr std::array kPriorities{
    PriorityName{Priority::playback, "playback"},
    PriorityName{Priority::play_start, "play-start"},
    PriorityName{Priority::browse, "browse"},
    PriorityName{Priority::prefetch, "prefetch"},
    PriorityName{Priority::telemetry, "telemetry"},
    PriorityName{Priority::fill, "fill"},
};

struct Reason {
  int status;
  std::string_view text;
};
constexpr std::array kReasons{
    Reason{100, "Continue"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{422, "Unprocessable Content"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
    Reason{507, "Insufficient Storage"},
};

// Shared by all requests without a body; stateless, since its text is empty.
TextReader& no_body() {
  static TextReader empty;
  return empty;
}

std::optional<std::string> decode_query(std::string_view text) {
  std::string blanks(text);
  std::ranges::replace(blanks, '+', ' ');
  auto decoded = percent_decode(blanks);
  if (!decoded) return std::nullopt;
  return std::move(*decoded);
}

}  // namespace

std::string_view name_of(Method method) {
  const auto* found = std::ranges::find(kMethods, method, &MethodName::method);
  return found == kMethods.end() ? std::string_view("?") : found->name;
}

Method method_of(std::string_view name) {
  const auto* found = std::ranges::find(kMethods, name, &MethodName::name);
  return found == kMethods.end() ? Method::other : found->method;
}

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options ||
         method == Method::trace;
}

std::string_view name_of(Scheme scheme) { return scheme == Scheme::https ? "https" : "http"; }

std::string_view name_of(Priority priority) {
  return std::ranges::find(kPriorities, priority, &PriorityName::priority)->name;
}

std::optional<Priority> priority_of(std::string_view name) {
  const auto* found = std::ranges::find(kPriorities, name, &PriorityName::name);
  if (found == kPriorities.end()) return std::nullopt;
  return found->priority;
}

std::string_view reason_of(int status) {
  const auto* found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? std::string_view{} : found->text;
}

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query_text() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::optional<std::string> Request::query(std::string_view name) const {
  std::string_view rest = query_text();
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    const auto key = decode_query(pair.substr(0, equals));
    if (key && *key == name) {
      return equals == std::string_view::npos ? std::string{}
                                              : decode_query(pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

BodyReader& Request::body() const { return body_ != nullptr ? *body_ : no_body(); }

Result<std::string> read_body(Request& request, std::size_t bytes_max) {
  // Reads one piece past the limit at most, so that "too large" is told from "malformed".
  std::string all;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    const auto count = request.body().read(piece);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return all;
    if (*count > bytes_max - all.size()) {
      request.body_too_large = true;
      return fail(ErrorCode::invalid, "reading the request's body: larger than " +
                                          std::to_string(bytes_max) + " bytes");
    }
    all.append(piece.data(), *count);
  }
}

Response Response::text(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

Response Response::json(int status, std::string json_text) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(json_text);
  return response;
}

Response Response::bytes(int status, std::string_view content_type, SharedBytes bytes) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(bytes);
  return response;
}

Response Response::stream(int status, std::string_view content_type,
                          std::unique_ptr<BodySource> source) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(source);
  return response;
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace matinee::http
