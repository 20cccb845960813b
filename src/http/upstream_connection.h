#pragma once
// http/upstream_connection: one connection of an UpstreamPool and its calls. Internal.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/input.h"
#include "http/message_writer.h"
#include "http/out_queue.h"
#include "http/parser.h"
#include "http/upstream.h"

namespace matinee::http {

class UpstreamConnection;

/// What the connections of one pool share.
class UpstreamHost {
 public:
  virtual ~UpstreamHost() = default;
  virtual Loop& loop() = 0;
  virtual std::span<char> scratch() = 0;
  virtual const UpstreamPool::Options& options() const = 0;
  /// The connection ended its call and can take another.
  virtual void connection_idle(UpstreamConnection& connection) = 0;
  virtual void connection_closed(UpstreamConnection& connection) = 0;
  /// The call shall go over a new connection.
  virtual void again(std::shared_ptr<class Http1Call> call) = 0;
};

/// One request and what is queued of it. Lives in its pool's waiting line or on a connection.
class Http1Call final : public UpstreamCall, public std::enable_shared_from_this<Http1Call> {
 public:
  Http1Call(UpstreamRequest request, UpstreamEvents events, const UpstreamPool::Options& options,
            Loop& loop);

  void write(SharedBytes bytes) override;
  void finish() override;
  void abort() override;
  void pause() override { paused_ = true; }
  void resume() override;
  [[nodiscard]] std::size_t buffered_bytes() const override { return out_.bytes(); }

 private:
  friend class UpstreamConnection;
  friend class UpstreamPool;
  void compose(const std::string& host);
  void fail_with(UpstreamFailure failure);
  void waited_too_long();

  UpstreamRequest request_;
  UpstreamEvents events_;
  Loop& loop_;
  OutQueue out_;
  Framing framing_ = Framing::none;
  std::uint64_t left_ = 0;
  UpstreamConnection* connection_ = nullptr;
  MonotonicInstant progress_;  // start, or the last byte sent while the body streams
  bool sending_ = false;       // more of the body will be written
  bool paused_ = false;
  bool over_ = false;
  bool head_seen_ = false;
  bool retried_ = false;
  bool sent_any_ = false;
  bool was_high_ = false;
};

/// A connection to the peer: connecting, idle, or with one call.
class UpstreamConnection final : public Watcher,
                                 public std::enable_shared_from_this<UpstreamConnection> {
 public:
  UpstreamConnection(UpstreamHost& host, Socket socket);
  ~UpstreamConnection() override;

  /// For a new one: the call is sent once connected.
  void start(std::shared_ptr<Http1Call> call);
  /// For an idle one.
  void take(std::shared_ptr<Http1Call> call);
  void on_ready(std::uint32_t events) override;
  void schedule();
  /// The call's body may flow again.
  void resumed() {
    last_read_ = host_.loop().now();
    schedule();
  }
  /// Closes without a word to the call.
  void close();

 private:
  void connected();
  void read_input();
  bool take_input(const Received& received);
  std::size_t process(std::string_view in);
  bool take_event(const MessageParser::Step& step);
  void deliver_head();
  void peer_closed(bool is_more);
  void complete(bool is_more);
  void broken(Error error);
  void turn();
  void flush();
  void update_interest();
  void update_timer();
  void on_timer();
  [[nodiscard]] MonotonicInstant next_deadline() const;
  [[nodiscard]] bool is_paused() const { return call_ && call_->paused_; }

  UpstreamHost& host_;
  Socket socket_;
  MessageParser parser_;
  std::shared_ptr<Http1Call> call_;
  Input pending_;
  bool connecting_ = true;
  bool reused_ = false;
  bool received_ = false;
  bool input_closed_ = false;
  bool send_broken_ = false;
  bool closed_ = false;
  bool watched_ = false;
  bool scheduled_ = false;
  bool turning_ = false;
  std::uint32_t interest_ = 0;
  MonotonicInstant since_;  // connecting or idle since
  MonotonicInstant last_read_;
  Loop::TimerId timer_;
};

}  // namespace matinee::http
