#pragma once
// api/erasure_sender: has the stream processors forget whom `members` erased, however long they
// are away.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "members/members.h"

namespace matinee::api {

/// Goes through the tombstones in order and remembers, in the database, how far it got: an erasure
/// is told at least once, and processors take it twice without harm. Works when poked, and every
/// kLookEvery while something is left. Owns a thread from start() to its end.
class ErasureSender {
 public:
  static constexpr std::chrono::seconds kLookEvery{15};

  /// Tells insight; done when it has it for good.
  using Send = std::function<Result<void>(const members::Tombstone&)>;

  ErasureSender(members::Members& members, Send send) : members_(members), send_(std::move(send)) {}
  ~ErasureSender();
  ErasureSender(const ErasureSender&) = delete;
  ErasureSender& operator=(const ErasureSender&) = delete;

  void start();
  void poke();
  /// Tells what is left; true when nothing is.
  bool step();

 private:
  void run();

  members::Members& members_;
  Send send_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool poked_ = true;  // there may be something from before
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace matinee::api
