#include "catalog/library_snapshot.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace matinee::catalog {
namespace {

constexpr std::chrono::milliseconds kRestAfterFailure{1'000};

constexpr std::string_view kChanges =
    "SELECT titles.id, titles.kind, titles.name, titles.year, titles.maturity, titles.added_ms, "
    "titles.package_id, titles.missing_since_ms, titles.changed_seq, title_facts.original_name, "
    "title_facts.genres, title_facts.directors, title_facts.writers, title_facts.cast_members "
    "FROM titles LEFT JOIN title_facts ON title_facts.title_id = titles.id "
    "WHERE titles.changed_seq > ? AND titles.kind IN ('film', 'show') "
    "ORDER BY titles.changed_seq LIMIT ?";

// Appends the names of a list as Titles writes them: of texts, or of objects with a "name".
void append_names(simdjson::dom::parser& parser, const std::string& text,
                  std::vector<std::string>& names) {
  if (text.size() <= 2) return;  // "" or "[]"
  simdjson::dom::array list;
  if (parser.parse(text).get(list) != simdjson::SUCCESS) return;
  for (const auto item : list) {
    std::string_view name;
    if (item.get(name) == simdjson::SUCCESS || item["name"].get(name) == simdjson::SUCCESS) {
      names.emplace_back(name);
    }
  }
}

std::optional<int> number_of(const store::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<int>(row.integer(column));
}

Result<IndexedTitle> title_of(const store::Row& row, simdjson::dom::parser& parser) {
  const auto id = TitleId::parse(row.text(0));
  if (!id) return fail(ErrorCode::corrupt, "reading the library: a title's id is damaged");
  IndexedTitle title;
  title.id = *id;
  title.is_show = row.text(1) == "show";
  title.name = row.text(2);
  title.year = number_of(row, 3);
  title.maturity = number_of(row, 4);
  title.added_ms = row.integer(5);
  title.playable = title.is_show || !row.text(6).empty();
  if (row.is_null(9)) return title;
  title.original_name = row.text(9);
  append_names(parser, row.text(10), title.genres);
  for (const std::size_t column : {11U, 12U, 13U})
    append_names(parser, row.text(column), title.people);
  return title;
}

template <typename Hit, typename Order>
void merge(std::vector<Hit>& hits, std::vector<Hit> more, Order order, std::size_t limit) {
  hits.insert(hits.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
  std::ranges::stable_sort(hits, order);
  if (hits.size() > limit) hits.resize(limit);
}

bool fits_better(const NameHit& a, const NameHit& b) {
  if (a.fit != b.fit) return a.fit > b.fit;
  return a.titles != b.titles ? a.titles > b.titles : a.text < b.text;
}

// One of each name; `count` says how many titles it has altogether.
template <typename Count>
void merge_names(std::vector<NameHit>& hits, std::vector<NameHit> more, Count count,
                 std::size_t limit) {
  for (auto& hit : more) {
    const auto known = std::ranges::find(hits, hit.text, &NameHit::text);
    if (known == hits.end()) hits.push_back(std::move(hit));
  }
  for (auto& hit : hits) hit.titles = count(hit.text);
  std::ranges::sort(hits, fits_better);
  if (hits.size() > limit) hits.resize(limit);
}

void log_made(const LibrarySnapshot& made, std::chrono::milliseconds work) {
  log::info("the library is in memory",
            {{"titles", made.size()}, {"bytes", made.memory_bytes()}, {"took_ms", work.count()}});
}

}  // namespace

std::size_t LibrarySnapshot::size() const {
  const auto dead = static_cast<std::size_t>(std::ranges::count(dead_, true));
  return main_->size() - dead + recent_->size();
}

std::size_t LibrarySnapshot::memory_bytes() const {
  return main_->memory_bytes() + recent_->memory_bytes() + dead_.size() / 8;
}

SearchAnswer LibrarySnapshot::search(std::string_view typed, const Visibility& visibility,
                                     std::size_t limit) const {
  MATINEE_CHECK(limit >= 1 && limit <= kSearchTitlesMax);
  const SearchQuery query = SearchText().query_of(typed);
  SearchAnswer answer;
  if (query.words.empty()) return answer;
  const Scope main = main_scope(visibility);
  const Scope recent{visibility, nullptr};
  const auto better = [](const TitleHit& a, const TitleHit& b) {
    return a.fit != b.fit ? a.fit > b.fit : a.position < b.position;
  };
  std::vector<TitleHit> titles;
  for (const bool typos : {false, true}) {
    titles = main_->find_titles(query, typos, main, limit);
    merge(titles, recent_->find_titles(query, typos, recent, limit), better, limit);
    if (titles.size() >= std::min(limit, kSearchFew)) break;
  }
  for (const auto& hit : titles) answer.titles.push_back(hit.position.id);
  const auto of_person = [&](const std::string& text) {
    return main_->titles_of_person(text, main) + recent_->titles_of_person(text, recent);
  };
  for (const bool typos : {false, true}) {
    answer.people = main_->find_people(query, typos, main, kSearchPeopleMax);
    merge_names(answer.people, recent_->find_people(query, typos, recent, kSearchPeopleMax),
                of_person, kSearchPeopleMax);
    if (!answer.people.empty()) break;
  }
  answer.genres = main_->find_genres(query, main, kSearchGenresMax);
  merge_names(
      answer.genres, recent_->find_genres(query, recent, kSearchGenresMax),
      [&](const std::string& text) {
        return main_->titles_of_genre(text, main) + recent_->titles_of_genre(text, recent);
      },
      kSearchGenresMax);
  return answer;
}

std::vector<ListPosition> LibrarySnapshot::list(const ListFilter& filter,
                                                const std::optional<ListPosition>& after,
                                                const Visibility& visibility,
                                                std::size_t limit) const {
  MATINEE_CHECK(limit >= 1 && limit <= kListMax);
  auto found = main_->list(filter, after, main_scope(visibility), limit);
  merge(found, recent_->list(filter, after, {visibility, nullptr}, limit), std::less<>{}, limit);
  return found;
}

std::vector<NameHit> LibrarySnapshot::genres(const Visibility& visibility) const {
  const Scope main = main_scope(visibility);
  const Scope recent{visibility, nullptr};
  auto found = main_->genres(main);
  for (auto& hit : recent_->genres(recent)) {
    const auto known = std::ranges::find(found, hit.text, &NameHit::text);
    if (known == found.end()) {
      found.push_back(std::move(hit));
    } else {
      known->titles += hit.titles;
    }
  }
  std::ranges::sort(found, fits_better);
  return found;
}

std::string filter_text(std::string_view name) { return SearchText().words_of(name).text; }

LibrarySnapshots::~LibrarySnapshots() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LibrarySnapshots::begin() {
  const std::lock_guard refresh(refreshing_);
  thread_ = std::thread([this] {
    const auto began = clock_.monotonic();
    if (const auto first = current()) {
      const auto work = std::chrono::ceil<std::chrono::milliseconds>(clock_.monotonic() - began);
      log_made(**first, work);
    }  // else: who asks is told why
    run();
  });
}

bool LibrarySnapshots::leaves_it_to_the_thread(const LibrarySnapshot& known) {
  if (known.size() < kThreadFrom) return false;
  {
    const std::lock_guard lock(mutex_);
    main_wanted_ = true;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
  return true;
}

Result<std::int64_t> LibrarySnapshots::last_change() {
  const auto row = database_.query_one("SELECT COALESCE(MAX(changed_seq), 0) FROM titles");
  if (!row) return std::unexpected(row.error());
  return row->integer(0);
}

Result<std::vector<LibrarySnapshots::Change>> LibrarySnapshots::changes_after(
    std::int64_t changed_seq, std::size_t limit) {
  const auto rows = database_.query(kChanges, {changed_seq, static_cast<std::int64_t>(limit)});
  if (!rows) return std::unexpected(rows.error());
  simdjson::dom::parser parser;
  std::vector<Change> changes;
  changes.reserve(rows->size());
  for (const auto& row : *rows) {
    auto title = title_of(row, parser);
    if (!title) return std::unexpected(title.error());
    changes.push_back({row.integer(8), row.integer(7) != 0, std::move(*title)});
  }
  return changes;
}

LibrarySnapshots::Shared LibrarySnapshots::latest() {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

Result<std::shared_ptr<const LibrarySnapshot>> LibrarySnapshots::current() {
  const auto last = last_change();
  if (!last) return std::unexpected(last.error());
  Shared known = latest();
  if (known && known->version() >= *last) return known;
  std::unique_lock refresh(refreshing_, std::defer_lock);
  if (known) {
    // Somebody else is at it: as it was a moment ago is soon enough.
    if (!refresh.try_lock()) return known;
  } else {
    refresh.lock();
  }
  known = latest();
  if (known && known->version() >= *last) return known;
  if (!known) {
    auto main = make_main();
    if (!main) return std::unexpected(main.error());
    adopt(std::move(*main));
    return latest();
  }
  if (auto done = take_in(*known, *last); !done) return std::unexpected(done.error());
  return latest();
}

Result<LibrarySnapshots::MainIndex> LibrarySnapshots::make_main() {
  const auto version = last_change();
  if (!version) return std::unexpected(version.error());
  std::unordered_map<TitleId, Change> all;
  for (std::int64_t seq = 0;;) {
    auto changes = changes_after(seq, kRowsPerQuery);
    if (!changes) return std::unexpected(changes.error());
    for (auto& change : *changes) {
      seq = change.changed_seq;
      const auto id = change.title.id;
      all.insert_or_assign(id, std::move(change));  // written again while it was read: the later
    }
    if (changes->size() < kRowsPerQuery) break;
  }
  std::vector<IndexedTitle> titles;
  titles.reserve(all.size());
  for (auto& [id, change] : all) {
    if (!change.gone) titles.push_back(std::move(change.title));
  }
  all.clear();
  return MainIndex{*version, std::make_shared<const SearchIndex>(std::move(titles))};
}

void LibrarySnapshots::adopt(MainIndex main) {
  const Shared known = latest();
  std::erase_if(recent_, [&](const auto& one) { return one.second.changed_seq <= main.version; });
  LibrarySnapshot snapshot;
  snapshot.version_ = std::max(main.version, known ? known->version() : 0);
  snapshot.main_ = std::move(main.titles);
  index_recent(snapshot);
  publish(std::move(snapshot));
}

bool LibrarySnapshots::is_news(const Change& change, const LibrarySnapshot& known) const {
  const auto recent = recent_.find(change.title.id);
  if (recent != recent_.end()) {
    return recent->second.gone != change.gone || recent->second.title != change.title;
  }
  const auto place = known.main_->place_of(change.title.id);
  if (!place) return !change.gone;
  return change.gone || known.main_->digest(*place) != digest_of(change.title);
}

void LibrarySnapshots::index_recent(LibrarySnapshot& snapshot) const {
  std::vector<IndexedTitle> titles;
  snapshot.dead_.clear();
  for (const auto& [id, change] : recent_) {
    if (const auto place = snapshot.main_->place_of(id)) {
      snapshot.dead_.resize(snapshot.main_->size());
      snapshot.dead_[*place] = true;
    }
    if (!change.gone) titles.push_back(change.title);
  }
  snapshot.recent_ = std::make_shared<const SearchIndex>(std::move(titles));
}

Result<void> LibrarySnapshots::take_in(const LibrarySnapshot& known, std::int64_t until) {
  if (recent_.size() > kRecentMax) {
    if (leaves_it_to_the_thread(known)) return {};
    auto main = make_main();
    if (!main) return std::unexpected(main.error());
    adopt(std::move(*main));
    return {};
  }
  auto changes = changes_after(known.version(), kTakenInMax);
  if (!changes) return std::unexpected(changes.error());
  LibrarySnapshot snapshot = known;
  snapshot.version_ = changes->size() < kTakenInMax ? until : changes->back().changed_seq;
  bool any_news = false;
  for (auto& change : *changes) {
    snapshot.version_ = std::max(snapshot.version_, change.changed_seq);
    if (!is_news(change, known)) continue;
    any_news = true;
    const auto id = change.title.id;
    recent_.insert_or_assign(id, std::move(change));
  }
  if (any_news) index_recent(snapshot);
  publish(std::move(snapshot));
  return {};
}

void LibrarySnapshots::publish(LibrarySnapshot snapshot) {
  auto made = std::make_shared<const LibrarySnapshot>(std::move(snapshot));
  {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(made);
  }
}

void LibrarySnapshots::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return main_wanted_ || stopping_; });
    if (stopping_) return;
    main_wanted_ = false;
    lock.unlock();
    const auto began = clock_.monotonic();
    auto main = make_main();
    std::chrono::milliseconds rest = kRestAfterFailure;
    if (main) {
      const std::lock_guard refresh(refreshing_);
      adopt(std::move(*main));
      const auto work = std::chrono::ceil<std::chrono::milliseconds>(clock_.monotonic() - began);
      rest = work * kRestPerWork;
      log_made(*latest(), work);
    } else {
      log::warning("the library could not be read for search", {{"error", main.error().message}});
    }
    lock.lock();
    if (!main) main_wanted_ = true;
    changed_.wait_for(lock, rest, [this] { return stopping_; });
  }
}

}  // namespace matinee::catalog
