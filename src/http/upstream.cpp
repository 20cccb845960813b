#include "http/upstream.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/check.h"
#include "http/upstream_connection.h"

namespace matinee::http {
namespace {

constexpr std::size_t kScratchBytes = 64 * 1024;

}  // namespace

Http1Call::Http1Call(UpstreamRequest request, UpstreamEvents events,
                     const UpstreamPool::Options& options, Loop& loop)
    : request_(std::move(request)),
      events_(std::move(events)),
      loop_(loop),
      progress_(loop.now()),
      sending_(request_.has_body) {
  compose(options.host);
}

void Http1Call::compose(const std::string& host) {
  const bool empty_post = !is_safe(request_.method) && request_.method != Method::delete_;
  if (request_.has_body) {
    framing_ = request_.body_bytes ? Framing::length : Framing::chunked;
    left_ = request_.body_bytes.value_or(0);
  } else {
    framing_ = !request_.body.empty() || empty_post ? Framing::length : Framing::none;
    left_ = request_.body.size();
  }
  std::string head;
  append_request_head(head, request_.method, request_.target, host, request_.headers, framing_,
                      left_);
  out_.clear();
  out_.append_text(head);
  if (!request_.has_body) out_.append(request_.body);
}

void Http1Call::write(SharedBytes bytes) {
  if (over_ || !sending_ || bytes.empty()) return;
  if (framing_ == Framing::length) {
    MATINEE_CHECK(bytes.size() <= left_);
    left_ -= bytes.size();
    out_.append(std::move(bytes));
  } else {
    std::string size;
    append_chunk_size(size, bytes.size());
    out_.append_text(size);
    out_.append(std::move(bytes));
    out_.append_text("\r\n");
  }
  progress_ = loop_.now();
  if (connection_ != nullptr) connection_->schedule();
}

void Http1Call::finish() {
  if (over_ || !sending_) return;
  if (framing_ == Framing::length && left_ > 0) return abort();  // the peer must not wait for more
  if (framing_ == Framing::chunked) out_.append_text("0\r\n\r\n");
  sending_ = false;
  progress_ = loop_.now();
  if (connection_ != nullptr) connection_->schedule();
}

void Http1Call::abort() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();
  // One of the callbacks may be what calls this: they are dropped after this round.
  loop_.defer([events = std::exchange(events_, {})] {});
  if (auto* connection = std::exchange(connection_, nullptr)) connection->close();
}

void Http1Call::resume() {
  paused_ = false;
  if (connection_ != nullptr) connection_->resumed();
}

void Http1Call::waited_too_long() {
  fail_with({{ErrorCode::unavailable, "no connection became free in time"}, true, false});
}

void Http1Call::fail_with(UpstreamFailure failure) {
  if (std::exchange(over_, true)) return;
  const auto events = std::exchange(events_, {});
  if (events.on_error) events.on_error(failure);
}

class UpstreamPool::Impl final : public UpstreamHost, public std::enable_shared_from_this<Impl> {
 public:
  Impl(Loop& loop, Options options)
      : loop_(loop), options_(std::move(options)), scratch_(kScratchBytes) {}

  Loop& loop() override { return loop_; }
  std::span<char> scratch() override { return scratch_; }
  [[nodiscard]] const Options& options() const override { return options_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

  std::shared_ptr<UpstreamCall> start(UpstreamRequest request, UpstreamEvents events) {
    auto call = std::make_shared<Http1Call>(std::move(request), std::move(events), options_, loop_);
    loop_.defer([self = shared_from_this(), call] { self->place(call, true); });
    return call;
  }

  void connection_idle(UpstreamConnection& connection) override {
    while (!waiting_.empty() && waiting_.front()->over_) waiting_.pop_front();
    if (idle_.size() >= options_.idle_max && waiting_.empty()) return connection.close();
    idle_.push_back(&connection);
    serve_waiting();
  }

  void connection_closed(UpstreamConnection& connection) override {
    std::erase(idle_, &connection);
    connections_.erase(&connection);
    serve_waiting();
  }

  void again(std::shared_ptr<Http1Call> call) override {
    call->compose(options_.host);
    call->sent_any_ = false;
    loop_.defer([self = shared_from_this(), call] { self->place(call, false); });
  }

  void close_all() {
    stopped_ = true;
    waiting_.clear();
    while (!connections_.empty()) {
      const auto connection = connections_.begin()->second;
      connection->close();
    }
  }

 private:
  void place(const std::shared_ptr<Http1Call>& call, bool may_reuse) {
    if (call->over_ || stopped_) return;
    if (may_reuse && !idle_.empty()) {
      UpstreamConnection* connection = idle_.back();
      idle_.pop_back();
      return connection->take(call);
    }
    if (connections_.size() < options_.connections_max) return connect(call);
    if (waiting_.size() < options_.waiting_max) {
      waiting_.push_back(call);
      loop_.add_timer(call->request_.head_timeout,
                      [weak = std::weak_ptr(call), this_host = weak_from_this()] {
                        const auto late = weak.lock();
                        if (late && late->connection_ == nullptr && !this_host.expired())
                          late->waited_too_long();
                      });
      return;
    }
    call->fail_with(
        {{ErrorCode::unavailable, "too many requests wait for " + options_.address.to_string()},
         true,
         false});
  }

  void connect(const std::shared_ptr<Http1Call>& call) {
    auto socket = start_connect(options_.address);
    if (!socket) return call->fail_with({socket.error(), true, false});
    auto connection = std::make_shared<UpstreamConnection>(*this, std::move(*socket));
    connections_.emplace(connection.get(), connection);
    connection->start(call);
  }

  void serve_waiting() {
    if (waiting_.empty() || serving_) return;
    serving_ = true;
    loop_.defer([self = shared_from_this()] {
      self->serving_ = false;
      auto line = std::exchange(self->waiting_, {});
      for (const auto& call : line) self->place(call, true);
    });
  }

  Loop& loop_;
  Options options_;
  std::vector<char> scratch_;
  std::map<UpstreamConnection*, std::shared_ptr<UpstreamConnection>> connections_;
  std::vector<UpstreamConnection*> idle_;  // newest last
  std::deque<std::shared_ptr<Http1Call>> waiting_;
  bool serving_ = false;
  bool stopped_ = false;
};

UpstreamPool::UpstreamPool(Loop& loop, Options options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {}

UpstreamPool::~UpstreamPool() { impl_->close_all(); }

std::shared_ptr<UpstreamCall> UpstreamPool::start(UpstreamRequest request, UpstreamEvents events) {
  return impl_->start(std::move(request), std::move(events));
}

std::size_t UpstreamPool::connections() const { return impl_->connections(); }

}  // namespace matinee::http
