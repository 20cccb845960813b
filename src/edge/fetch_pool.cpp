#include "edge/fetch_pool.h"

#include <pthread.h>

#include <utility>

namespace matinee::edge {

FetchPool::FetchPool(Options options) : options_(options) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), "edge-fetch");
  }
}

FetchPool::~FetchPool() { stop(); }

void FetchPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  stop_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  while (run_one()) {
  }
}

bool FetchPool::submit(Task task) {
  return submit_to(demand_, options_.demand_max, std::move(task));
}

bool FetchPool::submit_ahead(Task task) {
  return submit_to(ahead_, options_.ahead_max, std::move(task));
}

bool FetchPool::submit_to(std::deque<Task>& queue, std::size_t queue_max, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue.size() >= queue_max) return false;
    queue.push_back(std::move(task));
  }
  work_.notify_one();
  return true;
}

bool FetchPool::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, time, [this] { return stopping_; });
  return !stopping_;
}

bool FetchPool::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool FetchPool::take(Task& task) {
  std::deque<Task>& queue = demand_.empty() ? ahead_ : demand_;
  if (queue.empty()) return false;
  task = std::move(queue.front());
  queue.pop_front();
  return true;
}

bool FetchPool::run_one() {
  Task task;
  {
    const std::lock_guard lock(mutex_);
    if (!take(task)) return false;
  }
  task();
  return true;
}

void FetchPool::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !demand_.empty() || !ahead_.empty(); });
      if (!take(task)) return;
    }
    task();
  }
}

}  // namespace matinee::edge
