#pragma once
// api/media_worker: the media role's loop: lease a job, do it, keep the lease, bring the result.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "api/job_client.h"
#include "api/media_jobs.h"
#include "base/metrics.h"
#include "base/time.h"

namespace matinee::api {

/// Runs jobs one after the other until it is stopped. A job in hand is abandoned at a stop and when
/// its lease was lost: its codec child is killed, its scratch folder removed, and whoever leases it
/// next does it again with the same bytes. Owned by the media role, which calls run() on a thread.
class MediaWorker {
 public:
  struct Options {
    std::filesystem::path codec;    // the program
    std::filesystem::path scratch;  // a folder of this worker alone; emptied at the start
    std::chrono::milliseconds job_max{std::chrono::hours{6}};
    std::chrono::milliseconds lease_wait{10'000};
    std::chrono::milliseconds pause_min{200};  // while control is away, doubling
    std::chrono::milliseconds pause_max{5'000};
    std::chrono::milliseconds deliver_max{120'000};  // a result is brought again for so long
  };
  /// Storing objects, as in JobTools; both block and retry while the origin is away.
  struct Objects {
    std::function<Result<std::string>(std::string_view bytes)> put;
    std::function<Result<std::string>(const std::filesystem::path& file)> put_file;
  };

  /// `clock` and `metrics` must outlive it.
  MediaWorker(Options options, JobTransport transport, Objects objects, const Clock& clock,
              Metrics& metrics);

  /// Blocks until `stop`. Errors: unavailable when the scratch folder cannot be used.
  Result<void> run(const std::stop_token& stop);

  /// Whether it waits for a job just now: then it holds nothing, and a stop need not wait for it.
  [[nodiscard]] bool is_waiting() const { return waiting_; }

 private:
  void work_on(const WorkItem& item, const std::stop_token& stop);
  Result<Json> do_in_scratch(const WorkItem& item, const std::function<bool()>& cancelled,
                             const std::function<void(double)>& progress,
                             const std::function<void(std::string)>& say);
  void deliver(const WorkItem& item, const Result<Json>& result, const std::stop_token& stop);

  Options options_;
  JobTransport transport_;
  Objects objects_;
  const Clock& clock_;
  Metrics& metrics_;
  std::atomic<bool> waiting_ = false;
};

/// Whether a job that failed so is worth another try: the disk, the origin or the codec failed, not
/// the film.
bool is_worth_another_try(ErrorCode code);

}  // namespace matinee::api
