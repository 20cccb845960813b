// Titles::add: how what a scan found becomes titles, and how they are found again.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "catalog/title_rows.h"
#include "catalog/titles.h"

namespace matinee::catalog {
namespace {

int year_of(Instant instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return static_cast<int>(date.year());
}

// A file is what it was when its samples are, or, as long as nobody has read them, when its size
// is: then it was at most touched.
bool is_same_content(const Title& title, const FoundTitle& found) {
  const auto& known = title.fingerprint;
  if (!known.sampled_hash.empty() && !found.fingerprint.sampled_hash.empty()) {
    return known.same_content(found.fingerprint);
  }
  return known.bytes == found.fingerprint.bytes;
}

// A file whose path is new is another one's only when the samples say so, or time and size.
bool has_moved(const Title& title, const FoundTitle& found) {
  const auto& known = title.fingerprint;
  if (title.announced || !is_same_content(title, found)) return false;
  const bool sampled = !known.sampled_hash.empty() && !found.fingerprint.sampled_hash.empty();
  if (!sampled && known.modified_ms != found.fingerprint.modified_ms) return false;
  return title.is_missing() || ::access(title.source_path.c_str(), F_OK) != 0;
}

// What was found, or else what number and path tell.
std::string name_of(const FoundTitle& found, int year_max) {
  if (!found.name.empty()) return found.name;
  if (found.kind == TitleKind::season) {
    const int number = found.facts.season_number.value_or(0);
    return number == 0 ? "Specials" : "Season " + std::to_string(number);
  }
  if (found.kind == TitleKind::episode && found.facts.episode_number) {
    return "Episode " + std::to_string(*found.facts.episode_number);
  }
  return parse_title_name(found.path, year_max).name;
}

std::optional<int> year_of(const FoundTitle& found, int year_max) {
  if (found.year || found.kind != TitleKind::film) return found.year;
  return parse_title_name(found.path, year_max).year;
}

// One row of facts; of a title without one nothing is known.
Result<TitleFacts> facts_row(store::SqlRunner& sql, FactsRow which, const TitleId& id) {
  auto rows = read_facts(sql, which, std::array{id});
  if (!rows) return std::unexpected(rows.error());
  const auto own = rows->find(id);
  return own == rows->end() ? TitleFacts{} : std::move(own->second);
}

bool same_for_viewers(const Title& a, const Title& b) {
  const auto key = [](const Title& title) {
    return std::tie(title.kind, title.parent_id, title.name, title.year, title.edition_name,
                    title.maturity, title.announced, title.missing_since_ms, title.source_path,
                    title.sidecars, title.fingerprint);
  };
  return key(a) == key(b);
}

}  // namespace

Result<Titles::Parent> Titles::find_parent(store::SqlRunner& sql, const FoundTitle& found) {
  if (found.parent_path.empty()) return Parent{};
  const auto rows = sql.query(
      select_titles("WHERE source_path = ? ORDER BY missing_since_ms, added_ms DESC LIMIT 1"),
      {found.parent_path});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) {
    return fail(ErrorCode::not_found,
                "adding " + found.path + ": there is no title at " + found.parent_path);
  }
  const auto parent = title_of(rows->front());
  if (!parent) return std::unexpected(parent.error());
  return Parent{parent->id, parent->maturity};
}

Result<std::optional<Title>> Titles::find_known(store::SqlRunner& sql, const FoundTitle& found) {
  constexpr std::string_view kBest = " ORDER BY missing_since_ms, added_ms DESC, id LIMIT 16";
  auto here = titles_of(
      sql.query(select_titles(std::string("WHERE source_path = ?").append(kBest)), {found.path}));
  if (!here) return std::unexpected(here.error());
  for (auto& title : *here) {
    if (has_source(title.kind) != has_source(found.kind)) continue;
    if (!has_source(found.kind)) return std::move(title);
    // An announcement of what is there already changes nothing of the file.
    if (title.announced || found.announced || is_same_content(title, found)) {
      return std::move(title);
    }
  }
  if (!has_source(found.kind) || found.announced) return std::optional<Title>();
  for (const auto& announcement : found.announced_by) {
    auto announced = titles_of(
        sql.query(select_titles("WHERE source_path = ? AND announced = 1"), {announcement}));
    if (!announced) return std::unexpected(announced.error());
    if (!announced->empty()) return std::move(announced->front());
  }
  // Two questions, so that each finds its index.
  for (const bool by_hash : {true, false}) {
    if (by_hash && found.fingerprint.sampled_hash.empty()) continue;
    auto alike = titles_of(
        by_hash ? sql.query(
                      select_titles(
                          std::string("WHERE sampled_hash = ? AND source_bytes = ?").append(kBest)),
                      {found.fingerprint.sampled_hash, found.fingerprint.bytes})
                : sql.query(
                      select_titles(std::string("WHERE source_bytes = ? AND source_modified_ms = ?")
                                        .append(kBest)),
                      {found.fingerprint.bytes, found.fingerprint.modified_ms}));
    if (!alike) return std::unexpected(alike.error());
    for (auto& title : *alike) {
      if (has_source(title.kind) && has_moved(title, found)) return std::move(title);
    }
  }
  return std::optional<Title>();
}

