#pragma once
// events/intake: takes the events of clients into the log. Called by POST /v1/events.

#include <cstddef>
#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "events/event_json.h"
#include "events/profile_keys.h"
#include "store/event_log.h"

namespace matinee::events {

/// Who sends, as the session says; never taken from the body.
struct Sender {
  SessionId session_id;
  TenantId tenant_id;
  ProfileId profile_id;
  Pseudonym pseudonym;
};

struct IntakeAnswer {
  std::size_t accepted = 0;    // durable now
  std::size_t duplicates = 0;  // were durable before
  std::vector<Rejection> rejected;
};

/// The partition of everything that concerns a pseudonym, so that its order holds.
std::uint32_t partition_of(const store::EventLog& log, Pseudonym pseudonym);

/// Checks events, stamps them, seals what is personal and appends them to the log. An event is
/// known by its id, whatever its sequence number: the tabs of one browser share a session and
/// each may count from 0. What this process has taken lately (at most `recent_max` ids) is told
/// as a duplicate and not written again; after a restart it may be written twice, and what counts
/// exactly is the processors' own memory of ids, which is one with their state.
/// Thread-safe; every call blocks until the log is durable.
class Intake {
 public:
  struct Options {
    std::size_t recent_max = 200'000;
  };

  /// All must outlive it.
  Intake(store::EventLog& log, ProfileKeys& keys, const Clock& clock, Random& random,
         Metrics& metrics)
      : Intake(log, keys, clock, random, metrics, Options{}) {}
  Intake(store::EventLog& log, ProfileKeys& keys, const Clock& clock, Random& random,
         Metrics& metrics, Options options);

  /// Every event of `body` is in exactly one of the answer's three parts, and what is not rejected
  /// is durable. Errors: invalid when the body is no batch; unavailable when log or key cannot be
  /// had: nothing was acknowledged, send all of it again; forbidden for an erased profile.
  Result<IntakeAnswer> accept(const Sender& sender, std::string_view body);

  /// Tells all processors to forget a pseudonym, durably. Its profile must be erased before.
  /// Errors: unavailable.
  Result<void> erase(TenantId tenant, Pseudonym pseudonym);

 private:
  [[nodiscard]] bool is_known(EventId id);
  void remember(const std::vector<EventId>& ids);
  Result<void> append(Pseudonym pseudonym, const std::vector<std::string>& records);

  store::EventLog& log_;
  ProfileKeys& keys_;
  const Clock& clock_;
  Random& random_;
  Options options_;
  Counter& accepted_;
  Counter& duplicates_;
  Counter& rejected_;
  std::mutex mutex_;
  std::unordered_set<EventId> recent_;
  std::deque<EventId> order_;  // oldest first
};

}  // namespace matinee::events
