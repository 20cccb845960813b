#pragma once
// catalog/scan_folder: one folder of a library, its files sorted by what they are for. Read by
// library_walk.

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/artwork.h"

namespace matinee::catalog {

/// The names in a folder, each list sorted. Hidden names are in `hidden` and nowhere else.
struct ScanFolder {
  std::string path;
  std::string name;  // the last component of path
  std::vector<std::string> folders;
  std::vector<std::string> videos;
  std::vector<std::string> captions;
  std::vector<std::string> nfos;
  std::vector<std::string> pictures;
  std::vector<std::string> others;  // also what is no regular file, and names that are no UTF-8
  std::vector<std::string> hidden;
  bool has_more = false;     // entries beyond the limit were not looked at
  bool is_left_out = false;  // .ignore, .nomedia or .plexignore lies in it

  [[nodiscard]] std::string path_of(std::string_view entry) const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool has_nfo(std::string_view file) const;
};

/// Errors: not_found, forbidden, unavailable, with a message for people.
Result<ScanFolder> read_folder(const std::string& path, std::size_t entries_max);

/// The names that begin with `prefix`, out of a sorted list.
std::span<const std::string> beginning_with(std::span<const std::string> names,
                                            std::string_view prefix);

/// A message of the system, for people.
std::string system_message(int error);

/// The whole of a file of at most `bytes_max`. Errors: not_found, forbidden, limited when it is
/// longer, unavailable.
Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

/// A picture file with its size and time; nothing when it is no regular file or is empty.
std::optional<FoundArtwork> look_at_picture(ArtworkKind kind, std::string path);

}  // namespace matinee::catalog
