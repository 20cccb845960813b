#pragma once
// events/processor: reads the log and keeps a state that has counted each event exactly once.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "events/event.h"
#include "events/seen_events.h"
#include "events/state_view.h"
#include "store/environment.h"
#include "store/event_log.h"
#include "store/state_store.h"

namespace matinee::events {

/// What a processor does with one event, through `state` alone: it may run again for the same
/// event. Errors: invalid sets the event aside for good; any other is tried again.
using ApplyEvent = std::function<Result<void>(const Event& event, StateView& state)>;

struct ProcessorOptions {
  std::string name;              // "history"; in metrics, logs and the state's folder
  std::filesystem::path folder;  // holds <name>-<partition>/ for each partition
  std::size_t batch_records = 1000;
};

/// An event that was set aside, with why.
struct SetAside {
  std::uint64_t offset;
  std::string reason;
  std::string bytes;  // the first kSetAsideBytesMax
};
inline constexpr std::size_t kSetAsideBytesMax = 4096;
inline constexpr std::size_t kSetAsideMax = 10'000;  // a partition; then the oldest goes

/// One partition: each step reads a batch, applies it, and commits state, seen ids and offset in
/// one write. After a kill at any point the next step goes on from the last commit.
/// `step` belongs to one thread; `state` may be called by any.
class PartitionWorker {
 public:
  struct Step {
    std::size_t applied = 0;
    std::size_t duplicates = 0;
    std::size_t set_aside = 0;
    std::size_t records = 0;  // 0: the end of the log
  };

  /// All must outlive it.
  PartitionWorker(store::EventLog& log, std::uint32_t partition, const ProcessorOptions& options,
                  const ApplyEvent& apply, const store::Environment& environment, Metrics& metrics);

  /// One batch. Errors: conflict when another owner has taken the state over (stop then);
  /// unavailable, limited, corrupt: nothing of the batch has counted, or all of it; call again.
  Result<Step> step();
  /// The offset to read next; what `step` waits beyond.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  /// The committed state, opened when it is not yet. Errors: those of opening it.
  Result<std::shared_ptr<store::StateStore>> state();

 private:
  Result<Step> apply_page(const store::LogPage& page, store::StateStore& state);
  Result<bool> apply_record(const store::LogRecord& record, StateView& view, Step& step,
                            store::StateBatch& batch);
  void set_aside(const store::LogRecord& record, std::string_view reason, store::StateBatch& batch);
  Result<void> load_set_aside(store::StateStore& state);
  Result<store::LogPage> read_page();
  void close();

  store::EventLog& log_;
  std::uint32_t partition_;
  const ProcessorOptions& options_;
  const ApplyEvent& apply_;
  const store::Environment& environment_;
  Counter& applied_;
  Counter& duplicates_;
  Counter& set_aside_count_;
  Counter& lost_;
  Gauge& lag_;
  std::mutex mutex_;  // guards state_
  // Shared: a reader may still hold the store while the worker reopens it after a failure.
  std::shared_ptr<store::StateStore> state_;
  std::uint64_t epoch_ = 0;
  std::uint64_t position_ = 0;
  std::size_t batch_records_;
  std::optional<SeenEvents> seen_;
  std::deque<std::uint64_t> set_aside_offsets_;  // oldest first
};

/// Events of a partition that were set aside, by offset, at most `limit` after `after`.
Result<std::vector<SetAside>> read_set_aside(store::StateStore& state,
                                             std::optional<std::uint64_t> after, std::size_t limit);

/// All partitions of one processor, a thread each. The threads start with `start` and end in
/// `stop` or the destructor. Must outlive whoever asks for its states.
class Processor {
 public:
  /// All must outlive it.
  Processor(store::EventLog& log, ProcessorOptions options, ApplyEvent apply,
            store::Environment environment, Metrics& metrics);
  ~Processor();
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  void start();
  /// Lets the batches in hand end; returns when all threads have. Once stopped, stays so.
  void stop();

  /// The state that holds what is known of a pseudonym. Errors: unavailable.
  Result<std::shared_ptr<store::StateStore>> state_of(Pseudonym pseudonym);
  /// Steps every partition until its end, on this thread: for tests. Not while started.
  Result<void> run_to_end();

 private:
  void run(PartitionWorker& worker, std::uint32_t partition, const std::stop_token& stop);

  store::EventLog& log_;
  ProcessorOptions options_;
  ApplyEvent apply_;
  store::Environment environment_;
  std::vector<std::unique_ptr<PartitionWorker>> workers_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::jthread> threads_;
};

}  // namespace matinee::events