Result<AddedTitle> Titles::insert(store::SqlRunner& sql, const FoundTitle& found,
                                  const Parent& parent) {
  static const std::string kInsert =
      std::string("INSERT INTO titles (")
          .append(title_columns())
          .append(
              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, '', '', '', '[]', 0, 0, 0, "
              "?, ?, ?, ?, ?, 0, ")
          .append(kNextChange)
          .append(")");
  const Instant now = clock_.now();
  const int year_max = year_of(now) + 1;
  Title title;
  title.id = TitleId::generate(clock_, random_);
  title.kind = found.kind;
  title.parent_id = parent.id;
  title.name = name_of(found, year_max);
  title.year = year_of(found, year_max);
  title.edition_name = found.edition_name;
  title.maturity = found.facts.maturity ? found.facts.maturity : parent.maturity;
  title.source_path = found.path;
  title.fingerprint = found.fingerprint;
  title.sidecars = found.sidecars;
  title.announced = found.announced;
  if (!has_source(found.kind)) {
    title.state = TitleState::ready;
    title.progress = 1;
  }
  title.added_ms = to_ms(now);
  const auto written = sql.execute(
      kInsert,
      {title.id.to_string(), name_of(title.kind), title.name, title.year, title.source_path,
       title.fingerprint.bytes, title.fingerprint.modified_ms, title.fingerprint.sampled_hash,
       sidecars_text(title.sidecars), name_of(title.state), title.progress, title.added_ms,
       parent.id.is_nil() ? std::string() : parent.id.to_string(), title.edition_name,
       title.maturity, title.announced});
  if (!written) return std::unexpected(written.error());
  if (auto noted = write_facts(sql, FactsRow::title, title.id, found.facts); !noted) {
    return std::unexpected(noted.error());
  }
  return AddedTitle{std::move(title), true, true, false};
}

Result<AddedTitle> Titles::refresh(store::SqlRunner& sql, const FoundTitle& found,
                                   const Parent& parent, Title title) {
  static const std::string kUpdate =
      std::string(
          "UPDATE titles SET kind = ?, name = ?, year = ?, source_path = ?, source_bytes = ?, "
          "source_modified_ms = ?, sampled_hash = ?, sidecars = ?, parent_id = ?, "
          "edition_name = ?, announced = ?, missing_since_ms = ?, changed_seq = ")
          .append(kNextChange)
          .append(" WHERE id = ?");
  const Title before = title;
  title.kind = found.kind;
  title.parent_id = parent.id;
  const int year_max = year_of(clock_.now()) + 1;
  if (!found.is_partial) {
    title.name = name_of(found, year_max);
    title.year = year_of(found, year_max);
    title.edition_name = found.edition_name;
  }
  title.source_path = found.path;
  // An announcement does not bring a lost file back.
  if (!found.announced || title.announced) title.missing_since_ms = 0;
  if (!found.announced) {
    title.announced = false;
    title.sidecars = found.sidecars;
    const std::string sampled_hash = found.fingerprint.sampled_hash.empty() && !before.announced
                                         ? before.fingerprint.sampled_hash
                                         : found.fingerprint.sampled_hash;
    title.fingerprint = found.fingerprint;
    title.fingerprint.sampled_hash = sampled_hash;
  }
  const auto known = facts_row(sql, FactsRow::title, title.id);
  if (!known) return std::unexpected(known.error());
  const TitleFacts& facts_before = *known;
  const auto of_file = facts_row(sql, FactsRow::file, title.id);
  if (!of_file) return std::unexpected(of_file.error());
  TitleFacts facts = found.facts;
  if (found.is_partial) fill_facts(facts, facts_before);
  fill_facts(facts, *of_file);
  const auto maturity = facts.maturity ? facts.maturity : parent.maturity;

  AddedTitle added{title, false, false, before.announced && !title.announced};
  if (same_for_viewers(before, title) && facts == facts_before && maturity == title.maturity) {
    return added;
  }
  added.is_changed = true;
  const auto written = sql.execute(
      kUpdate,
      {name_of(title.kind), title.name, title.year, title.source_path, title.fingerprint.bytes,
       title.fingerprint.modified_ms, title.fingerprint.sampled_hash, sidecars_text(title.sidecars),
       parent.id.is_nil() ? std::string() : parent.id.to_string(), title.edition_name,
       title.announced, title.missing_since_ms, title.id.to_string()});
  if (!written) return std::unexpected(written.error());
  if (auto noted = write_facts(sql, FactsRow::title, title.id, facts); !noted) {
    return std::unexpected(noted.error());
  }
  if (maturity != title.maturity) {
    if (auto done = hand_down_maturity(sql, title, maturity); !done) {
      return std::unexpected(done.error());
    }
    added.title.maturity = maturity;
  }
  return added;
}

