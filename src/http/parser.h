#pragma once
// http/parser: HTTP/1.1 messages from bytes; one strict core for requests and responses.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/headers.h"
#include "http/message.h"

namespace matinee::http {

/// The head of a message. `has_body` says whether body bytes or chunks follow on the wire.
struct MessageHead {
  Method method = Method::get;  // of a request
  int status = 0;               // of a response
  int version_minor = 1;
  std::string target;  // origin-form or "*"
  Headers headers;
  bool keep_alive = true;
  bool has_body = false;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> body_bytes;  // Content-Length
};

/// Reads one message after another out of a stream of bytes, in pieces of any size.
///
/// Strict where leniency lets two parsers disagree: no bare LF, no folded lines, no blanks before a
/// colon, no second or conflicting length, no length beside chunks, no coding but "chunked", Host
/// exactly once (1.1), no control characters. Trailers are checked and dropped; interim responses
/// (1xx) are skipped. After an error it accepts nothing more.
/// Source: RFC 9112; RFC 9110 section 5.
class MessageParser {
 public:
  enum class Kind { request, response };
  struct Limits {
    std::size_t start_line_bytes_max = 8 * 1024;
    std::size_t header_count_max = 100;
    std::size_t header_bytes_max = 32 * 1024;
  };
  enum class Event { need_more, head, data, end, error };
  struct Step {
    Event event = Event::need_more;
    std::size_t consumed = 0;  // of the given bytes; the rest must be given again, with more
    std::string_view data{};   // of event `data`: a view into the given bytes
  };

  MessageParser(Kind kind, Limits limits) : kind_(kind), limits_(limits) {}

  /// The next event in `in`. After `head`, head() is complete; `end` ends the message; call
  /// reset() before the next one. `need_more` consumes complete lines only.
  Step next(std::string_view in);
  /// The peer closed: `end` for a response that lasts until then, else `error`. `need_more` when
  /// nothing of a message had come.
  Event finish_input(bool bytes_left);
  /// Ready for the next message; keeps allocated memory.
  void reset();
  /// The method that the next response answers: HEAD has no body.
  void expect_response_to(Method method) { asked_ = method; }

  [[nodiscard]] MessageHead& head() { return head_; }
  [[nodiscard]] const MessageHead& head() const { return head_; }
  /// True between messages, with nothing of the next one seen.
  [[nodiscard]] bool is_idle() const { return state_ == State::start_line && !started_; }
  [[nodiscard]] bool in_head() const {
    return state_ == State::start_line || state_ == State::header_lines;
  }
  /// 400, 414, 417, 431, 501 or 505 for a request; 502 for a response.
  [[nodiscard]] int error_status() const { return error_status_; }
  /// What was wrong, for people.
  [[nodiscard]] std::string_view error_reason() const { return error_reason_; }

 private:
  enum class State {
    start_line,
    header_lines,
    body_start,
    fixed_body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer_lines,
    until_close,
    ended,
    failed
  };
  struct Line {
    bool complete = false;
    std::string_view text;
    std::size_t bytes = 0;  // with its end
  };

  Line take_line(std::string_view in, std::size_t bytes_max, int status_beyond);
  bool parse_start_line(std::string_view line);
  bool parse_request_line(std::string_view line);
  bool parse_target(std::string_view target);
  bool parse_status_line(std::string_view line);
  bool parse_version(std::string_view version);
  bool parse_header_line(std::string_view line, bool keep);
  bool finish_head();
  bool apply_header(std::string_view name, std::string_view value);
  bool apply_framing();
  bool parse_chunk_size(std::string_view line);
  Step next_head(std::string_view in);
  Step next_body(std::string_view in);
  Step next_counted(std::string_view in);
  bool refuse(int status, std::string_view reason);
  [[nodiscard]] Step failed_step() const { return {Event::error, 0, {}}; }

  Kind kind_;
  Limits limits_;
  State state_ = State::start_line;
  bool started_ = false;
  std::size_t scanned_ = 0;  // bytes of an incomplete line without a line feed
  std::size_t header_bytes_ = 0;
  std::size_t header_count_ = 0;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  std::size_t codings_ = 0;
  int skipped_ = 0;  // empty lines before a request, interim responses
  std::string authority_;
  std::uint64_t left_ = 0;  // of a fixed body or a chunk
  Method asked_ = Method::get;
  MessageHead head_;
  int error_status_ = 0;
  std::string_view error_reason_;
};

}  // namespace matinee::http
