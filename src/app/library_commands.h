#pragma once
// app/library_commands: `matinee scan` and `matinee verify`.

#include <string>

namespace matinee::app {

struct LibraryOptions {
  std::string home;
  bool json = false;
};

/// Has all remembered folders scanned anew, shows how far that is as long as it takes, and says
/// what came of it; ended before, it leaves the scan running. 0 when the service did it, 1 when it
/// does not answer or the scan broke off.
int run_scan(const LibraryOptions& options);

/// Reads every source file from end to end and compares it with the digest that was recorded of it.
/// Names each that has changed, is missing or cannot be read; with `json` one line for each file.
/// 0 when all are as they were, 1 when one is not, 2 when the service does not answer.
int run_verify(const LibraryOptions& options);

}  // namespace matinee::app
