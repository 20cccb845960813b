#include "http/openapi.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>

#include "base/check.h"
#include "base/json.h"
#include "http/problem.h"

namespace matinee::http {
namespace {

constexpr std::string_view kProblemSchema = R"({
  "type": "object",
  "description": "An error as RFC 9457 has it",
  "required": ["type", "title", "status", "detail", "code"],
  "properties": {
    "type": {"type": "string"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string"},
    "code": {"enum": ["invalid", "unauthorized", "forbidden", "not_found", "conflict", "limited",
                      "unavailable", "corrupt"]},
    "request_id": {"type": "string"}
  }
})";

Json schema_of(const std::string& text) {
  auto schema = parse_json(text);
  MATINEE_CHECK(schema.has_value());
  return std::move(*schema);
}

std::string lower_name(Method method) {
  std::string name(name_of(method));
  for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
  return name;
}

// "{rest...}" is "{rest}" in OpenAPI.
std::string path_of(const std::string& path) {
  std::string plain = path;
  if (const std::size_t dots = plain.find("...}"); dots != std::string::npos) plain.erase(dots, 3);
  return plain;
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  const std::string path = path_of(route.path);
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    parameters.push_back({{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const QueryParameter& query : route.query) {
    parameters.push_back({{"name", query.name},
                          {"in", "query"},
                          {"required", query.required},
                          {"description", query.summary},
                          {"schema", schema_of(query.schema)}});
  }
  return parameters;
}

Json responses_of(const Route& route) {
  Json responses = Json::object();
  Json success = {{"description", std::string(reason_of(route.success_status))}};
  if (!route.response_schema.empty()) {
    success["content"][route.response_type]["schema"] = schema_of(route.response_schema);
  } else if (route.response_type != "application/json") {
    success["content"][route.response_type] = Json::object();
  }
  responses[std::to_string(route.success_status)] = std::move(success);
  std::set<int> problems(route.problem_statuses.begin(), route.problem_statuses.end());
  problems.insert({400, 503});
  for (const int status : problems) {
    Json response = {{"description", std::string(reason_of(status))}};
    response["content"][std::string(kProblemType)]["schema"]["$ref"] =
        "#/components/schemas/Problem";
    responses[std::to_string(status)] = std::move(response);
  }
  return responses;
}

Json operation_of(const Route& route) {
  Json operation = {{"operationId", route.operation_id}, {"summary", route.summary}};
  if (Json parameters = parameters_of(route); !parameters.empty()) {
    operation["parameters"] = std::move(parameters);
  }
  if (!route.request_schema.empty()) {
    operation["requestBody"]["required"] = true;
    operation["requestBody"]["content"][route.request_type]["schema"] =
        schema_of(route.request_schema);
  }
  operation["responses"] = responses_of(route);
  operation["x-priority"] = std::string(name_of(route.priority));
  operation["x-retry-safe"] = route.retry_safe;
  if (!route.access.empty()) operation["x-matinee-access"] = route.access;
  return operation;
}

}  // namespace

std::string openapi_document(const Router& router, const OpenApiInfo& info) {
  Json document = {{"openapi", "3.1.0"},
                   {"info", {{"title", info.title}, {"version", info.version}}}};
  document["paths"] = Json::object();
  std::set<std::string> operation_ids;
  for (const Route& route : router.routes()) {
    if (route.visibility != Visibility::public_) continue;
    MATINEE_CHECK(operation_ids.insert(route.operation_id).second);
    document["paths"][path_of(route.path)][lower_name(route.method)] = operation_of(route);
  }
  Json& schemas = document["components"]["schemas"];
  schemas["Problem"] = schema_of(std::string(kProblemSchema));
  for (const auto& [name, text] : info.schemas) schemas[name] = schema_of(text);
  return document.dump(2);
}

Handler openapi_handler(const Router& router, OpenApiInfo info) {
  struct Once {
    std::once_flag flag;
    std::string text;
  };
  // Shared because a std::function is copied.
  auto once = std::make_shared<Once>();
  return [&router, info = std::move(info), once](Request&) -> Result<Response> {
    std::call_once(once->flag, [&] { once->text = openapi_document(router, info); });
    return Response::json(200, once->text);
  };
}

}  // namespace matinee::http
