#include "api/home_pages.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/control_world.h"
#include "api/title_json.h"
#include "base/json.h"
#include "catalog/home_plan.h"
#include "catalog/title_cards.h"

namespace matinee::api {
namespace {

using Cards = std::unordered_map<TitleId, Json>;

Result<Cards> cards_by_id(const ControlWorld& world, const std::vector<TitleId>& ids,
                          const catalog::Visibility& visibility) {
  auto titles = world.titles.find_all(world.database, ids, visibility);
  if (!titles) return std::unexpected(titles.error());
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(*titles));
  if (!cards) return std::unexpected(cards.error());
  Cards by_id;
  for (const auto& card : *cards) by_id.emplace(card.title.id, title_json(card));
  return by_id;
}

bool has_wide_picture(const Json& title) {
  return std::ranges::any_of(std::array{"backdrop", "landscape"}, [&](const char* kind) {
    const auto found = title.find(kind);
    return found != title.end() && !found->is_null();
  });
}

// Another one each day, of the newest that have a picture; without pictures of all.
std::optional<TitleId> chosen(const std::vector<TitleId>& candidates, const Cards& cards,
                              std::int64_t day) {
  std::vector<TitleId> there;
  std::vector<TitleId> pictured;
  for (const auto& id : candidates) {
    const auto card = cards.find(id);
    if (card == cards.end()) continue;
    there.push_back(id);
    if (has_wide_picture(card->second)) pictured.push_back(id);
  }
  const auto& choice = pictured.empty() ? there : pictured;
  if (choice.empty()) return std::nullopt;
  return choice[static_cast<std::size_t>(day) % choice.size()];
}

std::string row_text(const catalog::HomeRow& row, const Cards& cards) {
  Json json;
  json["id"] = row.id;
  json["name"] = row.genre.empty() ? "Recently added" : row.genre;
  json["titles"] = Json::array();
  for (const auto& id : row.titles) {
    const auto card = cards.find(id);
    if (card == cards.end()) continue;
    json["titles"].push_back(card->second);
    json["titles"].back()["plot"] =
        nullptr;  // half of the page's bytes; the title's own page has it
  }
  return to_text(json);
}

}  // namespace

Result<HomePages::Page> HomePages::make(const catalog::LibrarySnapshot& library,
                                        const catalog::Visibility& visibility,
                                        std::int64_t day) const {
  Page page{.version = library.version(), .day = day, .billboard = "null", .rows = ""};
  const auto candidates = catalog::billboard_candidates(library, visibility);
  const auto billboards = cards_by_id(world_, candidates, visibility);
  if (!billboards) return std::unexpected(billboards.error());
  const auto billboard = chosen(candidates, *billboards, day);
  if (billboard) page.billboard = to_text(billboards->at(*billboard));

  const auto rows = catalog::plan_home(library, visibility, billboard.value_or(TitleId{}));
  std::vector<TitleId> ids;
  for (const auto& row : rows) ids.insert(ids.end(), row.titles.begin(), row.titles.end());
  const auto cards = cards_by_id(world_, ids, visibility);
  if (!cards) return std::unexpected(cards.error());
  for (const auto& row : rows) {
    if (!page.rows.empty()) page.rows += ',';
    page.rows += row_text(row, *cards);
  }
  return page;
}

Result<std::shared_ptr<const HomePages::Page>> HomePages::of(
    const catalog::Visibility& visibility) {
  const auto library = snapshots_.current();
  if (!library) return std::unexpected(library.error());
  const auto day = std::chrono::floor<std::chrono::days>(world_.clock.now()).time_since_epoch();
  const auto limit = std::clamp(visibility.maturity_max.value_or(0), 0, catalog::kMaturityMax);
  Slot& slot = slots_[visibility.shows_all() ? 0 : static_cast<std::size_t>(limit) + 1];
  const auto made = [&] {
    const std::lock_guard lock(slot.mutex);
    return slot.page;
  };
  const auto is_fresh = [&](const std::shared_ptr<const Page>& page) {
    return page && page->version >= (*library)->version() && page->day == day.count();
  };
  auto page = made();
  if (is_fresh(page)) return page;
  std::unique_lock making(slot.making, std::defer_lock);
  if (page) {
    if (!making.try_lock()) return page;
  } else {
    making.lock();
  }
  page = made();
  if (is_fresh(page)) return page;
  auto fresh = make(**library, visibility, day.count());
  if (!fresh) return std::unexpected(fresh.error());
  page = std::make_shared<const Page>(std::move(*fresh));
  const std::lock_guard lock(slot.mutex);
  slot.page = page;
  return page;
}

}  // namespace matinee::api
