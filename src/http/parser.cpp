#include "http/parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace matinee::http {
namespace {

constexpr std::size_t kChunkLineBytesMax = 256;
constexpr int kSkippedMax = 8;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_target_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

// Characters of "name", "name:port", "[v6]:port"; no user, no path, no list.
bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']' || c == '%' || c == '~';
  });
}

}  // namespace

bool MessageParser::refuse(int status, std::string_view reason) {
  state_ = State::failed;
  error_status_ = kind_ == Kind::request ? status : 502;
  error_reason_ = reason;
  return false;
}

void MessageParser::reset() {
  state_ = State::start_line;
  started_ = false;
  scanned_ = header_bytes_ = header_count_ = hosts_ = lengths_ = codings_ = 0;
  skipped_ = 0;
  authority_.clear();
  left_ = 0;
  head_.target.clear();
  head_.headers.clear();
  head_.status = 0;
  head_.keep_alive = true;
  head_.has_body = head_.chunked = head_.expects_continue = false;
  head_.body_bytes.reset();
}

MessageParser::Step MessageParser::next(std::string_view in) {
  switch (state_) {
    case State::failed:
      return failed_step();
    case State::ended:
      return {Event::end, 0, {}};
    case State::start_line:
    case State::header_lines:
      return next_head(in);
    default:
      return next_body(in);
  }
}

// A line ends with CR LF and nothing else; what is not complete yet is looked at only once.
MessageParser::Line MessageParser::take_line(std::string_view in, std::size_t bytes_max,
                                             int status_beyond) {
  const std::size_t from = std::min(scanned_, in.size());
  const void* feed =
      in.size() > from ? std::memchr(in.data() + from, '\n', in.size() - from) : nullptr;
  const std::size_t bytes =
      feed == nullptr ? in.size()
                      : static_cast<std::size_t>(static_cast<const char*>(feed) - in.data()) + 1;
  if (bytes > bytes_max + 2) {
    refuse(status_beyond, "a line is too long");
    return {};
  }
  if (feed == nullptr) {
    scanned_ = in.size();
    return {};
  }
  scanned_ = 0;
  if (bytes < 2 || in[bytes - 2] != '\r') {
    refuse(400, "a line ends without CR");
    return {};
  }
  return {true, in.substr(0, bytes - 2), bytes};
}

MessageParser::Step MessageParser::next_head(std::string_view in) {
  std::size_t consumed = 0;
  while (true) {
    const std::string_view rest = in.substr(consumed);
    if (state_ == State::start_line) {
      if (rest.empty()) return {Event::need_more, consumed, {}};
      if (!is_token(rest.substr(0, 1)) && rest.front() != '\r' && rest.front() != '\n') {
        refuse(400, "the first line starts with no token");
        return failed_step();
      }
      started_ = true;
      const Line line = take_line(rest, limits_.start_line_bytes_max, 414);
      if (state_ == State::failed) return failed_step();
      if (!line.complete) return {Event::need_more, consumed, {}};
      consumed += line.bytes;
      if (!parse_start_line(line.text)) return failed_step();
      continue;
    }
    const Line line = take_line(rest, limits_.header_bytes_max, 431);
    if (state_ == State::failed) return failed_step();
    if (!line.complete) return {Event::need_more, consumed, {}};
    consumed += line.bytes;
    if (!line.text.empty()) {
      if (!parse_header_line(line.text, true)) return failed_step();
      continue;
    }
    if (!finish_head()) return failed_step();
    if (state_ == State::start_line) continue;  // an interim response was skipped
    return {Event::head, consumed, {}};
  }
}

bool MessageParser::parse_start_line(std::string_view line) {
  if (line.empty()) {  // RFC 9112 section 2.2: empty lines before a request are ignored
    started_ = false;
    if (kind_ == Kind::response || ++skipped_ > 1) return refuse(400, "an empty first line");
    return true;
  }
  state_ = State::header_lines;
  return kind_ == Kind::request ? parse_request_line(line) : parse_status_line(line);
}

bool MessageParser::parse_version(std::string_view version) {
  const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                      version[5] >= '0' && version[5] <= '9' && version[7] >= '0' &&
                      version[7] <= '9';
  if (!shaped) return refuse(400, "no HTTP version");
  if (version[5] != '1' || version[7] > '1') return refuse(505, "only HTTP/1.0 and 1.1 are spoken");
  head_.version_minor = version[7] - '0';
  head_.keep_alive = head_.version_minor == 1;
  return true;
}

