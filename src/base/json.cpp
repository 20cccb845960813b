#include "base/json.h"

namespace matinee {

Result<Json> parse_json(std::string_view text, int depth_max) {
  // The parser has no limit of its own, so the nesting is measured before it runs.
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > depth_max) return fail(ErrorCode::invalid, "JSON is nested too deeply");
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return fail(ErrorCode::invalid, "not well-formed JSON");
  return parsed;
}

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> text_member(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(std::string(name)) : object.end();
  if (found == object.end() || !found->is_string()) {
    return fail(ErrorCode::invalid, "member \"" + std::string(name) + "\" must be a string");
  }
  return found->get<std::string>();
}

Result<std::int64_t> integer_member(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(std::string(name)) : object.end();
  if (found == object.end() || !found->is_number_integer()) {
    return fail(ErrorCode::invalid, "member \"" + std::string(name) + "\" must be an integer");
  }
  return found->get<std::int64_t>();
}

}  // namespace matinee
