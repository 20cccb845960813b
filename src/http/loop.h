#pragma once
// http/loop: the event loop: sockets, timers and posted calls of one thread, over epoll.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "http/socket.h"

namespace matinee::http {

/// Told when a watched descriptor is ready. `events` are epoll's (EPOLLIN, EPOLLOUT, ...).
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(std::uint32_t events) = 0;
};

/// Runs callbacks on one thread; nothing that it calls may block.
/// post() and stop() from any thread; everything else on the loop's own (or before it runs).
/// Level-triggered. Timers follow the injected clock, so tests move them with a FakeClock and
/// run_once(). The posted queue is bounded by its producers (a pool's threads times their window).
class Loop {
 public:
  struct TimerId {
    MonotonicInstant at{};
    std::uint64_t number = 0;  // 0 = no timer
    [[nodiscard]] bool armed() const { return number != 0; }
    friend auto operator<=>(const TimerId&, const TimerId&) = default;
  };
  using Call = std::move_only_function<void()>;

  explicit Loop(const Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(). What is posted before stop() is run.
  void run();
  /// One round: waits at most `wait` for events, a timer or a post; true when something ran.
  bool run_once(std::chrono::milliseconds wait);
  /// Thread-safe.
  void stop();
  /// Runs `call` on the loop, in order of posting; thread-safe. Calls not run when the loop is
  /// destroyed are dropped.
  void post(Call call);
  /// Runs `call` at the end of this round; on the loop's thread only, without a lock.
  void defer(Call call) { deferred_.push_back(std::move(call)); }
  /// True on the thread that runs (or last ran) the loop.
  [[nodiscard]] bool on_thread() const;

  TimerId add_timer(std::chrono::milliseconds delay, Call call);
  TimerId add_timer_at(MonotonicInstant at, Call call);
  /// Forgets the timer and resets `id`; nothing when it fired already.
  void cancel(TimerId& id);

  /// `watcher` must live until unwatch().
  void watch(int fd, std::uint32_t events, Watcher& watcher);
  void change(int fd, std::uint32_t events);
  void unwatch(int fd);

  /// The time at which this round began.
  [[nodiscard]] MonotonicInstant now() const { return now_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  struct Watched {
    Watcher* watcher = nullptr;
    std::uint32_t generation = 0;
  };
  bool run_posted();
  bool run_timers();
  bool run_deferred();
  [[nodiscard]] int wait_ms(std::chrono::milliseconds at_most) const;

  const Clock& clock_;
  Socket epoll_;
  Socket wake_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> thread_{0};
  MonotonicInstant now_;
  std::vector<Watched> watched_;  // by descriptor
  std::uint32_t generation_ = 0;
  std::map<TimerId, Call> timers_;
  std::uint64_t timer_number_ = 0;
  std::vector<Call> deferred_;
  std::vector<Call> running_;
  std::mutex mutex_;
  std::vector<Call> posted_;
  bool woken_ = false;  // under mutex_: a wake-up is on its way
};

}  // namespace matinee::http
