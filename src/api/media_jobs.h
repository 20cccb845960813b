#pragma once
// api/media_jobs: what each kind of job of a title does. Pure of queues and leases; every output
// is content-addressed, so doing a job twice changes nothing.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::api {

/// What a job may use. All functions block; none is empty.
struct JobTools {
  /// Runs matinee-codec with these arguments (the first is the subcommand).
  std::function<Result<Json>(std::vector<std::string> arguments)> codec;
  /// Stores bytes, or a file's content, as an object; gives its id (64 hex digits).
  std::function<Result<std::string>(std::string_view bytes)> put;
  std::function<Result<std::string>(const std::filesystem::path& file)> put_file;
  /// An empty folder of this job alone.
  std::filesystem::path scratch;
};

/// The kinds `do_job` knows.
std::vector<std::string> media_job_kinds();

/// Payload in, result out, as in functions/job_payloads.h.
/// Errors: invalid (payload, or a source that will not do), corrupt (damaged source), not_found
/// (the source is gone), unavailable or limited (disk, origin, codec: worth another try).
Result<Json> do_job(std::string_view kind, const Json& payload, const JobTools& tools);

}  // namespace matinee::api
