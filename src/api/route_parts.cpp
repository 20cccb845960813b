#include "api/route_parts.h"

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