bool MessageParser::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return refuse(400, "the request line has not three parts");
  }
  const std::string_view method = line.substr(0, first);
  if (!is_token(method)) return refuse(400, "the method is no token");
  head_.method = method_of(method);
  if (!parse_version(line.substr(last + 1))) return false;
  return parse_target(line.substr(first + 1, last - first - 1));
}

bool MessageParser::parse_target(std::string_view target) {
  if (target.empty() || !is_target_text(target)) {
    return refuse(400, "the target has characters that it may not have");
  }
  if (head_.method == Method::connect) return refuse(501, "CONNECT is not served");
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = target.find_first_of("/?");
    authority_ = target.substr(0, end);
    if (!is_host(authority_)) return refuse(400, "the target's authority is malformed");
    target = end == std::string_view::npos ? std::string_view("/") : target.substr(end);
    if (target.front() == '?') {
      head_.target = "/";
      head_.target.append(target);
      return true;
    }
  }
  if (target.front() != '/' && !(target == "*" && head_.method == Method::options)) {
    return refuse(400, "the target starts without a slash");
  }
  head_.target = target;
  return true;
}

bool MessageParser::parse_status_line(std::string_view line) {
  if (line.size() < 12 || line[8] != ' ') return refuse(502, "no status line");
  if (!parse_version(line.substr(0, 8))) return false;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, head_.status);
  if (error != std::errc{} || end != line.data() + 12 || head_.status < 100 || head_.status > 599) {
    return refuse(502, "no status");
  }
  if (line.size() > 12 && line[12] != ' ') return refuse(502, "no status");
  if (!is_header_value(line.substr(12))) return refuse(502, "the reason has control characters");
  return true;
}

bool MessageParser::parse_header_line(std::string_view line, bool keep) {
  header_bytes_ += line.size() + 2;
  if (header_bytes_ > limits_.header_bytes_max) return refuse(431, "the headers are too long");
  if (++header_count_ > limits_.header_count_max) return refuse(431, "too many headers");
  if (line.front() == ' ' || line.front() == '\t') return refuse(400, "a folded header");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return refuse(400, "a header without a colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return refuse(400, "a header's name is no token");
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_header_value(value)) return refuse(400, "a header has control characters");
  if (!keep) return true;
  head_.headers.append(name, value);
  return apply_header(name, value);
}

bool MessageParser::apply_header(std::string_view name, std::string_view value) {
  if (name.size() == 4 && equal_ignoring_case(name, "host")) {
    if (kind_ == Kind::response) return true;
    if (++hosts_ > 1) return refuse(400, "more than one Host");
    if (!is_host(value)) return refuse(400, "the Host is malformed");
  } else if (name.size() == 14 && equal_ignoring_case(name, "content-length")) {
    std::uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bytes);
    if (++lengths_ > 1) return refuse(400, "more than one Content-Length");
    if (value.empty() || error != std::errc{} || end != value.data() + value.size() ||
        bytes > INT64_MAX) {
      return refuse(400, "the Content-Length is no number");
    }
    head_.body_bytes = bytes;
  } else if (name.size() == 17 && equal_ignoring_case(name, "transfer-encoding")) {
    if (++codings_ > 1) return refuse(400, "more than one Transfer-Encoding");
    if (head_.version_minor == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
    if (!equal_ignoring_case(value, "chunked")) {
      return refuse(501, "a Transfer-Encoding other than chunked");
    }
    head_.chunked = true;
  } else if (name.size() == 6 && equal_ignoring_case(name, "expect")) {
    if (kind_ == Kind::response) return true;
    if (!equal_ignoring_case(value, "100-continue")) return refuse(417, "an unknown expectation");
    head_.expects_continue = head_.version_minor == 1;
  }
  return true;
}

