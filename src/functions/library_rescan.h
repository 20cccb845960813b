#pragma once
// functions/library_rescan: a look through all folders of the library that nobody has to wait for:
// it is begun, and then asked how it stands.

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "catalog/libraries.h"
#include "functions/library_intake.h"
#include "store/database.h"

namespace matinee::functions {

/// How the latest look through the library stands, or ended.
struct RescanStatus {
  std::int64_t number = 0;  // counted since the service began; 0 = none yet
  bool scanning = false;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;  // 0 = not yet
  std::int64_t expected = 0;  // titles that the scans before found: about what will be found now
  IntakeProgress progress{};  // of a scan that folders asked for by changing, too
  std::string error{};        // why it broke off; empty = it did not
  /// Ambiguous and unreadable ones; of a scan that has ended.
  std::vector<catalog::Finding> findings{};
};

/// One scan at a time, on a thread of its own. Thread-safe; what it is given must outlive it.
class LibraryRescan {
 public:
  struct Parts {
    LibraryIntake& intake;
    catalog::Libraries& libraries;
    store::Database& database;
    const Clock& clock;
  };
  explicit LibraryRescan(const Parts& parts) : parts_(parts) {}
  /// Ends the intake too.
  ~LibraryRescan();
  LibraryRescan(const LibraryRescan&) = delete;
  LibraryRescan& operator=(const LibraryRescan&) = delete;

  /// Begins one, or joins the one that is under way. Waits for nothing.
  RescanStatus start();
  [[nodiscard]] RescanStatus status() const;
  /// Until none is under way; for tests.
  void wait();

 private:
  void run();
  [[nodiscard]] std::int64_t expected() const;
  [[nodiscard]] RescanStatus status_now() const;  // under mutex_

  Parts parts_;
  mutable std::mutex mutex_;
  RescanStatus status_;
  std::thread thread_;
};

}  // namespace matinee::functions
