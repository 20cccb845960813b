#include "http/client_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "http/message_writer.h"

namespace matinee::http {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

ClientConnection::ClientConnection(Client& client, Socket socket, bool reused)
    : client_(client),
      socket_(std::move(socket)),
      reused_(reused),
      parser_(MessageParser::Kind::response, {}),
      buffer_(kBufferBytes) {}

Result<void> ClientConnection::exchange(const ClientRequest& request, const std::string& host,
                                        Deadline deadline) {
  deadline_ = deadline;
  parser_.expect_response_to(request.method);
  Framing framing = Framing::none;
  std::uint64_t bytes = 0;
  if (const auto* text = std::get_if<std::string>(&request.body)) {
    framing = Framing::length;
    bytes = text->size();
  } else if (auto* const* source = std::get_if<BodySource*>(&request.body)) {
    MATINEE_CHECK(*source != nullptr);
    framing = (*source)->size() ? Framing::length : Framing::chunked;
    bytes = (*source)->size().value_or(0);
  } else if (!is_safe(request.method) && request.method != Method::delete_) {
    framing = Framing::length;
  }
  append_request_head(out_, request.method, request.target, host, request.headers, framing, bytes);
  if (const auto sent = send_body(request); !sent) return sent;
  return read_head();
}

Result<void> ClientConnection::send_body(const ClientRequest& request) {
  if (const auto* text = std::get_if<std::string>(&request.body)) {
    if (text->size() <= kPieceBytes) {
      out_.append(*text);
      return send_all(out_);
    }
    if (const auto sent = send_all(out_); !sent) return sent;
    return send_all(*text);
  }
  if (const auto sent = send_all(out_); !sent) return sent;
  if (auto* const* source = std::get_if<BodySource*>(&request.body)) return send_source(**source);
  return {};
}

Result<void> ClientConnection::send_source(BodySource& source) {
  const auto promised = source.size();
  std::uint64_t sent_bytes = 0;
  std::string piece(kPieceBytes, '\0');
  while (!early_) {
    pulled_ = true;
    const auto count = source.read(piece);
    if (!count) return std::unexpected(count.error());
    sent_bytes += *count;
    if (promised && (sent_bytes > *promised || (*count == 0 && sent_bytes < *promised))) {
      return fail(ErrorCode::corrupt, "sending a body: it has not the promised " +
                                          std::to_string(*promised) + " bytes");
    }
    if (*count == 0) return promised ? Result<void>{} : send_all("0\r\n\r\n");
    const std::string_view bytes(piece.data(), *count);
    if (promised) {
      if (const auto sent = send_all(bytes); !sent) return sent;
      continue;
    }
    out_.clear();
    append_chunk_size(out_, *count);
    out_.append(bytes).append("\r\n");
    if (const auto sent = send_all(out_); !sent) return sent;
  }
  return {};
}

// Stops without an error when the response begins early: then the server wants no more.
Result<void> ClientConnection::send_all(std::string_view text) {
  while (!text.empty() && !early_) {
    const ssize_t count =
        ::send(socket_.fd(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET) {
      early_ = true;  // perhaps with an answer that explains it
      return {};
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      return fail(ErrorCode::unavailable, std::string("sending: ") + std::strerror(errno));
    }
    short ready = 0;
    if (const auto waited = wait_for(POLLOUT | POLLIN, ready); !waited) return waited;
    if ((ready & (POLLIN | POLLHUP)) != 0) early_ = true;
  }
  return {};
}

Result<void> ClientConnection::wait_for(short events, short& ready) {
  pollfd waiting{socket_.fd(), events, 0};
  while (true) {
    const auto left = std::min<std::int64_t>(deadline_.left(client_.clock_).count(), 60'000);
    const int count = ::poll(&waiting, 1, static_cast<int>(left));
    if (count > 0) {
      ready = waiting.revents;
      return {};
    }
    if (count == 0 && deadline_.left(client_.clock_).count() == 0) {
      return fail(ErrorCode::unavailable, "waiting for the answer: the deadline passed");
    }
  }
}

// More bytes into the buffer; none and no error when the peer closed.
Result<void> ClientConnection::receive() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == buffer_.size()) return fail(ErrorCode::corrupt, "the answer's head is too long");
  }
  while (true) {
    const ssize_t count =
        ::recv(socket_.fd(), buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
    if (count >= 0) {
      end_ += static_cast<std::size_t>(count);
      received_ = received_ || count > 0;
      return {};
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      return fail(ErrorCode::unavailable,
                  std::string("the connection broke off: ") + std::strerror(errno));
    }
    short ready = 0;
    if (const auto waited = wait_for(POLLIN, ready); !waited) return waited;
  }
}

Result<void> ClientConnection::read_head() {
  while (true) {
    const MessageParser::Step step = parser_.next(unparsed());
    begin_ += step.consumed;
    if (step.event == MessageParser::Event::head) {
      if (!parser_.head().has_body) finish();
      return {};
    }
    if (step.event == MessageParser::Event::error) {
      return fail(ErrorCode::corrupt,
                  "the answer is malformed: " + std::string(parser_.error_reason()));
    }
    const std::size_t had = end_ - begin_;
    if (const auto more = receive(); !more) return more;
    if (end_ - begin_ == had) {
      return fail(ErrorCode::unavailable, "the connection closed before the answer");
    }
  }
}

Result<std::size_t> ClientConnection::read(std::span<char> out) {
  if (failed_) return fail(ErrorCode::unavailable, "the body was broken off before");
  if (ended_ || out.empty()) return 0;
  failed_ = true;  // unless all goes well
  while (data_.empty()) {
    const MessageParser::Step step = parser_.next(unparsed());
    begin_ += step.consumed;
    data_ = step.data;
    if (step.event == MessageParser::Event::data) break;
    if (step.event == MessageParser::Event::end) {
      finish();
      return 0;
    }
    if (step.event == MessageParser::Event::error) {
      return fail(ErrorCode::corrupt,
                  "the answer's body is malformed: " + std::string(parser_.error_reason()));
    }
    const std::size_t had = end_ - begin_;
    if (const auto more = receive(); !more) return std::unexpected(more.error());
    if (end_ - begin_ == had) {
      if (parser_.finish_input(had > 0) == MessageParser::Event::end) {
        finish();
        return 0;
      }
      return fail(ErrorCode::unavailable, "the answer's body was cut short");
    }
  }
  const std::size_t count = std::min(out.size(), data_.size());
  std::memcpy(out.data(), data_.data(), count);
  data_.remove_prefix(count);
  failed_ = false;
  return count;
}

void ClientConnection::finish() {
  ended_ = true;
  failed_ = false;
  const bool kept = parser_.head().keep_alive && !early_ && begin_ == end_;
  if (kept) {
    client_.give_back(std::move(socket_));
  } else {
    socket_.close();
  }
}

}  // namespace matinee::http
