// Goal: no bytes crash the parser, and how they are cut into pieces changes nothing.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/parser.h"

namespace matinee::http {
namespace {

// Everything the parser says about `input`, fed in pieces of `step` bytes.
std::string account_of(MessageParser::Kind kind, std::string_view input, std::size_t step) {
  MessageParser parser(
      kind, {.start_line_bytes_max = 256, .header_count_max = 8, .header_bytes_max = 1024});
  std::string account;
  std::string pending;
  std::size_t given = 0;
  while (true) {
    const MessageParser::Step result = parser.next(pending);
    MATINEE_CHECK(result.consumed <= pending.size());
    if (result.event == MessageParser::Event::head) {
      const MessageHead& head = parser.head();
      MATINEE_CHECK(!head.chunked || !head.body_bytes);
      account.append("H").append(head.target).append("|");
      for (const Headers::Field field : head.headers) {
        MATINEE_CHECK(is_token(field.name) && is_header_value(field.value));
        account.append(field.name).append("=").append(field.value).append("|");
      }
    } else if (result.event == MessageParser::Event::data) {
      account.append(result.data);
    } else if (result.event == MessageParser::Event::end) {
      account.append("E");
      parser.reset();
    } else if (result.event == MessageParser::Event::error) {
      return account.append("X");
    }
    pending.erase(0, result.consumed);
    if (result.event != MessageParser::Event::need_more) continue;
    if (given == input.size()) break;
    const std::string_view piece = input.substr(given, step);
    pending.append(piece);
    given += piece.size();
  }
  account.append(parser.finish_input(!pending.empty()) == MessageParser::Event::error ? "C" : "F");
  return account;
}

}  // namespace
}  // namespace matinee::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using matinee::http::MessageParser;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {MessageParser::Kind::request, MessageParser::Kind::response}) {
    const std::string whole = matinee::http::account_of(kind, input, size + 1);
    const std::string cut = matinee::http::account_of(kind, input, 1);
    const std::string halves = matinee::http::account_of(kind, input, size / 2 + 1);
    MATINEE_CHECK(whole == cut);
    MATINEE_CHECK(whole == halves);
  }
  return 0;
}
