#pragma once
// catalog/titles: the titles of the library and where each stands. Written by the admin API and the
// title pipeline, read by every page that shows films.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/found_title.h"
#include "catalog/title_facts.h"
#include "catalog/title_kind.h"
#include "catalog/visibility.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::int64_t kTitlesPageMax = 200;

enum class TitleState { queued, encoding, ready, failed };
std::string_view name_of(TitleState state);

/// One title of the library; what is known beside its file is in its TitleFacts.
struct Title {
  TitleId id;
  TitleKind kind = TitleKind::film;
  TitleId parent_id;  // nil = none
  std::string name;
  std::optional<int> year;
  std::string edition_name;     // of an edition: "Director's Cut", "1080p"
  std::optional<int> maturity;  // minimum age: its own, or else its parent's; absent = unrated
  std::string source_path;      // absolute; of a show or season its folder
  Fingerprint fingerprint;      // of an announced title and of kinds without a file: all zero
  std::vector<Sidecar> sidecars;
  bool announced = false;                 // known by its metadata, its file is not there yet
  std::int64_t missing_since_ms = 0;      // since when its file is gone; 0 = it is there
  TitleState state = TitleState::queued;  // of a show or season: ready
  double progress = 0;                    // 0..1, of all work
  std::int64_t duration_ms = 0;           // 0 = not known yet
  std::string package_id;                 // object id; empty = not playable yet
  int package_version = 0;                // grows with each publication
  std::string published_parts;            // what the package holds, as the pipeline names it
  std::string poster_object;              // object id; empty = none
  std::string error;                      // why it failed; for people
  std::vector<std::string> notes;         // optional parts that could not be made, and why
  double work_total = 0;                  // weight of all jobs; 0 = not planned yet
  double estimate_cpu_seconds = 0;        // of one core, all steps
  std::int64_t estimate_bytes = 0;        // to be stored
  std::int64_t added_ms = 0;
  std::int64_t changed_seq = 0;  // grows with every write to the library; see changed_since

  [[nodiscard]] bool playable() const { return !package_id.empty(); }
  /// Viewers do not see a title whose file is gone.
  [[nodiscard]] bool is_missing() const { return missing_since_ms != 0; }
};

/// What to list.
struct TitleQuery {
  /// Empty = what stands by itself: films and shows.
  std::vector<TitleKind> kinds{};
  /// 1 to kTitlesPageMax.
  std::int64_t limit = 50;
  /// TitlePage::next_cursor of the page before; empty = the first page.
  std::string cursor{};
};

struct TitlePage {
  std::vector<Title> titles;  // newest first
  std::string next_cursor;    // empty at the end
};

/// What adding a title came to.
struct AddedTitle {
  Title title;
  bool is_new = false;       // false: the library had it already, it is brought up to date
  bool is_changed = false;   // something that pages or jobs show is not as it was; also when new
  bool is_attached = false;  // it was announced, and now its file is there
};

/// The titles table, and with it title_facts. Methods run in the caller's transaction, or in one of
/// their own when given the Database itself. Thread-safe.
///
/// What is read for a viewer is read with a Visibility; the reads without one are for jobs and for
/// who runs the service.
class Titles {
 public:
  /// Both must outlive it.
  Titles(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// Records a title, or finds it again: the same path with the same content, or the same content
  /// whose old path is gone (then it has moved). A title that was announced by one of its .nfo
  /// files gets its file. Other content under a known path is a new title, and the old one goes
  /// missing. Facts are what `found` and the file itself tell now; what both no longer know is
  /// gone, unless `found` is partial. What it belongs to must have been added before. Errors:
  /// not_found when it was not.
  Result<AddedTitle> add(store::SqlRunner& sql, const FoundTitle& found);
  /// Titles at `root` or below that are not among `found` go missing, but for those below a path
  /// of `unread` and announced ones. Returns how many.
  Result<std::int64_t> mark_missing(store::SqlRunner& sql, std::string_view root,
                                    const std::unordered_set<TitleId>& found,
                                    std::span<const std::string> unread);
  /// Errors: not_found.
  Result<Title> find(store::SqlRunner& sql, const TitleId& id);
  /// Errors: not_found, also for a title that is missing or that this viewer may not see.
  Result<Title> find(store::SqlRunner& sql, const TitleId& id, const Visibility& visibility);
  /// The visible ones of `ids`, in that order; any number.
  Result<std::vector<Title>> find_all(store::SqlRunner& sql, std::span<const TitleId> ids,
                                      const Visibility& visibility);
  /// The same whoever asks, missing ones too.
  Result<std::vector<Title>> find_all(store::SqlRunner& sql, std::span<const TitleId> ids);
  /// Newest first. Titles that come in meanwhile neither double nor hide others.
  /// Errors: invalid for a cursor that none of these calls gave.
  Result<TitlePage> list(store::SqlRunner& sql, const TitleQuery& query,
                         const Visibility& visibility);
  /// The titles that belong to this one, by season and episode number, then name; at most 10,000.
  Result<std::vector<Title>> children(store::SqlRunner& sql, const TitleId& id,
                                      const Visibility& visibility);
  /// The episode after this one, across seasons; specials follow specials only. Nothing after the
  /// last and for any other kind.
  Result<std::optional<Title>> next_episode(store::SqlRunner& sql, const TitleId& id,
                                            const Visibility& visibility);

  /// Titles of any kind written since, in order of changed_seq; 0 gives all. Missing ones too.
  /// `limit`: 1 to 10,000.
  Result<std::vector<Title>> changed_since(store::SqlRunner& sql, std::int64_t changed_seq,
                                           std::int64_t limit);
  /// The highest changed_seq: the library's version. 0 = empty.
  Result<std::int64_t> last_change(store::SqlRunner& sql);

  /// Writes everything of a title but id, source, parent, edition name, maturity and added_ms.
  /// Errors: not_found.
  Result<void> update(store::SqlRunner& sql, const Title& title);
  /// Only the progress.
  Result<void> set_progress(store::SqlRunner& sql, const TitleId& id, double progress);
  /// The facts of titles, any number; one without is absent.
  Result<FactsById> facts_of(store::SqlRunner& sql, std::span<const TitleId> ids);
  /// Replaces all facts of a title; maturity goes down to what belongs to it. `facts` must have
  /// been through limit_facts. Errors: not_found.
  Result<void> set_facts(store::SqlRunner& sql, const TitleId& id, const TitleFacts& facts);
  /// What the title's own file tells fills what scans do not know, now and after each scan. As
  /// set_facts otherwise.
  Result<void> set_file_facts(store::SqlRunner& sql, const TitleId& id, const TitleFacts& of_file);
  /// Titles with a file that are neither ready nor failed, oldest first; at most 10,000.
  Result<std::vector<TitleId>> unfinished(store::SqlRunner& sql);

 private:
  struct Parent {
    TitleId id;
    std::optional<int> maturity;
  };
  Result<Parent> find_parent(store::SqlRunner& sql, const FoundTitle& found);
  Result<std::optional<Title>> find_known(store::SqlRunner& sql, const FoundTitle& found);
  Result<AddedTitle> insert(store::SqlRunner& sql, const FoundTitle& found, const Parent& parent);
  Result<AddedTitle> refresh(store::SqlRunner& sql, const FoundTitle& found, const Parent& parent,
                             Title title);
  Result<void> hand_down_maturity(store::SqlRunner& sql, const Title& title,
                                  std::optional<int> maturity);

  const Clock& clock_;
  Random& random_;
};

}  // namespace matinee::catalog
