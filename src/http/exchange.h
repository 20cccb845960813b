#pragma once
// http/exchange: one request and its response on a loop, for handlers that never block (edge).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "http/body.h"
#include "http/loop.h"
#include "http/message.h"

namespace matinee::http {

/// Receives a request's body on the loop. Exactly one of on_end and on_error ends it.
struct BodyEvents {
  /// The view is valid during the call.
  std::function<void(std::string_view)> on_data{};
  std::function<void()> on_end{};
  /// 400 malformed, 408 stalled, 413 beyond the limit; 0 when the client went away.
  /// For the first three the handler may still respond (with that status).
  std::function<void(int status)> on_error{};
};

/// One request and its response; an interface because HTTP/2 streams will be a second kind.
///
/// All calls on the loop's thread; other threads go through loop().post(). The handler keeps the
/// shared_ptr until it is done (the connection may die before); after the client is gone every
/// call is a harmless no-op. Dropping the last handle without a response aborts the connection.
/// Callbacks are dropped once the exchange has ended, so they may hold the exchange's pointer.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Head of the request; its body() must not be used here. Valid as long as the exchange.
  [[nodiscard]] virtual Request& request() = 0;
  [[nodiscard]] virtual Loop& loop() = 0;

  /// The route's name in metrics and logs (a literal or interned: few values); "" = unnamed.
  virtual void set_route(std::string_view name) = 0;
  /// What stands in the log instead of the path: for paths that hold a secret.
  virtual void set_logged_path(std::string_view path) = 0;
  /// Bytes of request body accepted; takes effect before read_body().
  virtual void set_body_limit(std::uint64_t bytes_max) = 0;

  /// Starts to deliver the body (answers Expect: 100-continue). At most once. A body that is not
  /// read is discarded when small; otherwise the connection closes after the response.
  virtual void read_body(BodyEvents events) = 0;
  /// Back-pressure: no on_data after pause_body() until resume_body().
  virtual void pause_body() = 0;
  virtual void resume_body() = 0;

  /// The whole response at once. Its body must not be a BodySource.
  virtual void respond(Response response) = 0;
  /// The head of a streamed response; `body_bytes` absent = unknown (chunked). The response's own
  /// body is ignored. With HEAD, 204 and 304, writes are dropped.
  virtual void begin(Response head, std::optional<std::uint64_t> body_bytes) = 0;
  /// Queues bytes; sent together at the end of the loop's round.
  virtual void write(SharedBytes bytes) = 0;
  /// Ends the response. Fewer bytes than promised abort the connection.
  virtual void finish() = 0;
  /// Ends the connection so that the client cannot take what it got for a whole response.
  virtual void abort() = 0;
  [[nodiscard]] virtual bool begun() const = 0;
  /// False once the response was finished, aborted or the client went away.
  [[nodiscard]] virtual bool is_open() const = 0;

  /// Bytes queued and not yet taken by the kernel. Stop writing above kBufferHigh.
  [[nodiscard]] virtual std::size_t buffered_bytes() const = 0;
  static constexpr std::size_t kBufferHigh = 512 * 1024;
  static constexpr std::size_t kBufferLow = 128 * 1024;
  /// Called each time buffered_bytes() falls to kBufferLow or below after having been above it,
  /// and only while the response is open.
  virtual void on_drain(std::function<void()> call) = 0;
  /// Called once, when the client goes away (or is aborted) before the response is finished.
  virtual void on_close(std::function<void()> call) = 0;
};

/// Handles a request on the loop. Must not block.
using InlineHandler = std::function<void(std::shared_ptr<Exchange>)>;

}  // namespace matinee::http
