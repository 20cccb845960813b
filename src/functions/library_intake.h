#pragma once
// functions/library_intake: takes what a scan finds into the library and starts its jobs, in few
// large transactions, so that a whole library can be browsed within seconds.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/artwork.h"
#include "catalog/libraries.h"
#include "catalog/library_scan.h"
#include "catalog/titles.h"
#include "functions/title_jobs.h"
#include "store/database.h"

namespace matinee::functions {

/// A title as an intake left it.
struct TakenTitle {
  std::string path;
  TitleId id{};  // nil: was not taken
  catalog::TitleKind kind = catalog::TitleKind::film;
  std::string name{};
  std::optional<int> year{};
  catalog::TitleState state = catalog::TitleState::queued;
  bool is_new = false;
  std::string message{};  // why it failed
};

/// How far the intake is that is under way.
struct IntakeProgress {
  bool busy = false;
  std::string folder{};    // that is looked through
  std::int64_t found = 0;  // titles with a file, or announced
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t missing = 0;
};

/// What one intake came to.
struct IntakeReport {
  std::vector<TakenTitle> titles;  // with a file or announced; in order of the scan
  std::map<catalog::TitleKind, std::int64_t> counts;  // of all kinds
  std::int64_t added = 0;
  std::int64_t changed = 0;  // known before, not as they were
  std::int64_t missing = 0;  // not found again
  std::vector<catalog::Finding> findings;
  std::size_t findings_unreported = 0;
  std::size_t unsettled = 0;  // files that were left, still being written
};

struct IntakeOptions {
  bool announce = false;  // also titles of .nfo files whose video is not there
  bool remember = false;  // folders become libraries
  /// Files changed later than this are left for the next time.
  std::int64_t modified_ms_max = INT64_MAX;
  bool patient = false;  // waits for another intake as long as that takes
};

/// Thread-safe; one intake at a time, others wait. What it is given must outlive it.
class LibraryIntake {
 public:
  struct Options {
    std::size_t batch_max = 100;  // titles a transaction; others write in between
    std::chrono::milliseconds wait_max{60'000};
  };
  struct Parts {
    store::Database& database;
    const Clock& clock;
    catalog::Titles& titles;
    catalog::Artworks& artworks;
    catalog::Libraries& libraries;
    TitleJobs& title_jobs;
  };
  LibraryIntake(const Parts& parts, Options options) : parts_(parts), options_(options) {}

  /// Takes in files and folders (absolute paths). What was there and is gone from a folder goes
  /// missing. What could not be taken is in the report.
  /// Errors: limited when another intake takes too long; those of the Database.
  Result<IntakeReport> take(const std::vector<std::string>& paths, const IntakeOptions& options);
  /// Takes in all libraries anew. Errors: as take.
  Result<IntakeReport> rescan(const IntakeOptions& options = {});
  /// True while one is under way.
  [[nodiscard]] bool is_busy() const { return progress().busy; }
  [[nodiscard]] IntakeProgress progress() const;
  /// What is under way ends soon with unavailable, and so does all that comes; for shutdown.
  void stop() { stopping_ = true; }

 private:
  struct Batch {
    std::vector<catalog::FoundTitle> found;
    std::unordered_set<TitleId> ids;  // of everything that this path brought
    std::vector<std::string> failed;  // could not be recorded
    std::string root{};               // what is looked through
  };
  bool wait_for_turn(std::unique_lock<std::timed_mutex>& lock, bool patient);
  void note_progress(const IntakeReport& report, const std::string& folder, bool busy);
  Result<void> take_path(const std::string& path, const IntakeOptions& options,
                         IntakeReport& report);
  Result<void> commit(Batch& batch, IntakeReport& report);
  Result<catalog::AddedTitle> take_one(store::SqlRunner& sql, const catalog::FoundTitle& found);
  Result<void> look_closer(catalog::FoundTitle& found);

  Parts parts_;
  Options options_;
  std::timed_mutex mutex_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex progress_mutex_;
  IntakeProgress progress_;
};

}  // namespace matinee::functions
