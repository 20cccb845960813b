#pragma once
// functions/library_keeper: keeps the library what the folders are: scans them again when they
// change and from time to time, and reads every source once from end to end for its digest.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "catalog/folder_watch.h"
#include "catalog/libraries.h"
#include "catalog/source_digests.h"
#include "functions/digest_reader.h"
#include "functions/library_intake.h"
#include "store/database.h"

namespace matinee::functions {

/// When which folder is to be scanned again. Pure: times come in, in ms of one clock.
class ScanTimes {
 public:
  struct Options {
    std::int64_t quiet_ms = 2'000;        // after the last change
    std::int64_t quiet_max_ms = 30'000;   // after the first one, however it goes on
    std::int64_t watched_ms = 3'600'000;  // without any change, when all is watched
    std::int64_t unwatched_ms = 600'000;  // when something is not
  };
  explicit ScanTimes(const Options& options) : options_(options) {}

  /// These folders are there; one that is new is due at that time.
  void set_folders(const std::vector<std::string>& folders, std::int64_t due_ms);
  void changed(const std::string& folder, std::int64_t now_ms);
  void scanned(const std::string& folder, bool all_watched, std::int64_t now_ms);
  /// The folder that has waited longest, when one is due.
  [[nodiscard]] std::optional<std::string> due(std::int64_t now_ms) const;
  /// When the next is due; nothing when there is no folder.
  [[nodiscard]] std::optional<std::int64_t> next_ms() const;

 private:
  struct Folder {
    std::int64_t due_ms = 0;
    std::optional<std::int64_t> first_change_ms;
  };
  Options options_;
  std::map<std::string, Folder> folders_;
};

/// One thread, from start() to its end. What it is given must outlive it.
class LibraryKeeper {
 public:
  struct Options {
    ScanTimes::Options times{};
    std::size_t watches_max = 8'192;          // folders
    std::int64_t digest_bps = 32'000'000;     // bytes a second read for digests
    std::chrono::milliseconds settle{5'000};  // a younger file is still being written
  };
  struct Parts {
    store::Database& database;
    const Clock& clock;
    LibraryIntake& intake;
    catalog::Libraries& libraries;
    catalog::SourceDigests& digests;
  };
  LibraryKeeper(const Parts& parts, const Options& options);
  /// Ends the intake too.
  ~LibraryKeeper();
  LibraryKeeper(const LibraryKeeper&) = delete;
  LibraryKeeper& operator=(const LibraryKeeper&) = delete;

  void start();
  /// The list of libraries has changed, and what is new was just scanned. Any thread.
  void look_at_list();

 private:
  void run();
  void wait(std::int64_t ms);
  void wake() const;
  void renew_list(bool scanned_just_now);
  void scan(const std::string& folder);
  bool read_on();
  void note_digest(const DigestReader::Done& done);
  [[nodiscard]] std::int64_t now_ms() const;

  Parts parts_;
  Options options_;
  ScanTimes times_;
  std::optional<catalog::FolderWatch> watch_;
  DigestReader reader_;
  TitleId last_read_;
  std::int64_t nothing_to_read_until_ms_ = 0;
  int wake_ = -1;  // an eventfd
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> list_changed_ = false;
  std::thread thread_;
};

}  // namespace matinee::functions
