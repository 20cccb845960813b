#include "events/processor.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "base/log.h"
#include "events/intake.h"

namespace matinee::events {
namespace {

constexpr std::chrono::milliseconds kWaitForRecords{500};
constexpr std::chrono::milliseconds kRetryPause{500};
constexpr std::string_view kSetAsidePrefix = "!x";

std::string set_aside_key(std::uint64_t offset) {
  std::string key(kSetAsidePrefix);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(offset >> shift));
  return key;
}

std::optional<std::uint64_t> offset_of(std::string_view key) {
  if (key.size() != kSetAsidePrefix.size() + 8) return std::nullopt;
  std::uint64_t offset = 0;
  for (const char c : key.substr(kSetAsidePrefix.size())) {
    offset = offset << 8 | static_cast<unsigned char>(c);
  }
  return offset;
}

Labels labels_of(const ProcessorOptions& options, std::uint32_t partition) {
  return {{"processor", options.name}, {"partition", std::to_string(partition)}};
}

Counter& events_counter(Metrics& metrics, const ProcessorOptions& options, std::uint32_t partition,
                        const char* outcome) {
  Labels labels = labels_of(options, partition);
  labels.emplace_back("outcome", outcome);
  return metrics.counter("matinee_events_processed_total",
                         "Events read from the log by what became of them", std::move(labels));
}

}  // namespace

PartitionWorker::PartitionWorker(store::EventLog& log, std::uint32_t partition,
                                 const ProcessorOptions& options, const ApplyEvent& apply,
                                 const store::Environment& environment, Metrics& metrics)
    : log_(log),
      partition_(partition),
      options_(options),
      apply_(apply),
      environment_(environment),
      applied_(events_counter(metrics, options, partition, "applied")),
      duplicates_(events_counter(metrics, options, partition, "duplicate")),
      set_aside_count_(events_counter(metrics, options, partition, "set_aside")),
      lost_(events_counter(metrics, options, partition, "trimmed_unread")),
      lag_(metrics.gauge("matinee_events_lag_records",
                         "Offsets between a processor and the log's end",
                         labels_of(options, partition))),
      batch_records_(options.batch_records) {
  MATINEE_CHECK(batch_records_ > 0);
}

Result<std::shared_ptr<store::StateStore>> PartitionWorker::state() {
  const std::lock_guard lock(mutex_);
  if (state_) return state_;
  const auto folder = options_.folder / (options_.name + "-" + std::to_string(partition_));
  auto opened = store::StateStore::open(folder, environment_);
  if (!opened) return fail(opened.error(), "opening the state of " + options_.name);
  // The home's lock makes this process the only owner; the epoch shuts out what it left behind.
  const std::uint64_t epoch = (*opened)->epoch() + 1;
  if (auto done = (*opened)->claim(epoch); !done) {
    return fail(done.error(), "claiming the state of " + options_.name);
  }
  state_ = std::move(*opened);
  epoch_ = epoch;
  return state_;
}

void PartitionWorker::close() {
  const std::lock_guard lock(mutex_);
  seen_.reset();
  state_.reset();
}

Result<PartitionWorker::Step> PartitionWorker::step() {
  const auto state = this->state();
  if (!state) return std::unexpected(state.error());
  if (!seen_) {
    seen_.emplace(**state);
    position_ = (*state)->offset();
    if (auto done = load_set_aside(**state); !done) {
      close();
      return std::unexpected(done.error());
    }
  }
  const auto page = read_page();
  if (!page) return std::unexpected(page.error());
  if (page->next == position_) {
    lag_.set(0);
    return Step{};
  }
  auto step = apply_page(*page, **state);
  if (!step) {
    if (step.error().code == ErrorCode::limited) {
      batch_records_ = std::max<std::size_t>(1, batch_records_ / 2);
    }
    close();  // what is in memory may be ahead of what is stored
    return step;
  }
  batch_records_ = options_.batch_records;
  position_ = page->next;
  applied_.add(step->applied);
  duplicates_.add(step->duplicates);
  set_aside_count_.add(step->set_aside);
  if (const auto end = log_.end(partition_)) {
    lag_.set(static_cast<std::int64_t>(*end - std::min(*end, position_)));
  }
  return step;
}

Result<store::LogPage> PartitionWorker::read_page() {
  const store::LogReadLimits limits{.records_max = batch_records_, .bytes_max = 1024 * 1024};
  auto page = log_.read(partition_, position_, limits);
  if (page || page.error().code != ErrorCode::not_found) return page;
  // Trimmed before it was read: say so and go on with what there is.
  const auto earliest = log_.earliest(partition_);
  if (!earliest) return std::unexpected(earliest.error());
  if (*earliest <= position_) return page;
  log::error("events were trimmed from the log before they were processed",
             {{"processor", options_.name},
              {"partition", partition_},
              {"from", position_},
              {"to", *earliest}});
  lost_.add(*earliest - position_);
  return log_.read(partition_, *earliest, limits);
}

