#pragma once
// http/connection: one HTTP/1.1 connection of a server. Internal to this module.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/exchange.h"
#include "http/input.h"
#include "http/link.h"
#include "http/message_writer.h"
#include "http/out_queue.h"
#include "http/parser.h"
#include "http/server_loop.h"

namespace matinee::http {

class Http1Exchange;

/// Reads requests one after another, gives each to the handler as an Exchange, and writes the
/// responses in order. All work happens in turn(): calls from handlers only note what is to do.
/// Owned by its loop; reads and writes through its link, once that is open.
class Connection final : public Watcher, public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerLoop& server, Socket socket, const Listener& listener, std::string peer);
  ~Connection() override;

  void start();
  void on_ready(std::uint32_t events) override;
  /// No further request on this connection; at once if it is idle.
  void begin_drain();
  /// Ends it now; the client cannot take what it got for a whole response.
  void abort_now();
  /// Too many handshakes: this one, the oldest, has to go.
  void crowded_out();

  // For its exchange.
  ServerLoop& server() { return server_; }
  OutQueue& out() { return out_; }
  void schedule();
  /// Patience begins anew: the body is asked for only now.
  void touch() { last_read_ = server_.loop().now(); }
  void exchange_dropped();
  [[nodiscard]] bool closes_after(bool body_untouched) const;
  [[nodiscard]] bool input_is_closed() const { return input_closed_; }
  [[nodiscard]] bool asks_for_ever() const { return link_.asks_for_ever(); }

 private:
  void turn();
  void open_link();
  void handshake_failed();
  void read_input();
  bool take_input(const Received& received);
  void read_soon();
  std::size_t process(std::string_view in);
  bool process_step(std::string_view in, std::size_t& used);
  bool take_event(const MessageParser::Step& step);
  bool advance_exchange();
  [[nodiscard]] bool must_wait() const;
  void begin_request();
  [[nodiscard]] bool refuse_request(Http1Exchange& exchange);
  void refuse_plain(Http1Exchange& exchange);
  void deliver(std::string_view data);
  void body_ended();
  void next_message();
  [[nodiscard]] bool body_is_discardable() const;
  void fail_body(int status);
  void refuse_message(int status, std::string_view reason);
  void complete_exchange();
  void finish_turn();
  void flush();
  void start_linger();
  void update_interest();
  void update_timer();
  void on_timer();
  [[nodiscard]] MonotonicInstant next_deadline() const;
  void close_now();
  [[nodiscard]] bool all_sent() const { return out_.empty() && !link_.has_unsent(); }

  ServerLoop& server_;
  Link link_;
  ListenerKind kind_;
  std::string peer_;
  MessageParser parser_;
  Input pending_;  // received, not yet parsed
  OutQueue out_;
  Http1Exchange* exchange_ = nullptr;  // the handler owns it

  bool closed_ = false;
  bool turning_ = false;
  bool again_ = false;
  bool scheduled_ = false;
  bool reading_soon_ = false;
  bool input_closed_ = false;
  bool stalled_ = false;  // what is in pending_ waits for the exchange
  bool close_after_ = false;
  bool lingering_ = false;
  bool aborting_ = false;
  bool was_high_ = false;
  bool body_done_ = false;
  bool body_failed_ = false;
  bool discarding_ = false;
  bool served_ = false;
  std::uint64_t discard_left_ = 0;
  std::uint64_t body_received_ = 0;

  std::uint32_t interest_ = 0;
  Loop::TimerId timer_;
  MonotonicInstant accepted_;
  MonotonicInstant last_read_;
  MonotonicInstant last_write_;
  MonotonicInstant head_began_;
  MonotonicInstant linger_until_;
};

/// The Exchange of an HTTP/1.1 connection. Outlives its connection harmlessly.
class Http1Exchange final : public Exchange, public std::enable_shared_from_this<Http1Exchange> {
 public:
  Http1Exchange(Connection& connection, Loop& loop);
  ~Http1Exchange() override;

  Request& request() override { return request_; }
  Loop& loop() override { return loop_; }
  void set_route(std::string_view name) override { route_ = name; }
  void set_logged_path(std::string_view path) override { logged_path_ = path; }
  void set_body_limit(std::uint64_t bytes_max) override { body_limit_ = bytes_max; }
  void read_body(BodyEvents events) override;
  void pause_body() override { body_paused_ = true; }
  void resume_body() override;
  void respond(Response response) override;
  void begin(Response head, std::optional<std::uint64_t> body_bytes) override;
  void write(SharedBytes bytes) override;
  void finish() override;
  void abort() override;
  [[nodiscard]] bool begun() const override { return begun_; }
  [[nodiscard]] bool is_open() const override { return connection_ != nullptr && !ended_; }
  [[nodiscard]] std::size_t buffered_bytes() const override;
  void on_drain(std::function<void()> call) override { drain_ = std::move(call); }
  void on_close(std::function<void()> call) override { close_ = std::move(call); }

 private:
  friend class Connection;
  void begin_with(const Response& head, Framing framing, std::uint64_t body_bytes);
  void end(bool aborted);
  void drop_callbacks();
  void record(ServerLoop& server);

  Connection* connection_;  // null once the exchange is over
  Loop& loop_;
  Request request_;
  Method method_ = Method::get;
  std::string request_id_;
  std::string route_;
  std::string logged_path_;
  MonotonicInstant began_;
  int status_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t body_limit_ = 0;
  std::optional<std::uint64_t> request_bytes_;
  Framing framing_ = Framing::none;
  std::uint64_t left_ = 0;
  bool expects_continue_ = false;
  bool wants_body_ = false;
  bool body_paused_ = false;
  bool body_over_ = false;  // on_end or on_error was called
  bool begun_ = false;
  bool ended_ = false;
  bool aborted_ = false;
  bool close_sent_ = false;
  BodyEvents body_events_;
  std::function<void()> drain_;
  std::function<void()> close_;
};

}  // namespace matinee::http
