#include "http/loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.h"

namespace matinee::http {
namespace {

constexpr std::size_t kEventsMax = 256;  // per round; the rest come in the next

std::uint64_t this_thread() { return static_cast<std::uint64_t>(::pthread_self()); }

}  // namespace

Loop::Loop(const Clock& clock)
    : clock_(clock),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      now_(clock.monotonic()) {
  MATINEE_CHECK(epoll_.is_open());
  MATINEE_CHECK(wake_.is_open());
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint32_t>(wake_.fd());
  MATINEE_CHECK(::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, wake_.fd(), &event) == 0);
}

Loop::~Loop() = default;

void Loop::run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    run_once(std::chrono::milliseconds{60'000});
  }
  now_ = clock_.monotonic();
  run_posted();
  run_deferred();
}

void Loop::stop() {
  post([this] { stopping_.store(true, std::memory_order_release); });
}

void Loop::post(Call call) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(call));
    wake = !std::exchange(woken_, true);
  }
  if (wake) {
    const std::uint64_t one = 1;
    (void)!::write(wake_.fd(), &one, sizeof one);
  }
}

bool Loop::on_thread() const { return thread_.load(std::memory_order_relaxed) == this_thread(); }

int Loop::wait_ms(std::chrono::milliseconds at_most) const {
  if (!deferred_.empty()) return 0;
  if (timers_.empty()) return static_cast<int>(at_most.count());
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.at - clock_.monotonic());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, at_most.count()));
}

bool Loop::run_once(std::chrono::milliseconds wait) {
  thread_.store(this_thread(), std::memory_order_relaxed);
  std::array<epoll_event, kEventsMax> events;
  const int count =
      ::epoll_wait(epoll_.fd(), events.data(), static_cast<int>(events.size()), wait_ms(wait));
  MATINEE_CHECK(count >= 0 || errno == EINTR);
  now_ = clock_.monotonic();
  bool ran = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto fd = static_cast<std::uint32_t>(event.data.u64);
    const auto generation = static_cast<std::uint32_t>(event.data.u64 >> 32U);
    if (fd == static_cast<std::uint32_t>(wake_.fd())) {
      std::uint64_t posts = 0;
      (void)!::read(wake_.fd(), &posts, sizeof posts);
      continue;
    }
    // A callback before this one may have closed the descriptor, or reused its number.
    if (fd >= watched_.size() || watched_[fd].watcher == nullptr ||
        watched_[fd].generation != generation) {
      continue;
    }
    ran = true;
    watched_[fd].watcher->on_ready(event.events);
  }
  const bool timers = run_timers();
  const bool posted = run_posted();
  const bool deferred = run_deferred();
  return ran || timers || posted || deferred;
}

// What these defer in turn waits for the next round, so that sockets get their share.
bool Loop::run_deferred() {
  running_.swap(deferred_);
  for (Call& call : running_) call();
  const bool ran = !running_.empty();
  running_.clear();
  return ran;
}

bool Loop::run_timers() {
  bool ran = false;
  while (!timers_.empty() && timers_.begin()->first.at <= now_) {
    auto node = timers_.extract(timers_.begin());
    node.mapped()();
    ran = true;
  }
  return ran;
}

bool Loop::run_posted() {
  std::vector<Call> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(posted_);
    woken_ = false;
  }
  for (Call& call : calls) call();
  return !calls.empty();
}

Loop::TimerId Loop::add_timer(std::chrono::milliseconds delay, Call call) {
  return add_timer_at(clock_.monotonic() + delay, std::move(call));
}

Loop::TimerId Loop::add_timer_at(MonotonicInstant at, Call call) {
  const TimerId id{at, ++timer_number_};
  timers_.emplace(id, std::move(call));
  return id;
}

void Loop::cancel(TimerId& id) {
  if (id.armed()) timers_.erase(id);
  id = {};
}

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
  MATINEE_CHECK(fd >= 0);
  const auto index = static_cast<std::size_t>(fd);
  if (watched_.size() <= index) watched_.resize(index + 1);
  MATINEE_CHECK(watched_[index].watcher == nullptr);
  watched_[index] = {&watcher, ++generation_};
  epoll_event event{};
  event.events = events;
  event.data.u64 = static_cast<std::uint64_t>(generation_) << 32U | static_cast<std::uint32_t>(fd);
  MATINEE_CHECK(::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event) == 0);
}

void Loop::change(int fd, std::uint32_t events) {
  const auto index = static_cast<std::size_t>(fd);
  MATINEE_CHECK(index < watched_.size() && watched_[index].watcher != nullptr);
  epoll_event event{};
  event.events = events;
  event.data.u64 = static_cast<std::uint64_t>(watched_[index].generation) << 32U |
                   static_cast<std::uint32_t>(fd);
  MATINEE_CHECK(::epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void Loop::unwatch(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  MATINEE_CHECK(index < watched_.size() && watched_[index].watcher != nullptr);
  watched_[index].watcher = nullptr;
  epoll_event event{};
  (void)::epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, fd, &event);
}

}  // namespace matinee::http
