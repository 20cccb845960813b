#pragma once
// catalog/home_plan: which titles stand where on the home page; what is the same for all viewers
// who may see the same.

#include <cstddef>
#include <string>
#include <vector>

#include "base/id.h"
#include "catalog/library_snapshot.h"
#include "catalog/visibility.h"

namespace matinee::catalog {

inline constexpr std::size_t kHomeRowMax = 24;          // titles of one row
inline constexpr std::size_t kHomeGenreRowsMax = 8;     // beside the newest titles
inline constexpr std::size_t kHomeGenreRowMin = 3;      // titles; a genre with fewer has no row
inline constexpr std::size_t kHomeRecentMin = 8;        // titles of the first row, if there are
inline constexpr std::size_t kBillboardLibraryMin = 6;  // with fewer titles the rows say it all
inline constexpr std::size_t kBillboardCandidatesMax = 12;

struct HomeRow {
  std::string id;     // recently-added, genre-<slug>
  std::string genre;  // its name; empty for recently-added
  std::vector<TitleId> titles;
};

/// What could be the billboard: playable titles, newest first. None for a small library.
std::vector<TitleId> billboard_candidates(const LibrarySnapshot& library,
                                          const Visibility& visibility);

/// The newest titles, then the genres of most titles. No title stands twice, `billboard` (may be
/// nil) nowhere. In a small library each title that is shown at all stands somewhere: what no genre
/// row has follows the newest ones.
std::vector<HomeRow> plan_home(const LibrarySnapshot& library, const Visibility& visibility,
                               const TitleId& billboard);

}  // namespace matinee::catalog
