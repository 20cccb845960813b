#include "http/accept.h"

#include <algorithm>
#include <optional>

namespace matinee::http {
namespace {

constexpr int kMost = 1'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) { return lower(x) == y; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The part before `mark`; takes it and the mark off `rest`.
std::string_view next_part(std::string_view& rest, char mark) {
  const auto end = std::min(rest.find(mark), rest.size());
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// "0", "1", "0.5", "1.000": at most three decimals.
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = text[0] == '1' ? kMost : 0;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= kMost ? std::optional(weight) : std::nullopt;
}

// 0 for a range that does not hold the type, 1 for */*, 2 for image/*, 3 for the type itself.
int fit_of(std::string_view range, std::string_view type) {
  if (range == "*/*") return 1;
  if (same(range, type)) return 3;
  const auto slash = type.find('/');
  const bool wild = range.size() == slash + 2 && range.ends_with("/*") &&
                    same(range.substr(0, slash), type.substr(0, slash));
  return wild ? 2 : 0;
}

}  // namespace

Liking liking_of(std::string_view accept, std::string_view type) {
  if (trimmed(accept).empty()) return {kMost, false};
  Liking liking;
  int best_fit = 0;
  while (!accept.empty()) {
    std::string_view rest = next_part(accept, ',');
    const int fit = fit_of(next_part(rest, ';'), type);
    if (fit <= best_fit) continue;
    std::optional<int> weight = kMost;
    while (!rest.empty()) {
      std::string_view parameter = next_part(rest, ';');
      const auto name = next_part(parameter, '=');
      if (same(name, "q")) weight = weight_of(trimmed(parameter));
    }
    if (!weight) continue;
    best_fit = fit;
    liking = {*weight, fit == 3};
  }
  return liking;
}

}  // namespace matinee::http
