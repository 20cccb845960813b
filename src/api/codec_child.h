#pragma once
// api/codec_child: runs matinee-codec, the sandboxed program that opens untrusted media.
// Used by the media worker, one child at a time and job.

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::api {

/// One run: `arguments` start with the subcommand.
struct CodecRun {
  std::vector<std::string> arguments;
  std::chrono::milliseconds time_max{std::chrono::hours{6}};
  std::function<void(double)> on_progress{};  // 0..1; may be empty
  std::function<bool()> cancelled{};          // asked four times a second; may be empty
  /// The share of the time that it may run, 0.1 to 1: it is stopped and continued in turns.
  double cpu_share = 1;
  /// Writes the child's standard input with `write_input`, on a thread of its own; may be empty.
  std::function<Result<void>(int input)> feed{};
};

/// Starts the child without our environment or descriptors, in a process group of its own, and
/// waits for its document (the last line of its standard output; at most 16 MiB in all).
/// The group is killed at the deadline and on cancellation. Blocks; safe on many threads.
/// Errors: what the child reports; unavailable (retry safe) when it cannot be started, was killed
/// or says nothing; conflict when cancelled; limited when it took too long.
Result<Json> run_codec(const std::filesystem::path& program, const CodecRun& run,
                       const Clock& clock);

/// All of the bytes, for `CodecRun::feed`. Errors: unavailable when the child has gone.
Result<void> write_input(int input, const void* bytes, std::size_t size);

}  // namespace matinee::api
