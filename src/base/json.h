#pragma once
// base/json: JSON from outside, with limits, and typed access that explains what is wrong.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace matinee {

using Json = nlohmann::ordered_json;

/// Parses one document: at most `depth_max` levels deep; duplicate keys keep the last.
/// Errors: invalid (what and where); never throws.
Result<Json> parse_json(std::string_view text, int depth_max = 32);

/// As text; bytes that are no UTF-8 become U+FFFD.
std::string to_text(const Json& json);

/// A member that must be there with that type. Errors: invalid, naming the member.
Result<std::string> text_member(const Json& object, std::string_view name);
Result<std::int64_t> integer_member(const Json& object, std::string_view name);

}  // namespace matinee
