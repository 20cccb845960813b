#pragma once
// catalog/titles: the titles of the library and where each stands. Written by the admin API and the
// title pipeline, read by every page that shows films.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/library_scan.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::int64_t kTitlesPageMax = 200;

enum class TitleState { queued, encoding, ready, failed };
std::string_view name_of(TitleState state);

/// One film of the library.
struct Title {
  TitleId id;
  std::string kind = "film";
  std::string name;
  std::optional<int> year;
  std::string source_path;  // absolute
  Fingerprint fingerprint;
  std::vector<Sidecar> sidecars;
  TitleState state = TitleState::queued;
  double progress = 0;              // 0..1, of all work
  std::int64_t duration_ms = 0;     // 0 = not known yet
  std::string package_id;           // object id; empty = not playable yet
  int package_version = 0;          // grows with each publication
  std::string published_parts;      // what the package holds, as the pipeline names it
  std::string poster_object;        // object id; empty = none
  std::string error;                // why it failed; for people
  std::vector<std::string> notes;   // optional parts that could not be made, and why
  double work_total = 0;            // weight of all jobs; 0 = not planned yet
  double estimate_cpu_seconds = 0;  // of one core, all steps
  std::int64_t estimate_bytes = 0;  // to be stored
  std::int64_t added_ms = 0;

  [[nodiscard]] bool playable() const { return !package_id.empty(); }
};

struct TitlePage {
  std::vector<Title> titles;  // newest first
  std::string next_cursor;    // empty at the end
};

/// What adding a file came to.
struct AddedTitle {
  Title title;
  bool is_new = false;  // false: the library had it already (its sidecars are brought up to date)
};

/// The titles table. Methods run in the caller's transaction, or in one of their own when given
/// the Database itself. Thread-safe.
class Titles {
 public:
  /// Both must outlive it.
  Titles(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// Records a film, or finds it again: the same path with the same content, or the same content
  /// whose old path is gone (then it has moved).
  Result<AddedTitle> add(store::SqlRunner& sql, const FoundFilm& film);
  /// Errors: not_found.
  Result<Title> find(store::SqlRunner& sql, const TitleId& id);
  /// `limit`: 1 to kTitlesPageMax. Titles that come in meanwhile neither double nor hide others.
  /// Errors: invalid for a cursor that none of these calls gave.
  Result<TitlePage> list(store::SqlRunner& sql, std::int64_t limit, std::string_view cursor);
  /// Writes everything of a title but id, source and added_ms. Errors: not_found.
  Result<void> update(store::SqlRunner& sql, const Title& title);
  /// Only the progress.
  Result<void> set_progress(store::SqlRunner& sql, const TitleId& id, double progress);
  /// Titles that are neither ready nor failed, oldest first; at most 10,000.
  Result<std::vector<TitleId>> unfinished(store::SqlRunner& sql);

 private:
  Result<std::optional<Title>> find_source(store::SqlRunner& sql, const FoundFilm& film);

  const Clock& clock_;
  Random& random_;
};

}  // namespace matinee::catalog
