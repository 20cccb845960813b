#include "api/route_parts.h"

#include <charconv>
#include <utility>

namespace matinee::api {

Deadline sooner(Deadline a, Deadline b) { return a.at < b.at ? a : b; }

http::Response private_json(const Json& json) {
  http::Response response = http::Response::json(200, to_text(json));
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

Result<TitleId> title_id_of(std::string_view text) {
  auto id = TitleId::parse(text);
  if (!id) return fail(ErrorCode::not_found, "no title has such an id");
  return id;
}

Result<std::int64_t> number_query(const http::Request& request, std::string_view name,
                                  std::int64_t min, std::int64_t max, std::int64_t absent) {
  const auto text = request.query(name);
  if (!text) return absent;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc{} && end == text->data() + text->size() && number >= min &&
      number <= max) {
    return number;
  }
  return fail(ErrorCode::invalid, std::string(name) + " must be a number from " +
                                      std::to_string(min) + " to " + std::to_string(max));
}

std::string reference(std::string_view schema) {
  return R"({"$ref":"#/components/schemas/)" + std::string(schema) + "\"}";
}

http::Route repeatable_route(http::Method method, std::string path, std::string operation_id,
                             std::string summary, std::string response_schema) {
  http::Route made;
  made.method = method;
  made.path = std::move(path);
  made.operation_id = std::move(operation_id);
  made.summary = std::move(summary);
  made.retry_safe = true;
  made.access = "profile";
  made.response_schema = std::move(response_schema);
  return made;
}

}  // namespace matinee::api
