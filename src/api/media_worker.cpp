#include "api/media_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/codec_child.h"
#include "base/log.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

// Waits that end at once when the worker is stopped.
bool pause_unless_stopped(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, pause, [] { return false; });
  return !stop.stop_requested();
}

// Renews a lease on a thread of its own for as long as it lives; knows when the lease was lost.
class LeaseKeeper {
 public:
  LeaseKeeper(const JobTransport& transport, const WorkItem& item)
      : thread_([this, &transport, &item](const std::stop_token& stop) {
          // A third of the lease leaves room for two tries that fail.
          const auto every =
              std::chrono::milliseconds{std::max<std::int64_t>(item.lease_ms / 3, 50)};
          while (pause_unless_stopped(every, stop)) {
            const auto renewed = transport.renew(item, progress_.load());
            tell(transport, item);
            if (!renewed && renewed.error().code == ErrorCode::conflict) {
              lost_ = true;
              return;
            }
          }
        }) {}

  [[nodiscard]] bool lost() const { return lost_; }
  void note(double progress) { progress_ = progress; }
  void say(std::string line) {
    const std::scoped_lock lock(mutex_);
    if (lines_.size() < kLinesMax) lines_.push_back(std::move(line));
  }
  /// What was said and not told yet. A log is a comfort: what does not arrive is forgotten.
  void tell(const JobTransport& transport, const WorkItem& item) {
    std::vector<std::string> lines;
    {
      const std::scoped_lock lock(mutex_);
      lines.swap(lines_);
    }
    if (lines.empty() || !transport.note) return;
    if (const auto told = transport.note(item, lines); !told) {
      log::debug("a job's log was not taken", {{"error", told.error().message}});
    }
  }

 private:
  static constexpr std::size_t kLinesMax = 20;  // between two tellings

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::atomic<double> progress_ = 0;
  std::atomic<bool> lost_ = false;
  std::jthread thread_;  // last: stops and joins before the rest goes
};

}  // namespace

bool is_worth_another_try(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::limited;
}

MediaWorker::MediaWorker(Options options, JobTransport transport, Objects objects,
                         const Clock& clock, Metrics& metrics)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      objects_(std::move(objects)),
      clock_(clock),
      metrics_(metrics) {}

Result<void> MediaWorker::run(const std::stop_token& stop) {
  std::error_code error;
  fs::remove_all(options_.scratch, error);
  fs::create_directories(options_.scratch, error);
  if (error) {
    return fail(ErrorCode::unavailable,
                "preparing " + options_.scratch.string() + ": " + error.message());
  }
  auto pause = options_.pause_min;
  while (!stop.stop_requested()) {
    waiting_ = true;
    auto leased = transport_.lease(options_.lease_wait);
    waiting_ = false;
    if (!leased) {
      log::debug("no job could be leased", {{"error", leased.error().message}});
      pause_unless_stopped(pause, stop);
      pause = std::min(pause * 2, options_.pause_max);
      continue;
    }
    pause = options_.pause_min;
    if (*leased) work_on(**leased, stop);
  }
  return {};
}

void MediaWorker::work_on(const WorkItem& item, const std::stop_token& stop) {
  const auto started = clock_.monotonic();
  Result<Json> result = Json();
  bool lost = false;
  {
    LeaseKeeper keeper(transport_, item);
    result = do_in_scratch(
        item, [&] { return stop.stop_requested() || keeper.lost(); },
        [&](double progress) { keeper.note(progress); },
        [&](std::string line) { keeper.say(std::move(line)); });
    lost = keeper.lost();
    // Of a job that went well, how long it took says enough.
    if (!lost && !result) keeper.tell(transport_, item);
  }
  const std::chrono::duration<double> took = clock_.monotonic() - started;
  const auto* const outcome = lost ? "lease_lost" : result ? "done" : "failed";
  metrics_
      .counter("matinee_media_jobs_total", "Jobs this worker ended.",
               {{"kind", item.kind}, {"outcome", outcome}})
      .add();
  log::info("job ended", {{"job_id", item.job_id},
                          {"kind", item.kind},
                          {"outcome", outcome},
                          {"error", result ? "" : result.error().message},
                          {"duration_ms", took.count() * 1000}});
  if (!lost && !stop.stop_requested()) deliver(item, result, stop);
}

Result<Json> MediaWorker::do_in_scratch(const WorkItem& item,
                                        const std::function<bool()>& cancelled,
                                        const std::function<void(double)>& progress,
                                        const std::function<void(std::string)>& say) {
  const auto scratch = options_.scratch / item.job_id;
  std::error_code error;
  fs::create_directories(scratch, error);
  if (error) return fail(ErrorCode::limited, "making " + scratch.string() + ": " + error.message());
  JobTools tools;
  tools.scratch = scratch;
  const auto took = [&](const std::string& what, MonotonicInstant since, const auto& result) {
    const std::chrono::duration<double> seconds = clock_.monotonic() - since;
    say(fmt::format("{} {} {:.1f} s{}", what, result ? "took" : "failed after", seconds.count(),
                    result ? "" : ": " + result.error().message));
  };
  tools.put = objects_.put;
  tools.put_file = [&](const fs::path& file) {
    const auto since = clock_.monotonic();
    auto stored = objects_.put_file(file);
    took("storing " + file.filename().string(), since, stored);
    return stored;
  };
  tools.codec = [&](std::vector<std::string> arguments) {
    const auto since = clock_.monotonic();
    const std::string what = "matinee-codec " + (arguments.empty() ? "" : arguments.front());
    CodecRun run;
    run.arguments = std::move(arguments);
    run.time_max = options_.job_max;
    run.on_progress = progress;
    run.cancelled = cancelled;
    run.cpu_share = item.cpu_share;
    auto made = run_codec(options_.codec, run, clock_);
    took(what, since, made);
    return made;
  };
  auto result = do_job(item.kind, item.payload, tools);
  fs::remove_all(scratch, error);
  return result;
}

void MediaWorker::deliver(const WorkItem& item, const Result<Json>& result,
                          const std::stop_token& stop) {
  const auto deadline = Deadline::in(clock_, options_.deliver_max);
  auto pause = options_.pause_min;
  while (true) {
    const auto told =
        result ? transport_.complete(item, *result)
               : transport_.fail(item, result.error(), is_worth_another_try(result.error().code));
    if (told || told.error().code != ErrorCode::unavailable) {
      if (!told) {
        log::warning("a job's end was not taken",
                     {{"job_id", item.job_id}, {"error", told.error().message}});
      }
      return;
    }
    if (deadline.left(clock_).count() == 0 || !pause_unless_stopped(pause, stop)) return;
    pause = std::min(pause * 2, options_.pause_max);
  }
}

}  // namespace matinee::api
