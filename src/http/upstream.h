#pragma once
// http/upstream: requests to a role from a loop, without blocking: the edge's way to the others.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/body.h"
#include "http/headers.h"
#include "http/loop.h"
#include "http/message.h"
#include "http/socket.h"

namespace matinee::http {

/// Head of a request to send. Host, Content-Length and Transfer-Encoding are set by the engine.
struct UpstreamRequest {
  Method method = Method::get;
  std::string target = "/";
  Headers headers{};
  /// Absent with `has_body` = chunked.
  std::optional<std::uint64_t> body_bytes{};
  /// More body follows through write() and finish(); else `body` is all of it.
  bool has_body = false;
  SharedBytes body{};
  /// A dead kept connection may be replaced by a new one (once, nothing received, body not
  /// streamed).
  bool retry_safe = true;
  std::chrono::milliseconds head_timeout{10'000};  // from start() to the response's head
  std::chrono::milliseconds body_timeout{10'000};  // without a byte, while not paused
};

struct UpstreamHead {
  int status = 0;
  Headers headers{};  // without Connection, Transfer-Encoding, Keep-Alive
  std::optional<std::uint64_t> body_bytes{};
};

struct UpstreamFailure {
  Error error{};  // unavailable; corrupt when the answer is no HTTP
  /// Nothing of a response came. Whether the peer acted on the request is still unknown, unless
  /// `sent` is false: then it saw nothing of it.
  bool before_head = true;
  bool sent = true;
};

/// Exactly one of on_end and on_error comes last; neither after abort(). The callbacks are dropped
/// afterwards.
struct UpstreamEvents {
  std::function<void(const UpstreamHead&)> on_head{};
  std::function<void(std::string_view)> on_data{};  // valid during the call
  std::function<void()> on_end{};
  std::function<void(const UpstreamFailure&)> on_error{};
  std::function<void()> on_drain{};  // request body: buffered_bytes() fell to kBufferLow
};

/// One request on its way. Of the loop's thread. Dropping it does not end it; abort() does.
class UpstreamCall {
 public:
  virtual ~UpstreamCall() = default;
  virtual void write(SharedBytes bytes) = 0;
  virtual void finish() = 0;
  /// Ends it without a further callback; its connection closes.
  virtual void abort() = 0;
  /// Back-pressure on the response's body.
  virtual void pause() = 0;
  virtual void resume() = 0;
  [[nodiscard]] virtual std::size_t buffered_bytes() const = 0;
  static constexpr std::size_t kBufferHigh = 512 * 1024;
  static constexpr std::size_t kBufferLow = 128 * 1024;
};

/// Connections of one loop to one address, kept alive. All calls on the loop's thread, but
/// construction. Beyond `connections_max`, calls wait in order, at most `waiting_max`; beyond
/// that they fail at once. Destroying it aborts everything without callbacks.
class UpstreamPool {
 public:
  struct Options {
    Address address{};
    std::string host = "matinee";
    std::size_t connections_max = 256;
    std::size_t waiting_max = 1024;
    std::size_t idle_max = 32;
    std::chrono::milliseconds idle_timeout{30'000};
    std::chrono::milliseconds connect_timeout{2'000};
  };

  UpstreamPool(Loop& loop, Options options);
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  /// Sends a request. No event comes before this returns.
  std::shared_ptr<UpstreamCall> start(UpstreamRequest request, UpstreamEvents events);
  [[nodiscard]] std::size_t connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // calls outlive their pool harmlessly
};

}  // namespace matinee::http
