#pragma once
// edge/fetch_pool: the threads that read from the origin, so that no event loop ever waits for it.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace matinee::edge {

/// Runs blocking reads on a fixed number of threads. What a viewer waits for goes before
/// read-ahead. At most `demand_max` and `ahead_max` tasks wait; a further one is refused.
/// stop() ends pauses, lets queued tasks run (with stopping() true) and joins; the destructor too.
class FetchPool {
 public:
  using Task = std::move_only_function<void()>;
  struct Options {
    std::size_t threads = 8;  // 0: the test runs tasks itself, by run_one
    std::size_t demand_max = 4096;
    std::size_t ahead_max = 256;
  };

  explicit FetchPool(Options options);
  ~FetchPool();
  FetchPool(const FetchPool&) = delete;
  FetchPool& operator=(const FetchPool&) = delete;

  /// False when the queue is full or the pool is stopping; the task is then dropped unrun.
  [[nodiscard]] bool submit(Task task);
  [[nodiscard]] bool submit_ahead(Task task);

  void stop();

  /// Called by a task: waits this long, less when the pool stops. False when it is stopping.
  bool pause(std::chrono::milliseconds time);
  [[nodiscard]] bool stopping() const;

  /// Runs one waiting task on the calling thread; false when there is none.
  bool run_one();

 private:
  bool submit_to(std::deque<Task>& queue, std::size_t queue_max, Task task);
  bool take(Task& task);  // with mutex_ held
  void run();

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable stop_;
  std::deque<Task> demand_;
  std::deque<Task> ahead_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace matinee::edge
