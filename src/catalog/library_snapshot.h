#pragma once
// catalog/library_snapshot: the films and shows of the library as they are now, in memory: what
// search, the home page and filtered lists are answered from.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/search.h"
#include "catalog/visibility.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::size_t kListMax = 200;  // titles of one list or page

/// What a search came to; people and genres count what this viewer may see.
struct SearchAnswer {
  std::vector<TitleId> titles;
  std::vector<NameHit> people;
  std::vector<NameHit> genres;
};

/// The library at one moment: most of it in one index, what changed since in a small one beside it.
/// Immutable; any thread may read it.
class LibrarySnapshot {
 public:
  /// Titles.changed_seq up to which it knows the library: two snapshots of one version are alike.
  /// Grows also with changes that lists do not show.
  [[nodiscard]] std::int64_t version() const { return version_; }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t memory_bytes() const;

  /// What fits `typed`, the best first; nothing for a text without letters. `limit`: titles, 1 to
  /// kSearchTitlesMax.
  [[nodiscard]] SearchAnswer search(std::string_view typed, const Visibility& visibility,
                                    std::size_t limit) const;
  /// Newest first, after `after` when it is given. `limit`: 1 to kListMax.
  [[nodiscard]] std::vector<ListPosition> list(const ListFilter& filter,
                                               const std::optional<ListPosition>& after,
                                               const Visibility& visibility,
                                               std::size_t limit) const;
  /// All genres of visible titles, those of most titles first.
  [[nodiscard]] std::vector<NameHit> genres(const Visibility& visibility) const;

 private:
  friend class LibrarySnapshots;
  using Scope = SearchIndex::Scope;
  [[nodiscard]] Scope main_scope(const Visibility& visibility) const {
    return {visibility, &dead_};
  }

  std::int64_t version_ = 0;
  // Both are shared with the snapshots before and after: most changes leave them as they are.
  std::shared_ptr<const SearchIndex> main_ = std::make_shared<const SearchIndex>();
  std::shared_ptr<const SearchIndex> recent_ = std::make_shared<const SearchIndex>();
  SearchIndex::Dead dead_;  // what of main_ is newer in recent_, or gone
};

/// The way a person's or genre's name is asked for in a ListFilter.
std::string filter_text(std::string_view name);

/// Keeps the latest snapshot. Whoever asks first after a change takes the change in. When many have
/// come together a new main index is made: of a large library by a thread beside those who ask,
/// which takes a rest after it in proportion, so that a library that changes all the time costs a
/// fraction of a processor.
/// Thread-safe.
class LibrarySnapshots {
 public:
  static constexpr std::size_t kRecentMax = 512;     // with more, the main index is made anew
  static constexpr std::size_t kTakenInMax = 2'000;  // changes taken in by one who asks
  static constexpr std::size_t kRowsPerQuery = 5'000;
  static constexpr int kRestPerWork = 4;             // of the thread
  static constexpr std::size_t kThreadFrom = 5'000;  // titles; a smaller library needs none

  /// Both must outlive it; the tables of Titles must be there before the first call.
  LibrarySnapshots(store::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}
  ~LibrarySnapshots();
  LibrarySnapshots(const LibrarySnapshots&) = delete;
  LibrarySnapshots& operator=(const LibrarySnapshots&) = delete;

  /// Begins to make the first snapshot on a thread, so that nobody has to wait for it later. Call
  /// at most once, before anybody asks.
  void begin();

  /// The library with all that was committed before the call; while many changes are taken in, as
  /// it was a moment ago. Whoever asks first makes the first, the others wait for it.
  /// Errors: those of the database.
  [[nodiscard]] Result<std::shared_ptr<const LibrarySnapshot>> current();

 private:
  using Shared = std::shared_ptr<const LibrarySnapshot>;
  struct Change {
    std::int64_t changed_seq = 0;
    bool gone = false;
    IndexedTitle title;
  };
  struct MainIndex {
    std::int64_t version = 0;
    std::shared_ptr<const SearchIndex> titles;
  };

  Result<std::int64_t> last_change();
  /// Of films and shows, in order; at most `limit`.
  Result<std::vector<Change>> changes_after(std::int64_t changed_seq, std::size_t limit);
  Result<MainIndex> make_main();
  void adopt(MainIndex main);                                              // holds refreshing_
  Result<void> take_in(const LibrarySnapshot& known, std::int64_t until);  // holds refreshing_
  [[nodiscard]] bool is_news(const Change& change, const LibrarySnapshot& known) const;
  void index_recent(LibrarySnapshot& snapshot) const;
  [[nodiscard]] Shared latest();
  /// Whether the thread makes the next main index; starts it for a large library.
  bool leaves_it_to_the_thread(const LibrarySnapshot& known);  // holds refreshing_
  void publish(LibrarySnapshot snapshot);
  void run();

  store::Database& database_;
  const Clock& clock_;

  std::mutex refreshing_;                       // held by whoever makes snapshots
  std::unordered_map<TitleId, Change> recent_;  // since the main index; kRecentMax + kTakenInMax

  std::mutex mutex_;  // of what follows; never held while the database is asked
  std::condition_variable changed_;
  Shared snapshot_;  // null: there is none yet
  bool main_wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;  // guarded by refreshing_
};

}  // namespace matinee::catalog
