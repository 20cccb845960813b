#pragma once
// http/link: the bytes of one connection of a server, plain or under TLS. Internal to this module.

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "http/input.h"
#include "http/out_queue.h"
#include "http/socket.h"
#include "http/tls_server.h"
#include "http/tls_session.h"

namespace matinee::http {

/// A socket whose bytes may be sealed. On a TLS listener open() has to be done first; a client that
/// speaks plain HTTP there is misplaced: it is let in to be told so.
class Link {
 public:
  /// `tls` null: plain. `wire`: scratch memory of the loop.
  Link(Socket socket, TlsServer* tls, std::string& wire)
      : socket_(std::move(socket)), server_(tls), wire_(wire), is_open_(tls == nullptr) {}

  [[nodiscard]] int fd() const { return socket_.fd(); }
  [[nodiscard]] bool is_open() const { return is_open_; }
  /// Holds a TLS session that is not open yet.
  [[nodiscard]] bool is_handshaking() const { return session_ != nullptr && !is_open_; }
  [[nodiscard]] bool is_secure() const { return session_ != nullptr && is_open_; }
  [[nodiscard]] bool is_misplaced() const { return is_misplaced_; }
  /// Its answers may ask for TLS for ever.
  [[nodiscard]] bool asks_for_ever() const { return asks_for_ever_; }
  [[nodiscard]] TlsServer* server() const { return server_; }

  enum class Opening { done, again, began, gone, failed };
  /// One step towards being open. `began`: the client's first bytes are TLS, a session was made:
  /// call again. `gone`: the client went away. `failed`: the reason waits to be sent.
  Opening open();
  [[nodiscard]] const std::string& failure() const { return session_->failure(); }

  Received receive(std::span<char> out);
  /// More was received than asked for, and no poll will report it.
  [[nodiscard]] bool has_more() const { return session_ != nullptr && session_->has_more(); }
  /// Throws away what comes; true at the end or when the connection broke.
  bool discard(std::span<char> scratch);

  OutQueue::Flushed flush(OutQueue& out, std::size_t& written, bool begins);
  [[nodiscard]] bool has_unsent() const { return session_ != nullptr && session_->has_unsent(); }
  /// Says over TLS that nothing more comes; plain, closing says it.
  void say_end();
  /// Nothing more will be sent; what comes may still be read.
  void finish_sending();
  /// The client shall not take what it got for the whole.
  void reset_at_close();
  void close();

 private:
  Socket socket_;
  TlsServer* server_;
  std::string& wire_;
  std::unique_ptr<TlsSession> session_;
  bool is_open_;
  bool is_misplaced_ = false;
  bool asks_for_ever_ = false;
};

}  // namespace matinee::http
