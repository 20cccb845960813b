#pragma once
// catalog/folder_watch: tells when something changes in folders and below them, by inotify. Read by
// the library's keeper.

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "base/result.h"

namespace matinee::catalog {

/// Not thread-safe: one thread owns it.
class FolderWatch {
 public:
  /// At most `watches_max` folders are watched. Errors: unavailable when the system gives none.
  static Result<FolderWatch> open(std::size_t watches_max);
  FolderWatch(FolderWatch&& other) noexcept;
  FolderWatch& operator=(FolderWatch&&) = delete;
  ~FolderWatch();

  /// Watches `root` and all folders below, links not followed; again for folders that came since.
  /// False when some of them are not watched: beyond the limit, ours or the system's.
  bool watch(const std::string& root);
  /// Readable when there is something to take.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The roots in which something has changed since the last call; does not wait. All of them when
  /// changes were lost.
  std::set<std::string> take_changes();

 private:
  FolderWatch(int descriptor, std::size_t watches_max)
      : descriptor_(descriptor), watches_max_(watches_max) {}
  bool watch_folder(const std::string& folder, const std::string& root);

  int descriptor_;
  std::size_t watches_max_;
  std::map<int, std::string> roots_;  // by watch
  std::set<std::string> all_;
};

}  // namespace matinee::catalog
