#include "functions/library_keeper.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"

namespace matinee::functions {
namespace {

constexpr std::int64_t kStepMs = 250;          // of reading for digests
constexpr std::int64_t kReadAgainMs = 60'000;  // after all was read, or could not be
constexpr std::int64_t kWaitMaxMs = 60'000;
// A service that starts has better things to do at first.
constexpr std::int64_t kFirstScanMs = 5'000;
constexpr std::int64_t kFirstReadMs = 60'000;

}  // namespace

void ScanTimes::set_folders(const std::vector<std::string>& folders, std::int64_t due_ms) {
  std::map<std::string, Folder> kept;
  for (const auto& folder : folders) {
    const auto known = folders_.find(folder);
    kept[folder] = known == folders_.end() ? Folder{due_ms, std::nullopt} : known->second;
  }
  folders_ = std::move(kept);
}

void ScanTimes::changed(const std::string& folder, std::int64_t now_ms) {
  const auto known = folders_.find(folder);
  if (known == folders_.end()) return;
  auto& first_ms = known->second.first_change_ms;
  if (!first_ms) first_ms = now_ms;
  known->second.due_ms = std::min(now_ms + options_.quiet_ms, *first_ms + options_.quiet_max_ms);
}

void ScanTimes::scanned(const std::string& folder, bool all_watched, std::int64_t now_ms) {
  const auto known = folders_.find(folder);
  if (known == folders_.end()) return;
  known->second = {now_ms + (all_watched ? options_.watched_ms : options_.unwatched_ms),
                   std::nullopt};
}

std::optional<std::string> ScanTimes::due(std::int64_t now_ms) const {
  const auto first = std::ranges::min_element(
      folders_, {}, [](const auto& folder) { return folder.second.due_ms; });
  if (first == folders_.end() || first->second.due_ms > now_ms) return std::nullopt;
  return first->first;
}

std::optional<std::int64_t> ScanTimes::next_ms() const {
  const auto first = std::ranges::min_element(
      folders_, {}, [](const auto& folder) { return folder.second.due_ms; });
  return first == folders_.end() ? std::nullopt : std::optional(first->second.due_ms);
}

LibraryKeeper::LibraryKeeper(const Parts& parts, const Options& options)
    : parts_(parts), options_(options), times_(options.times) {
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  auto watch = catalog::FolderWatch::open(options.watches_max);
  if (watch) {
    watch_.emplace(std::move(*watch));
  } else {
    log::warning("folders are looked at from time to time only",
                 {{"error", watch.error().message}});
  }
}

LibraryKeeper::~LibraryKeeper() {
  stopping_ = true;
  parts_.intake.stop();
  wake();
  if (thread_.joinable()) thread_.join();
  if (wake_ >= 0) ::close(wake_);
}

void LibraryKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

void LibraryKeeper::look_at_list() {
  list_changed_ = true;
  wake();
}

void LibraryKeeper::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

std::int64_t LibraryKeeper::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             parts_.clock.monotonic().time_since_epoch())
      .count();
}

void LibraryKeeper::wait(std::int64_t ms) {
  std::array<pollfd, 2> waited{pollfd{wake_, POLLIN, 0},
                               pollfd{watch_ ? watch_->descriptor() : -1, POLLIN, 0}};
  ::poll(waited.data(), waited.size(),
         static_cast<int>(std::clamp<std::int64_t>(ms, 0, kWaitMaxMs)));
  std::uint64_t woken = 0;
  [[maybe_unused]] const auto read = ::read(wake_, &woken, sizeof woken);
  if (!watch_) return;
  for (const auto& folder : watch_->take_changes()) times_.changed(folder, now_ms());
}

void LibraryKeeper::renew_list(bool scanned_just_now) {
  const auto libraries = parts_.libraries.list(parts_.database);
  if (!libraries) {
    log::warning("the list of libraries cannot be read", {{"error", libraries.error().message}});
    return;
  }
  std::vector<std::string> folders;
  for (const auto& library : *libraries) folders.push_back(library.path);
  times_.set_folders(folders, now_ms() + kFirstScanMs);
  if (!scanned_just_now) return;
  for (const auto& folder : folders) {
    const bool all_watched = watch_ && watch_->watch(folder);
    times_.scanned(folder, all_watched, now_ms());
  }
}

void LibraryKeeper::scan(const std::string& folder) {
  // Watched first: what changes during the scan is told after it.
  const bool all_watched = watch_ && watch_->watch(folder);
  const auto settled_ms = to_ms(parts_.clock.now()) - options_.settle.count();
  const auto report = parts_.intake.take({folder}, {.modified_ms_max = settled_ms});
  times_.scanned(folder, all_watched, now_ms());
  if (!report) {
    if (stopping_) return;
    log::warning("a library was not scanned",
                 {{"folder", folder}, {"error", report.error().message}});
    return;
  }
  if (report->added + report->changed + report->missing > 0) {
    log::info("the library has changed", {{"folder", folder},
                                          {"added", report->added},
                                          {"changed", report->changed},
                                          {"missing", report->missing}});
  }
  if (report->unsettled > 0) times_.changed(folder, now_ms() + options_.settle.count());
}

void LibraryKeeper::note_digest(const DigestReader::Done& done) {
  auto noted = parts_.database.transaction([&](store::SqlRunner& sql) {
    return parts_.digests.record(sql, done.digest, done.sampled_hash);
  });
  if (!noted && !stopping_) {
    log::warning("a digest was not recorded", {{"error", noted.error().message}});
  }
}

// Reads for a step; false when there is nothing to read.
bool LibraryKeeper::read_on() {
  if (!reader_.is_reading()) {
    if (now_ms() < nothing_to_read_until_ms_) return false;
    const auto due = parts_.digests.next_due(parts_.database, last_read_);
    if (!due || !*due) {
      // What could not be read is tried again in a while.
      last_read_ = {};
      nothing_to_read_until_ms_ = now_ms() + kReadAgainMs;
      return false;
    }
    last_read_ = (*due)->title_id;
    // A file that is not as it was scanned is the next scan's to note.
    if (auto begun = reader_.begin(**due); !begun) return true;
  }
  const auto done = reader_.read_on(options_.digest_bps * kStepMs / 1000);
  if (done && *done) note_digest(**done);
  return true;
}

void LibraryKeeper::run() {
  renew_list(false);
  nothing_to_read_until_ms_ = now_ms() + kFirstReadMs;
  while (!stopping_) {
    if (list_changed_.exchange(false)) renew_list(true);
    if (const auto folder = times_.due(now_ms())) {
      scan(*folder);
      continue;
    }
    const auto began_ms = now_ms();
    const bool is_reading = read_on();
    const auto next_ms = times_.next_ms().value_or(began_ms + kWaitMaxMs);
    const auto pause_ms = is_reading ? kStepMs - (now_ms() - began_ms) : kWaitMaxMs;
    wait(std::max<std::int64_t>(0, std::min(pause_ms, next_ms - now_ms())));
  }
}

}  // namespace matinee::functions
