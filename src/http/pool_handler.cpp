#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "http/loggable_path.h"
#include "http/match_request.h"
#include "http/problem.h"
#include "http/server.h"

namespace matinee::http {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kBodyHigh = 256 * 1024;  // the loop stops reading
constexpr std::size_t kBodyLow = 64 * 1024;    // it reads again; below it, whole bodies are awaited
constexpr std::size_t kWindowBytes = 4 * kPieceBytes;  // pulled and not yet near the kernel
constexpr std::chrono::milliseconds kPoolRetry{10};

// Between the loop, which puts bytes in, and the handler's thread, which takes them out.
class BodyPipe final : public BodyReader {
 public:
  explicit BodyPipe(const Clock& clock) : clock_(clock) {}

  // Loop side. True when the loop should pause.
  bool put(std::string_view data) {
    const std::lock_guard lock(mutex_);
    text_.append(data);
    more_.notify_one();
    paused_ = text_.size() - offset_ >= kBodyHigh;
    return paused_;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    more_.notify_one();
  }
  void fail_with(int status) {
    const std::lock_guard lock(mutex_);
    if (ended_ || status_ >= 0) return;
    status_ = status;
    more_.notify_one();
  }
  [[nodiscard]] std::size_t buffered() {
    const std::lock_guard lock(mutex_);
    return text_.size() - offset_;
  }

  // Handler side.
  void set_deadline(Deadline deadline) { deadline_ = deadline; }
  void set_resume(std::function<void()> resume) { resume_ = std::move(resume); }
  [[nodiscard]] int status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }
  Result<std::size_t> read(std::span<char> out) override {
    if (out.empty()) return 0;
    std::unique_lock lock(mutex_);
    const bool ready = more_.wait_for(lock, deadline_.left(clock_), [&] {
      return offset_ < text_.size() || ended_ || status_ >= 0;
    });
    if (!ready) return fail(ErrorCode::unavailable, "reading the request's body: too late");
    if (offset_ < text_.size()) {
      const std::size_t count = text_.copy(out.data(), out.size(), offset_);
      offset_ += count;
      if (offset_ == text_.size()) {
        text_.clear();
        offset_ = 0;
      } else if (offset_ > kPieceBytes) {
        text_.erase(0, offset_);
        offset_ = 0;
      }
      const bool resumes = paused_ && text_.size() - offset_ <= kBodyLow;
      if (resumes) paused_ = false;
      lock.unlock();
      if (resumes) resume_();
      return count;
    }
    if (ended_) return 0;
    if (status_ == 413) return fail(ErrorCode::invalid, "reading the request's body: too large");
    if (status_ == 400) return fail(ErrorCode::invalid, "reading the request's body: malformed");
    return fail(ErrorCode::unavailable, status_ == 408
                                            ? "reading the request's body: the client stalled"
                                            : "reading the request's body: the client is gone");
  }

 private:
  const Clock& clock_;
  Deadline deadline_{MonotonicInstant::max()};
  std::function<void()> resume_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::string text_;
  std::size_t offset_ = 0;
  bool ended_ = false;
  bool paused_ = false;
  int status_ = -1;
};

// One request on its way through the pool. Shared by the loop's callbacks and the pool's tasks,
// of which at most one runs; `exchange_` belongs to the loop.
class PoolJob : public std::enable_shared_from_this<PoolJob> {
 public:
  PoolJob(const std::shared_ptr<Exchange>& exchange, const Handler& handler, ThreadPool& pool,
          const Clock& clock)
      : handler_(handler),
        pool_(pool),
        clock_(clock),
        loop_(exchange->loop()),
        exchange_(exchange),
        request_(std::move(exchange->request())),
        pipe_(clock) {}

  void set_parameters(std::vector<std::pair<std::string, std::string>> parameters) {
    request_.parameters = std::move(parameters);
  }

  // On the loop.
  void start() {
    const auto self = shared_from_this();
    pipe_.set_deadline(request_.context.deadline);
    pipe_.set_resume([weak = weak_from_this()] {
      if (const auto job = weak.lock()) {
        job->loop_.post([job] {
          if (job->exchange_) job->exchange_->resume_body();
        });
      }
    });
    request_.set_body(pipe_);
    exchange_->on_close([self] { self->client_gone(); });
    exchange_->on_drain([self] { self->drained(); });
    exchange_->read_body({.on_data =
                              [self](std::string_view data) {
                                if (self->pipe_.put(data)) self->exchange_->pause_body();
                                if (self->pipe_.buffered() >= kBodyLow) self->dispatch();
                              },
                          .on_end =
                              [self] {
                                self->pipe_.end();
                                self->dispatch();
                              },
                          .on_error =
                              [self](int status) {
                                self->pipe_.fail_with(status);
                                if (status != 0) self->refuse_body(status);
                              }});
  }

 private:
  // Small bodies are complete before a thread is taken, so a slow client holds none.
  void dispatch() {
    if (std::exchange(dispatched_, true)) return;
    if (pool_.submit([self = shared_from_this()] { self->run(); })) return;
    respond_on_loop(problem(503, "too many requests are waiting", request_.context.request_id));
  }

  void refuse_body(int status) {
    if (std::exchange(dispatched_, true)) return;  // the handler finds out by reading
    const char* why = status == 413   ? "the body is larger than this route takes"
                      : status == 408 ? "the body did not come in time"
                                      : "the body is malformed";
    respond_on_loop(problem(status, why, request_.context.request_id));
  }

