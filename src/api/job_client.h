#pragma once
// api/job_client: how a worker gets its jobs: over HTTP from control, or in-process in tests.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "http/client.h"

namespace matinee::api {

/// A job in this worker's hands until the lease ends.
struct WorkItem {
  std::string job_id;
  std::string kind;
  Json payload;
  std::int64_t epoch = 0;
  std::int64_t lease_ms = 0;
  double cpu_share = 1;  // of the time that its child may run
};

/// The calls of api/job_routes. Errors of all: unavailable while control is away (retry safe);
/// conflict when the lease was lost: abandon the job.
struct JobTransport {
  std::function<Result<std::optional<WorkItem>>(std::chrono::milliseconds wait)> lease;
  std::function<Result<void>(const WorkItem&, double progress)> renew;
  /// Lines for the job's log; may be empty: then nobody hears them.
  std::function<Result<void>(const WorkItem&, const std::vector<std::string>& lines)> note{};
  std::function<Result<void>(const WorkItem&, const Json& result)> complete;
  std::function<Result<void>(const WorkItem&, const Error& error, bool retry)> fail;
};

/// The transport over `client` (control's socket), which like `clock` must outlive it.
JobTransport http_job_transport(http::Client& client, const Clock& clock, std::string worker,
                                std::vector<std::string> kinds,
                                std::function<std::string()> authorization);

}  // namespace matinee::api