Result<PartitionWorker::Step> PartitionWorker::apply_page(const store::LogPage& page,
                                                          store::StateStore& state) {
  Step step{.applied = 0, .duplicates = 0, .set_aside = 0, .records = page.records.size()};
  StateView view(state);
  store::StateBatch batch;
  for (const store::LogRecord& record : page.records) {
    auto done = apply_record(record, view, step, batch);
    if (!done) return std::unexpected(done.error());
  }
  view.write(batch);
  seen_->write(batch);
  batch.set_offset(page.next);
  if (auto done = state.commit(batch, epoch_); !done) {
    return fail(done.error(), "committing a batch of " + options_.name);
  }
  return step;
}

Result<bool> PartitionWorker::apply_record(const store::LogRecord& record, StateView& view,
                                           Step& step, store::StateBatch& batch) {
  const auto event = decode(record.bytes);
  if (!event) {
    set_aside(record, event.error().message, batch);
    ++step.set_aside;
    return false;
  }
  const auto is_new = seen_->insert(event->pseudonym, event->id);
  if (!is_new) return std::unexpected(is_new.error());
  if (!*is_new) {
    ++step.duplicates;
    return false;
  }
  if (auto done = apply_(*event, view); !done) {
    view.drop();
    if (done.error().code != ErrorCode::invalid) return std::unexpected(done.error());
    set_aside(record, done.error().message, batch);
    ++step.set_aside;
    return false;
  }
  view.keep();
  ++step.applied;
  return true;
}

void PartitionWorker::set_aside(const store::LogRecord& record, std::string_view reason,
                                store::StateBatch& batch) {
  log::warning("an event was set aside", {{"processor", options_.name},
                                          {"partition", partition_},
                                          {"offset", record.offset},
                                          {"reason", reason}});
  std::string value(reason.substr(0, 500));
  value.push_back('\n');
  value.append(record.bytes, 0, kSetAsideBytesMax);
  batch.put(set_aside_key(record.offset), std::move(value));
  set_aside_offsets_.push_back(record.offset);
  if (set_aside_offsets_.size() > kSetAsideMax) {
    batch.remove(set_aside_key(set_aside_offsets_.front()));
    set_aside_offsets_.pop_front();
  }
}

Result<void> PartitionWorker::load_set_aside(store::StateStore& state) {
  set_aside_offsets_.clear();
  const auto rows = state.scan(kSetAsidePrefix, "", store::kStateScanMax);
  if (!rows) return fail(rows.error(), "reading what was set aside");
  for (const auto& row : *rows) {
    if (const auto offset = offset_of(row.key)) set_aside_offsets_.push_back(*offset);
  }
  return {};
}

Result<std::vector<SetAside>> read_set_aside(store::StateStore& state,
                                             std::optional<std::uint64_t> after,
                                             std::size_t limit) {
  const auto rows = state.scan(kSetAsidePrefix, after ? set_aside_key(*after) : "", limit);
  if (!rows) return fail(rows.error(), "reading what was set aside");
  std::vector<SetAside> out;
  for (const auto& row : *rows) {
    const auto offset = offset_of(row.key);
    const std::size_t line = row.value.find('\n');
    if (!offset || line == std::string::npos) continue;
    out.push_back({*offset, row.value.substr(0, line), row.value.substr(line + 1)});
  }
  return out;
}

Processor::Processor(store::EventLog& log, ProcessorOptions options, ApplyEvent apply,
                     store::Environment environment, Metrics& metrics)
    : log_(log), options_(std::move(options)), apply_(std::move(apply)), environment_(environment) {
  for (std::uint32_t partition = 0; partition < log_.partitions(); ++partition) {
    workers_.push_back(std::make_unique<PartitionWorker>(log_, partition, options_, apply_,
                                                         environment_, metrics));
  }
}

Processor::~Processor() { stop(); }

void Processor::start() {
  MATINEE_CHECK(threads_.empty());
  for (std::uint32_t partition = 0; partition < workers_.size(); ++partition) {
    threads_.emplace_back([this, partition](const std::stop_token& stop) {
      run(*workers_[partition], partition, stop);
    });
  }
}

void Processor::stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  log_.wake_waiters();
  threads_.clear();  // joins
}

void Processor::run(PartitionWorker& worker, std::uint32_t partition, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto step = worker.step();
    if (step && step->records > 0) continue;
    if (step) {
      (void)log_.wait_beyond(partition, worker.position(), kWaitForRecords);
      continue;
    }
    log::error(
        "a processor could not go on",
        {{"processor", options_.name}, {"partition", partition}, {"error", step.error().message}});
    if (step.error().code == ErrorCode::conflict) return;  // another owner has it
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kRetryPause, [] { return false; });
  }
}

Result<std::shared_ptr<store::StateStore>> Processor::state_of(Pseudonym pseudonym) {
  return workers_.at(partition_of(log_, pseudonym))->state();
}

Result<void> Processor::run_to_end() {
  for (const auto& worker : workers_) {
    while (true) {
      const auto step = worker->step();
      if (!step) return std::unexpected(step.error());
      if (step->records == 0) break;
    }
  }
  return {};
}

}  // namespace matinee::events
