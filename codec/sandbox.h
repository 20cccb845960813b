#pragma once
// codec/sandbox: what a process that reads untrusted media may still do.

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace matinee::codec {

struct SandboxLimits {
  std::uint64_t memory_bytes = 6ULL << 30;  // address space; not under AddressSanitizer
  std::uint64_t file_bytes = 16ULL << 30;   // of each output
  std::uint64_t cpu_seconds = 6ULL * 3600;
  std::uint64_t open_files = 32;
  int nice = 19;
};

/// Gives up for good: new privileges, opening any file, sockets, starting processes or programs,
/// signalling or tracing others. Files that are open already may be read and written, memory and
/// threads had within the limits. Also steps back behind other processes and dies with the parent.
/// What is not on the list of allowed system calls fails with EPERM.
/// Errors: unavailable when the kernel refuses; the caller must then not go on.
Result<void> enter_sandbox(const SandboxLimits& limits);

/// Tries what the sandbox forbids and says what came of it: {"socket":"EPERM",...}; "allowed" means
/// that it went through.
Json try_forbidden();

}  // namespace matinee::codec
