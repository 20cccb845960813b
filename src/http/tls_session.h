#pragma once
// http/tls_session: the TLS of one connection, on its loop. Used by link only.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/input.h"
#include "http/out_queue.h"

struct ssl_st;

namespace matinee::http {

/// Reads and writes a non-blocking socket through OpenSSL. What OpenSSL writes is gathered and sent
/// with few system calls, so a full socket never interrupts it: at most kBatchBytes and a record
/// are held sealed. Idle, it holds no buffers.
class TlsSession {
 public:
  /// Plain bytes sealed before they are sent.
  static constexpr std::size_t kBatchBytes = 64 * 1024;
  /// Received from a client before the handshake is over.
  static constexpr std::size_t kHandshakeBytesMax = 64 * 1024;

  /// Takes over `tls`; `wire` is scratch memory of the loop and empty between calls.
  TlsSession(ssl_st* tls, int fd, std::string& wire);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class Step { done, again, failed };
  /// The next part of the handshake. After `failed` the reason for the client waits to be sent.
  Step handshake();

  /// Fills `out` as far as bytes are there.
  Received receive(std::span<char> out);
  /// True when receive() stopped because `out` was full: more may be at hand that no poll reports.
  [[nodiscard]] bool has_more() const { return has_more_; }

  /// Seals and sends as much as the socket takes; adds what went to `written`. `begins`: the
  /// connection was quiet, so records start small and a browser can use the first packets.
  OutQueue::Flushed flush(OutQueue& out, std::size_t& written, bool begins);
  [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
  /// Tells the client that nothing more comes; as far as the socket takes it.
  void close_notify();

  [[nodiscard]] bool is_resumed() const;
  /// Why the handshake failed, for the log.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Transport;
  OutQueue::Flushed send_wire(std::size_t& written);
  [[nodiscard]] std::size_t record_bytes() const;

  ssl_st* tls_;
  const int fd_;
  std::string& wire_;
  std::string unsent_;
  std::size_t received_ = 0;     // while the handshake runs
  std::size_t since_quiet_ = 0;  // sealed bytes
  bool is_open_ = false;         // the handshake is over
  bool ended_ = false;           // the socket's end was read
  bool drained_ = false;         // the last read emptied the socket
  bool has_more_ = false;
  bool dead_ = false;  // OpenSSL must not be used any more
  std::string failure_;
};

}  // namespace matinee::http
