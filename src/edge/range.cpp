#include "edge/range.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace matinee::edge {
namespace {

constexpr std::uint64_t kBeyond = std::numeric_limits<std::uint64_t>::max();

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Digits as a number, kBeyond when it does not fit; nothing for anything but 1*DIGIT.
std::optional<std::uint64_t> position(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : digits) {
    const auto unit = static_cast<std::uint64_t>(digit - '0');
    if (value > (kBeyond - unit) / 10) return kBeyond;
    value = value * 10 + unit;
  }
  return value;
}

bool names_bytes(std::string_view unit) {
  constexpr std::string_view kBytes = "bytes";
  return std::ranges::equal(unit, kBytes, [](char a, char b) { return (a | 0x20) == b; });
}

RangeAnswer whole(std::uint64_t size) { return {RangeAnswer::Kind::whole, 0, size}; }
RangeAnswer unsatisfiable() { return {RangeAnswer::Kind::unsatisfiable, 0, 0}; }

RangeAnswer suffix(std::uint64_t length, std::uint64_t size) {
  if (length == 0 || size == 0) return unsatisfiable();
  const std::uint64_t bytes = std::min(length, size);
  return {RangeAnswer::Kind::part, size - bytes, bytes};
}

}  // namespace

RangeAnswer resolve_range(std::optional<std::string_view> range,
                          std::optional<std::string_view> if_range, std::string_view etag,
                          std::uint64_t size) {
  if (!range) return whole(size);
  if (if_range && trimmed(*if_range) != etag) return whole(size);
  const std::string_view text = trimmed(*range);
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !names_bytes(text.substr(0, equals))) return whole(size);
  const std::string_view spec = trimmed(text.substr(equals + 1));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return whole(size);

  const std::string_view tail = spec.substr(dash + 1);
  if (dash == 0) {
    const auto length = position(tail);
    return length ? suffix(*length, size) : whole(size);
  }
  const auto first = position(spec.substr(0, dash));
  if (!first) return whole(size);
  std::uint64_t last = kBeyond;
  if (!tail.empty()) {
    const auto given = position(tail);
    if (!given || *given < *first) return whole(size);
    last = *given;
  }
  if (*first >= size) return unsatisfiable();
  return {RangeAnswer::Kind::part, *first, std::min(last, size - 1) - *first + 1};
}

std::string content_range(const RangeAnswer& answer, std::uint64_t size) {
  MATINEE_CHECK(answer.kind != RangeAnswer::Kind::whole);
  std::string text = "bytes ";
  if (answer.kind == RangeAnswer::Kind::unsatisfiable) {
    text += "*";
  } else {
    text += std::to_string(answer.first) + "-" + std::to_string(answer.first + answer.bytes - 1);
  }
  return text + "/" + std::to_string(size);
}

bool none_match_holds(std::string_view if_none_match, std::string_view etag) {
  std::string_view rest = trimmed(if_none_match);
  if (rest == "*") return true;
  while (!rest.empty()) {
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    if (!rest.starts_with('"')) return false;  // not a list of entity tags: no condition holds
    const std::size_t close = rest.find('"', 1);
    if (close == std::string_view::npos) return false;
    if (rest.substr(0, close + 1) == etag) return true;
    rest = trimmed(rest.substr(close + 1));
    if (rest.empty()) return false;
    if (rest.front() != ',') return false;
    while (!rest.empty() && (rest.front() == ',' || is_blank(rest.front()))) rest.remove_prefix(1);
  }
  return false;
}

}  // namespace matinee::edge
