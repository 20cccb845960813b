#include "http/problem.h"

#include <string>

#include "base/log.h"

namespace matinee::http {
namespace {

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json.append(json.size() > 1 ? ",\"" : "\"").append(name).append("\":");
  log::append_json_string(json, value);
}

Response make_problem(int status, std::string_view detail, std::string_view code,
                      std::string_view request_id) {
  std::string json = "{";
  append_member(json, "type", "about:blank");
  append_member(json, "title", reason_of(status));
  json.append(",\"status\":").append(std::to_string(status));
  append_member(json, "detail", detail);
  append_member(json, "code", code);
  if (!request_id.empty()) append_member(json, "request_id", request_id);
  json.push_back('}');
  Response response;
  response.status = status;
  response.headers.add("Content-Type", kProblemType);
  response.headers.add("Cache-Control", "no-store");
  if (status == 503 || status == 429) response.headers.add("Retry-After", "1");
  response.body = std::move(json);
  return response;
}

// The text of a string member of a flat JSON object, unescaped only as far as problems need.
std::string member_of(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  std::string text;
  for (std::size_t i = at + key.size(); i < json.size() && json[i] != '"'; ++i) {
    if (json[i] == '\\' && i + 1 < json.size()) ++i;
    text.push_back(json[i]);
  }
  return text;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 400;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::corrupt:
      return 500;
  }
  return 500;
}

ErrorCode error_code_of_status(int status) {
  switch (status) {
    case 401:
      return ErrorCode::unauthorized;
    case 403:
      return ErrorCode::forbidden;
    case 404:
    case 410:
      return ErrorCode::not_found;
    case 409:
    case 412:
      return ErrorCode::conflict;
    case 429:
      return ErrorCode::limited;
    case 408:
    case 425:
      return ErrorCode::unavailable;
    case 500:
      return ErrorCode::corrupt;
    default:
      return status > 500 ? ErrorCode::unavailable : ErrorCode::invalid;
  }
}

Response problem(int status, std::string_view detail, std::string_view request_id) {
  return make_problem(status, detail, name_of(error_code_of_status(status)), request_id);
}

Response problem(const Error& error, std::string_view request_id) {
  return make_problem(status_of(error.code), error.message, name_of(error.code), request_id);
}

Error error_of(int status, std::string_view body, std::string_view what) {
  std::string detail = member_of(body, "detail");
  if (detail.empty()) detail = "status " + std::to_string(status);
  const std::string code = member_of(body, "code");
  return {code.empty() ? error_code_of_status(status) : error_code_of(code),
          std::string(what) + ": " + detail};
}

}  // namespace matinee::http
