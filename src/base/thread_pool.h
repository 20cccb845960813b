#pragma once
// base/thread_pool: blocking work on a bounded number of threads with a bounded queue.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace matinee {

/// Runs tasks on `threads` threads; at most `queue_max` wait, a further one is refused.
/// The destructor lets queued tasks finish and joins. A task must not throw.
class ThreadPool {
 public:
  struct Options {
    std::string name;       // at most 15 characters: what `top -H` shows
    std::size_t threads;    // > 0
    std::size_t queue_max;  // > 0
  };

  explicit ThreadPool(Options options);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// False when the queue is full or the pool is stopping; the task is then dropped unrun.
  [[nodiscard]] bool submit(std::move_only_function<void()> task);

 private:
  void run();

  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace matinee
