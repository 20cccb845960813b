#include "http/message_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "base/check.h"

namespace matinee::http {
namespace {

constexpr std::array<std::string_view, 7> kEngineFields{
    "connection", "keep-alive", "content-length", "transfer-encoding", "te", "trailer", "upgrade"};

bool is_engine_field(std::string_view name) {
  return std::ranges::any_of(kEngineFields,
                             [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

}  // namespace

void append_fields(std::string& out, const Headers& headers, std::string_view left_out) {
  for (const Headers::Field field : headers) {
    if (is_engine_field(field.name)) continue;
    if (!left_out.empty() && equal_ignoring_case(field.name, left_out)) continue;
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
}

void append_framing(std::string& out, Framing framing, std::uint64_t body_bytes) {
  if (framing == Framing::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (framing == Framing::length) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), body_bytes).ptr;
    out.append("Content-Length: ").append(digits.data(), end).append("\r\n");
  }
}

void append_request_head(std::string& out, Method method, std::string_view target,
                         std::string_view host, const Headers& headers, Framing framing,
                         std::uint64_t body_bytes) {
  MATINEE_CHECK(method != Method::other);
  MATINEE_CHECK(!target.empty() && std::ranges::none_of(target, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  }));
  out.append(name_of(method)).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
  out.append(host).append("\r\n");
  append_fields(out, headers, "host");
  append_framing(out, framing, body_bytes);
  out.append("\r\n");
}

void append_chunk_size(std::string& out, std::uint64_t bytes) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
  out.append(digits.data(), end).append("\r\n");
}

std::string http_date(Instant instant) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(instant);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                 kMonths[static_cast<std::size_t>(parts.tm_mon)],
                                 parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace matinee::http
