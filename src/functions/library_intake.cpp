#include "functions/library_intake.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace matinee::functions {
namespace {

// How often a patient intake asks whether the service is stopping.
constexpr std::chrono::milliseconds kPatience{500};

int year_of(Instant instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return static_cast<int>(date.year());
}

TakenTitle taken_of(const std::string& path, const catalog::AddedTitle& added) {
  const auto& title = added.title;
  return {path,       title.id,    title.kind,   title.name,
          title.year, title.state, added.is_new, title.error};
}

}  // namespace

Result<IntakeReport> LibraryIntake::take(const std::vector<std::string>& paths,
                                         const IntakeOptions& options) {
  std::unique_lock lock(mutex_, std::defer_lock);
  if (!wait_for_turn(lock, options.patient)) {
    return fail(ErrorCode::limited, "another scan of the library takes too long");
  }
  IntakeReport report;
  Result<void> done;
  for (const auto& path : paths) {
    note_progress(report, path, true);
    done = take_path(path, options, report);
    if (!done) break;
  }
  note_progress(report, {}, false);
  if (!done) return std::unexpected(done.error());
  return report;
}

bool LibraryIntake::wait_for_turn(std::unique_lock<std::timed_mutex>& lock, bool patient) {
  while (!lock.try_lock_for(patient ? kPatience : options_.wait_max)) {
    if (!patient || stopping_) return false;
  }
  return true;
}

void LibraryIntake::note_progress(const IntakeReport& report, const std::string& folder,
                                  bool busy) {
  const std::scoped_lock lock(progress_mutex_);
  progress_ = {busy,         folder,         static_cast<std::int64_t>(report.titles.size()),
               report.added, report.changed, report.missing};
}

IntakeProgress LibraryIntake::progress() const {
  const std::scoped_lock lock(progress_mutex_);
  return progress_;
}

Result<IntakeReport> LibraryIntake::rescan(const IntakeOptions& options) {
  const auto libraries = parts_.libraries.list(parts_.database);
  if (!libraries) return std::unexpected(libraries.error());
  std::vector<std::string> paths;
  for (const auto& library : *libraries) paths.push_back(library.path);
  return take(paths, options);
}

Result<void> LibraryIntake::take_path(const std::string& path, const IntakeOptions& options,
                                      IntakeReport& report) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  if (is_folder && options.remember) {
    auto remembered = parts_.database.transaction(
        [&](store::SqlRunner& sql) { return parts_.libraries.remember(sql, path); });
    if (!remembered) return remembered;
  }
  Batch batch;
  batch.root = path;
  std::vector<catalog::Finding> findings;
  const catalog::ScanSink sink{
      [&](catalog::FoundTitle found) -> Result<void> {
        if (stopping_) return fail(ErrorCode::unavailable, "the service is stopping");
        batch.found.push_back(std::move(found));
        return batch.found.size() < options_.batch_max ? Result<void>{} : commit(batch, report);
      },
      [&](catalog::Finding finding) { findings.push_back(std::move(finding)); }};
  const catalog::ScanOptions scan_options{.announce = options.announce,
                                          .year_max = year_of(parts_.clock.now()) + 1,
                                          .modified_ms_max = options.modified_ms_max};
  const auto end = catalog::scan_library(path, scan_options, sink);
  if (!end) return std::unexpected(end.error());
  if (auto done = commit(batch, report); !done) return done;

  // Of what could not be recorded nothing new is known either.
  std::vector<std::string> unread = end->unread;
  std::ranges::copy(batch.failed, std::back_inserter(unread));
  auto closed = parts_.database.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto missing = parts_.titles.mark_missing(sql, path, batch.ids, unread);
    if (!missing) return std::unexpected(missing.error());
    report.missing += *missing;
    return parts_.libraries.scanned(sql, path, static_cast<std::int64_t>(batch.ids.size()),
                                    findings);
  });
  if (!closed) return closed;
  report.findings_unreported += end->findings_unreported;
  report.unsettled += end->unsettled;
  std::ranges::move(findings, std::back_inserter(report.findings));
  return {};
}

// A known file whose time has changed is read a little: it may have been touched only.
Result<void> LibraryIntake::look_closer(catalog::FoundTitle& found) {
  if (!has_source(found.kind) || found.announced) return {};
  const auto rows = parts_.database.query(
      "SELECT source_bytes, source_modified_ms, sampled_hash FROM titles WHERE source_path = ? "
      "AND announced = 0 ORDER BY missing_since_ms LIMIT 1",
      {found.path});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return {};
  const auto& row = rows->front();
  const bool is_touched = row.integer(0) == found.fingerprint.bytes &&
                          row.integer(1) != found.fingerprint.modified_ms && !row.text(2).empty();
  if (!is_touched) return {};
  // A file that cannot be read now is taken for what it was.
  if (auto sampled = catalog::fingerprint_file(found.path)) found.fingerprint = *sampled;
  return {};
}

Result<catalog::AddedTitle> LibraryIntake::take_one(store::SqlRunner& sql,
                                                    const catalog::FoundTitle& found) {
  auto added = parts_.titles.add(sql, found);
  if (!added) return added;
  bool has_new_pictures = false;
  if (!added->is_new || !found.artwork.empty()) {
    const auto pictures = parts_.artworks.replace(sql, added->title.id, found.artwork);
    if (!pictures) return std::unexpected(pictures.error());
    has_new_pictures = *pictures;
  }
  const bool wants_jobs = added->is_changed || has_new_pictures ||
                          added->title.state == catalog::TitleState::failed ||
                          !added->title.notes.empty();
  if (wants_jobs) {
    if (auto begun = parts_.title_jobs.begin(sql, *added); !begun) {
      return std::unexpected(begun.error());
    }
  }
  return added;
}

Result<void> LibraryIntake::commit(Batch& batch, IntakeReport& report) {
  if (batch.found.empty()) return {};
  for (auto& found : batch.found) {
    if (auto looked = look_closer(found); !looked) return looked;
  }
  std::vector<Result<catalog::AddedTitle>> taken;
  const auto together = parts_.database.transaction([&](store::SqlRunner& sql) -> Result<void> {
    taken.clear();
    for (const auto& found : batch.found) {
      taken.push_back(take_one(sql, found));
      if (!taken.back()) return std::unexpected(taken.back().error());
    }
    return {};
  });
  if (!together) {
    // One by one, so that what is wrong with one is no harm to the others.
    taken.clear();
    for (const auto& found : batch.found) {
      taken.push_back(store::transact<catalog::AddedTitle>(
          parts_.database, [&](store::SqlRunner& sql) { return take_one(sql, found); }));
    }
  }
  parts_.title_jobs.wake();
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto& path = batch.found[i].path;
    if (!taken[i]) {
      log::warning("a title was not taken", {{"path", path}, {"error", taken[i].error().message}});
      TakenTitle failed{.path = path, .kind = batch.found[i].kind};
      failed.state = catalog::TitleState::failed;
      failed.message = taken[i].error().message;
      report.titles.push_back(std::move(failed));
      batch.failed.push_back(path);
      continue;
    }
    const auto& added = *taken[i];
    batch.ids.insert(added.title.id);
    ++report.counts[added.title.kind];
    report.added += added.is_new ? 1 : 0;
    report.changed += added.is_changed && !added.is_new ? 1 : 0;
    if (has_source(added.title.kind)) report.titles.push_back(taken_of(path, added));
  }
  batch.found.clear();
  note_progress(report, batch.root, true);
  return {};
}

}  // namespace matinee::functions