bool MessageParser::finish_head() {
  Headers& headers = head_.headers;
  if (headers.has("connection")) {
    if (headers.lists("connection", "close")) {
      head_.keep_alive = false;
    } else if (headers.lists("connection", "keep-alive")) {
      head_.keep_alive = true;
    }
  }
  if (head_.chunked && head_.body_bytes) {
    return refuse(400, "both Content-Length and Transfer-Encoding");
  }
  if (kind_ == Kind::request) {
    if (head_.version_minor == 1 && hosts_ == 0) return refuse(400, "no Host");
    if (!authority_.empty() && !equal_ignoring_case(authority_, headers.value_of("host"))) {
      return refuse(400, "the target's authority is not the Host");
    }
  } else if (head_.status < 200) {
    if (head_.status == 101) return refuse(502, "an unasked switch of protocols");
    const int skipped = skipped_ + 1;
    if (skipped > kSkippedMax) return refuse(502, "too many interim responses");
    reset();
    skipped_ = skipped;
    started_ = true;
    return true;
  }
  return apply_framing();
}

// Which rule ends the body. Source: RFC 9112 section 6.3.
bool MessageParser::apply_framing() {
  const bool bodiless = kind_ == Kind::response &&
                        (asked_ == Method::head || head_.status == 204 || head_.status == 304);
  if (bodiless) {
    head_.has_body = false;
  } else if (head_.chunked) {
    head_.has_body = true;
  } else if (head_.body_bytes) {
    head_.has_body = *head_.body_bytes > 0;
    left_ = *head_.body_bytes;
  } else if (kind_ == Kind::response) {
    head_.has_body = true;
    head_.keep_alive = false;
  }
  state_ = State::body_start;
  return true;
}

MessageParser::Step MessageParser::next_body(std::string_view in) {
  std::size_t consumed = 0;
  while (true) {
    const std::string_view rest = in.substr(consumed);
    switch (state_) {
      case State::body_start:
        state_ = !head_.has_body    ? State::ended
                 : head_.chunked    ? State::chunk_size
                 : head_.body_bytes ? State::fixed_body
                                    : State::until_close;
        break;
      case State::ended:
        return {Event::end, consumed, {}};
      case State::until_close:
        if (rest.empty()) return {Event::need_more, consumed, {}};
        return {Event::data, in.size(), rest};
      case State::fixed_body:
      case State::chunk_data: {
        Step step = next_counted(rest);
        step.consumed += consumed;
        return step;
      }
      case State::chunk_end:
        if (rest.size() < 2) {
          if (!rest.empty() && rest.front() != '\r') {
            refuse(400, "a chunk is longer than it says");
            return failed_step();
          }
          return {Event::need_more, consumed, {}};
        }
        if (!rest.starts_with("\r\n")) {
          refuse(400, "a chunk is longer than it says");
          return failed_step();
        }
        consumed += 2;
        state_ = State::chunk_size;
        break;
      default: {
        const bool trailer = state_ == State::trailer_lines;
        const Line line = take_line(rest, trailer ? limits_.header_bytes_max : kChunkLineBytesMax,
                                    trailer ? 431 : 400);
        if (state_ == State::failed) return failed_step();
        if (!line.complete) return {Event::need_more, consumed, {}};
        consumed += line.bytes;
        if (!trailer) {
          if (!parse_chunk_size(line.text)) return failed_step();
        } else if (line.text.empty()) {
          state_ = State::ended;
        } else if (!parse_header_line(line.text, false)) {
          return failed_step();
        }
      }
    }
  }
}

MessageParser::Step MessageParser::next_counted(std::string_view in) {
  if (in.empty()) return {Event::need_more, 0, {}};
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
  left_ -= count;
  if (left_ == 0) state_ = state_ == State::chunk_data ? State::chunk_end : State::ended;
  return {Event::data, count, in.substr(0, count)};
}

bool MessageParser::parse_chunk_size(std::string_view line) {
  constexpr std::size_t kDigitsMax = 15;
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), bytes, 16);
  const std::size_t digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc{} || digits > kDigitsMax) return refuse(400, "a bad chunk size");
  std::string_view extension = line.substr(digits);
  if (!is_header_value(extension)) return refuse(400, "a bad chunk extension");
  if (!extension.empty()) {
    extension = trimmed(extension);
    if (!extension.starts_with(';')) return refuse(400, "a bad chunk size");
  }
  left_ = bytes;
  state_ = bytes == 0 ? State::trailer_lines : State::chunk_data;
  return true;
}

MessageParser::Event MessageParser::finish_input(bool bytes_left) {
  if (state_ == State::ended || state_ == State::until_close) {
    state_ = State::ended;
    return Event::end;
  }
  if (is_idle() && !bytes_left) return Event::need_more;
  refuse(400, "the message is cut short");
  return Event::error;
}

}  // namespace matinee::http
