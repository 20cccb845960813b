#include "functions/library_rescan.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace matinee::functions {

LibraryRescan::~LibraryRescan() {
  parts_.intake.stop();
  wait();
}

void LibraryRescan::wait() {
  std::thread ending;
  {
    const std::scoped_lock lock(mutex_);
    ending = std::move(thread_);
  }
  if (ending.joinable()) ending.join();
}

std::int64_t LibraryRescan::expected() const {
  const auto libraries = parts_.libraries.list(parts_.database);
  std::int64_t titles = 0;
  if (!libraries) return titles;
  for (const auto& library : *libraries) titles += library.titles;
  return titles;
}

RescanStatus LibraryRescan::start() {
  const std::int64_t about = expected();
  const std::scoped_lock lock(mutex_);
  if (!status_.scanning) {
    if (thread_.joinable()) thread_.join();  // it has said that it ended
    status_ = {.number = status_.number + 1,
               .scanning = true,
               .started_ms = to_ms(parts_.clock.now()),
               .expected = about};
    thread_ = std::thread([this] { run(); });
  }
  return status_now();
}

RescanStatus LibraryRescan::status() const {
  const std::scoped_lock lock(mutex_);
  return status_now();
}

RescanStatus LibraryRescan::status_now() const {
  RescanStatus now = status_;
  const auto progress = parts_.intake.progress();
  if (now.scanning || progress.busy) now.progress = progress;
  return now;
}

void LibraryRescan::run() {
  auto report = parts_.intake.rescan({.patient = true});
  const std::scoped_lock lock(mutex_);
  status_.scanning = false;
  status_.ended_ms = to_ms(parts_.clock.now());
  if (!report) {
    status_.error = report.error().message;
    log::warning("the library was not looked through", {{"error", status_.error}});
    return;
  }
  status_.progress = {.found = static_cast<std::int64_t>(report->titles.size()),
                      .added = report->added,
                      .changed = report->changed,
                      .missing = report->missing};
  std::erase_if(report->findings, [](const catalog::Finding& finding) {
    return finding.kind == catalog::FindingKind::skipped;
  });
  status_.findings = std::move(report->findings);
}

}  // namespace matinee::functions
