#include "api/erasure_sender.h"

#include "base/log.h"

namespace matinee::api {

ErasureSender::~ErasureSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void ErasureSender::start() {
  thread_ = std::thread([this] { run(); });
}

void ErasureSender::poke() {
  const std::lock_guard lock(mutex_);
  poked_ = true;
  wake_.notify_all();
}

void ErasureSender::run() {
  bool all_told = true;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto is_wanted = [this] { return poked_ || stopping_; };
    if (all_told) {
      wake_.wait(lock, is_wanted);
    } else {
      wake_.wait_for(lock, kLookEvery, is_wanted);
    }
    if (stopping_) return;
    poked_ = false;
    lock.unlock();
    all_told = step();
    lock.lock();
  }
}

bool ErasureSender::step() {
  while (true) {
    const auto untold = members_.untold_erasures();
    if (!untold) {
      log::warning("erasures cannot be read", {{"error", untold.error().message}});
      return false;
    }
    if (untold->empty()) return true;
    for (const members::Tombstone& tombstone : *untold) {
      auto told = send_(tombstone);
      if (told) told = members_.erasures_told(tombstone.position);
      if (!told) {
        log::warning("insight was not told of an erasure; it will be",
                     {{"error", told.error().message}});
        return false;
      }
    }
  }
}

}  // namespace matinee::api
