#include "catalog/home_plan.h"

#include <algorithm>
#include <span>
#include <unordered_set>
#include <utility>

namespace matinee::catalog {
namespace {

// Takes what is not shown elsewhere yet.
class Shown {
 public:
  explicit Shown(const TitleId& billboard) {
    if (!billboard.is_nil()) taken_.insert(billboard);
  }
  [[nodiscard]] std::vector<TitleId> free_of(std::span<const ListPosition> titles,
                                             std::size_t limit) const {
    std::vector<TitleId> found;
    for (const auto& title : titles) {
      if (found.size() >= limit) break;
      if (!taken_.contains(title.id)) found.push_back(title.id);
    }
    return found;
  }
  void take(std::span<const TitleId> titles) { taken_.insert(titles.begin(), titles.end()); }

 private:
  std::unordered_set<TitleId> taken_;
};

std::string slug_of(std::string text) {
  std::ranges::replace(text, ' ', '-');
  return text;
}

}  // namespace

std::vector<TitleId> billboard_candidates(const LibrarySnapshot& library,
                                          const Visibility& visibility) {
  std::vector<TitleId> candidates;
  if (library.list({}, {}, visibility, kBillboardLibraryMin).size() < kBillboardLibraryMin) {
    return candidates;
  }
  for (const auto& title :
       library.list({.playable_only = true}, {}, visibility, kBillboardCandidatesMax)) {
    candidates.push_back(title.id);
  }
  return candidates;
}

std::vector<HomeRow> plan_home(const LibrarySnapshot& library, const Visibility& visibility,
                               const TitleId& billboard) {
  const auto newest = library.list({}, {}, visibility, kListMax);
  Shown shown(billboard);
  std::vector<HomeRow> rows;
  const auto recent = std::clamp(newest.size() / 3, kHomeRecentMin, kHomeRowMax);
  rows.push_back({"recently-added", "", shown.free_of(newest, recent)});
  shown.take(rows.front().titles);
  for (const auto& genre : library.genres(visibility)) {
    if (rows.size() > kHomeGenreRowsMax || genre.titles < kHomeGenreRowMin) break;
    const auto titles =
        shown.free_of(library.list({.genre = genre.text}, {}, visibility, kListMax), kHomeRowMax);
    if (titles.size() < kHomeGenreRowMin) continue;
    shown.take(titles);
    rows.push_back({"genre-" + slug_of(genre.text), genre.name, titles});
  }
  if (newest.size() < kListMax) {
    auto& first = rows.front().titles;
    const auto left = shown.free_of(newest, kHomeRowMax - std::min(kHomeRowMax, first.size()));
    first.insert(first.end(), left.begin(), left.end());
  }
  return rows;
}

}  // namespace matinee::catalog
