#include "base/result.h"

#include <array>

namespace matinee {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 8> kNames{{
    {ErrorCode::invalid, "invalid"},
    {ErrorCode::unauthorized, "unauthorized"},
    {ErrorCode::forbidden, "forbidden"},
    {ErrorCode::not_found, "not_found"},
    {ErrorCode::conflict, "conflict"},
    {ErrorCode::limited, "limited"},
    {ErrorCode::unavailable, "unavailable"},
    {ErrorCode::corrupt, "corrupt"},
}};

}  // namespace

std::string_view name_of(ErrorCode code) {
  for (const auto& [known, name] : kNames) {
    if (known == code) return name;
  }
  return "unavailable";
}

ErrorCode error_code_of(std::string_view name) {
  for (const auto& [code, known] : kNames) {
    if (known == name) return code;
  }
  return ErrorCode::unavailable;
}

}  // namespace matinee
