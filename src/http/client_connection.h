#pragma once
// http/client_connection: one blocking connection of a Client. Internal to this module.

#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "http/parser.h"

namespace matinee::http {

/// Sends one request at a time and reads its response, under one deadline.
class ClientConnection final : public BodyReader {
 public:
  ClientConnection(Client& client, Socket socket, bool reused);

  /// Sends `request` and reads the response's head.
  Result<void> exchange(const ClientRequest& request, const std::string& host, Deadline deadline);
  Result<std::size_t> read(std::span<char> out) override;

  MessageHead& head() { return parser_.head(); }
  [[nodiscard]] bool reused() const { return reused_; }
  /// Nothing of a response came, so a repetition on another connection is possible.
  [[nodiscard]] bool received_nothing() const { return !received_; }
  [[nodiscard]] bool pulled_source() const { return pulled_; }

 private:
  Result<void> send_body(const ClientRequest& request);
  Result<void> send_source(BodySource& source);
  Result<void> send_all(std::string_view text);
  Result<void> read_head();
  Result<void> receive();
  Result<void> wait_for(short events, short& ready);
  [[nodiscard]] std::string_view unparsed() const {
    return std::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  void finish();

  Client& client_;
  Socket socket_;
  bool reused_;
  MessageParser parser_;
  Deadline deadline_{MonotonicInstant::max()};
  std::string out_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string_view data_;  // of the body, in buffer_, not yet read
  bool received_ = false;
  bool pulled_ = false;
  bool early_ = false;  // the response began, or the peer closed, before all was sent
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace matinee::http