Result<AddedTitle> Titles::add(store::SqlRunner& sql, const FoundTitle& found) {
  const auto parent = find_parent(sql, found);
  if (!parent) return std::unexpected(parent.error());
  auto known = find_known(sql, found);
  if (!known) return std::unexpected(known.error());
  if (*known) return refresh(sql, found, *parent, std::move(**known));
  if (has_source(found.kind)) {
    // Other content lies where these titles were.
    const auto replaced = sql.execute(
        std::string("UPDATE titles SET missing_since_ms = ?, changed_seq = ")
            .append(kNextChange)
            .append(" WHERE source_path = ? AND missing_since_ms = 0 AND kind NOT IN ('show', "
                    "'season')"),
        {to_ms(clock_.now()), found.path});
    if (!replaced) return std::unexpected(replaced.error());
  }
  return insert(sql, found, *parent);
}

namespace {

constexpr std::int64_t kMissingPage = 5'000;

bool lies_in(std::string_view path, std::string_view folder) {
  if (folder == "/" || path == folder) return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

Result<std::int64_t> Titles::mark_missing(store::SqlRunner& sql, std::string_view root,
                                          const std::unordered_set<TitleId>& found,
                                          std::span<const std::string> unread) {
  static const std::string kMark =
      std::string("UPDATE titles SET missing_since_ms = ?, changed_seq = ")
          .append(kNextChange)
          .append(" WHERE id = ?");
  const auto now_ms = to_ms(clock_.now());
  std::int64_t marked = 0;
  // Paths in order of their bytes: all that begin with root lie together.
  std::string after(root);
  // '0' follows '/'.
  const std::string end = root == "/" ? std::string("0") : std::string(root) + "0";
  bool at_root = true;
  while (true) {
    const auto rows =
        sql.query(std::string("SELECT id, source_path FROM titles WHERE source_path ")
                      .append(at_root ? ">=" : ">")
                      .append(" ? AND source_path < ? AND announced = 0 AND missing_since_ms = 0 "
                              // A season whose first episode is still to come is there.
                              "AND NOT EXISTS (SELECT 1 FROM titles AS child WHERE "
                              "child.parent_id = titles.id AND child.announced = 1) "
                              "ORDER BY source_path, id LIMIT ?"),
                  {after, end, kMissingPage});
    if (!rows) return std::unexpected(rows.error());
    for (const auto& row : *rows) {
      const auto id = TitleId::parse(row.text(0));
      const auto& path = row.text(1);
      if (!id || !lies_in(path, root) || found.contains(*id)) continue;
      if (std::ranges::any_of(unread, [&](const auto& folder) { return lies_in(path, folder); })) {
        continue;
      }
      const auto written = sql.execute(kMark, {now_ms, row.text(0)});
      if (!written) return std::unexpected(written.error());
      ++marked;
    }
    if (rows->size() < static_cast<std::size_t>(kMissingPage)) return marked;
    after = rows->back().text(1);
    at_root = false;
  }
}

}  // namespace matinee::catalog
