#pragma once
// api/home_pages: the home page as far as it is the same for all viewers who may see the same.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "catalog/library_snapshot.h"
#include "catalog/title_facts.h"
#include "catalog/visibility.h"

namespace matinee::api {

struct ControlWorld;

/// One home page for each limit of maturity, made when it is first asked for and again when the
/// library has changed or another day has begun; as JSON text, ready to be sent. Thread-safe.
class HomePages {
 public:
  struct Page {
    std::int64_t version = -1;  // of the library
    std::int64_t day = 0;
    std::string billboard;  // Title or null
    std::string rows;       // without the brackets of the list
  };

  /// Both must outlive it.
  HomePages(const ControlWorld& world, catalog::LibrarySnapshots& snapshots)
      : world_(world), snapshots_(snapshots) {}

  /// While somebody else makes a page anew, the one before. Errors: as LibrarySnapshots::current
  /// and Database.
  Result<std::shared_ptr<const Page>> of(const catalog::Visibility& visibility);

 private:
  struct Slot {
    std::mutex making;
    std::mutex mutex;
    std::shared_ptr<const Page> page;  // shared with those who are sending it
  };
  Result<Page> make(const catalog::LibrarySnapshot& library, const catalog::Visibility& visibility,
                    std::int64_t day) const;

  const ControlWorld& world_;
  catalog::LibrarySnapshots& snapshots_;
  std::array<Slot, catalog::kMaturityMax + 2> slots_;  // the first: without a limit
};

}  // namespace matinee::api
