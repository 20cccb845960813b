#include "catalog/edl.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace matinee::catalog {
namespace {

constexpr double kSecondsMax = 1e6;

std::optional<double> decimal_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0 || value > kSecondsMax) {
    return std::nullopt;
  }
  return value;
}

// "83.5" or "0:01:23.5".
std::optional<std::int64_t> time_of(std::string_view text) {
  double seconds = 0;
  int parts = 0;
  while (true) {
    const auto colon = text.find(':');
    const auto part = decimal_of(text.substr(0, colon));
    if (!part || ++parts > 3) return std::nullopt;
    seconds = seconds * 60 + *part;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  if (seconds > kSecondsMax) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(seconds * 1000));
}

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const auto word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

std::vector<Marker> parse_edl(std::string_view text) {
  std::vector<Marker> markers;
  while (!text.empty() && markers.size() < kMarkersMax) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto from = time_of(next_word(line));
    const auto to = time_of(next_word(line));
    const auto action = next_word(line);
    if (!from || !to || *to <= *from) continue;
    if (action == "4") markers.push_back({MarkerKind::intro, *from, *to});
    if (action == "5") markers.push_back({MarkerKind::credits, *from, *to});
  }
  return markers;
}

}  // namespace matinee::catalog