  void client_gone() {
    cancelled_.store(true);
    pipe_.fail_with(0);
    exchange_.reset();
  }

  void respond_on_loop(Response response) {
    const auto exchange = std::exchange(exchange_, nullptr);
    if (exchange) exchange->respond(std::move(response));
  }

  // On the pool.
  void run() {
    if (cancelled_.load()) return;
    Response response = answer();
    auto* source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
    if (source == nullptr) {
      loop_.post([self = shared_from_this(), response = std::move(response)]() mutable {
        self->respond_on_loop(std::move(response));
      });
      return;
    }
    source_ = std::move(*source);
    response.body = std::monostate{};
    const bool bodiless = request_.method == Method::head || response.status == 204 ||
                          response.status == 304 || source_ == nullptr;
    const auto size = source_ ? source_->size() : std::optional<std::uint64_t>(0);
    loop_.post([self = shared_from_this(), response = std::move(response), size]() mutable {
      if (self->exchange_) self->exchange_->begin(std::move(response), size);
    });
    if (bodiless) return post_end(true);
    pump();
  }

  Response answer() {
    const std::string& id = request_.context.request_id;
    if (clock_.monotonic() >= request_.context.deadline.at) {
      return problem(503, "the request waited until its deadline", id);
    }
    std::string thrown;
    try {
      auto response = handler_(request_);
      if (response) return std::move(*response);
      const int failed = pipe_.status();
      if (request_.body_too_large || failed == 413) {
        return problem(413, response.error().message, id);
      }
      if (failed == 408) return problem(408, response.error().message, id);
      return problem(response.error(), id);
    } catch (const std::exception& fault) {
      thrown = fault.what();  // our own fault, kept to this one request
    }
    log::error("a handler threw", {{"request_id", id}, {"what", thrown}});
    return problem(500, "an internal fault", id);
  }

  // Pulls until the window is full; then the loop starts it again, so a slow client holds no
  // thread.
  void pump() {
    while (!cancelled_.load()) {
      {
        const std::lock_guard lock(mutex_);
        if (outstanding_ >= kWindowBytes) {
          parked_ = true;
          return;
        }
      }
      std::string piece(kPieceBytes, '\0');
      const auto count = source_->read(piece);
      if (!count) {
        log::warning("a response body broke off", {{"request_id", request_.context.request_id},
                                                   {"reason", count.error().message}});
        return post_end(false);
      }
      if (*count == 0) return post_end(true);
      piece.resize(*count);
      {
        const std::lock_guard lock(mutex_);
        outstanding_ += *count;
      }
      loop_.post([self = shared_from_this(), bytes = SharedBytes::of(std::move(piece))]() mutable {
        self->send(std::move(bytes));
      });
    }
    // The source ends here, where it worked, not on the loop.
    source_.reset();
  }

  void post_end(bool whole) {
    source_.reset();
    loop_.post([self = shared_from_this(), whole] {
      const auto exchange = std::exchange(self->exchange_, nullptr);
      if (!exchange) return;
      if (whole) {
        exchange->finish();
      } else {
        exchange->abort();
      }
    });
  }

  // On the loop.
  void send(SharedBytes bytes) {
    const std::size_t count = bytes.size();
    if (exchange_) exchange_->write(std::move(bytes));
    held_ += count;
    if (!exchange_ || exchange_->buffered_bytes() <= Exchange::kBufferHigh) drained();
  }

  void drained() {
    bool resumes = false;
    {
      const std::lock_guard lock(mutex_);
      outstanding_ -= std::exchange(held_, 0);
      resumes = parked_ && outstanding_ < kWindowBytes;
      if (resumes) parked_ = false;
    }
    if (resumes) resume_pump();
  }

  void resume_pump() {
    if (pool_.submit([self = shared_from_this()] { self->pump(); })) return;
    loop_.add_timer(kPoolRetry, [self = shared_from_this()] {
      if (self->exchange_) self->resume_pump();
    });
  }

  const Handler& handler_;
  ThreadPool& pool_;
  const Clock& clock_;
  Loop& loop_;
  std::shared_ptr<Exchange> exchange_;
  Request request_;
  BodyPipe pipe_;
  bool dispatched_ = false;
  std::size_t held_ = 0;  // written and still above the connection's high mark
  std::atomic<bool> cancelled_{false};
  std::unique_ptr<BodySource> source_;  // of the one task that runs
  std::mutex mutex_;
  std::size_t outstanding_ = 0;
  bool parked_ = false;
};

}  // namespace

InlineHandler pool_handler(const Router& router, ThreadPool& pool, const Clock& clock) {
  return [&router, &pool, &clock](const std::shared_ptr<Exchange>& exchange) {
    Request& request = exchange->request();
    exchange->set_logged_path(loggable_path(router, request.path()));
    auto matched = match_request(router, request);
    if (const auto* miss = std::get_if<RouteMiss>(&matched)) {
      exchange->set_route("none");
      return exchange->respond(miss_response(*miss, request));
    }
    auto& match = std::get<RouteMatch>(matched);
    exchange->set_route(match.route->operation_id);
    exchange->set_body_limit(match.route->body_bytes_max);
    if (match.route->on_loop) return exchange->respond(router.handle(request));
    auto job = std::make_shared<PoolJob>(exchange, *match.handler, pool, clock);
    job->set_parameters(std::move(match.parameters));
    job->start();
  };
}

}  // namespace matinee::http
