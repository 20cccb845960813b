#pragma once
// catalog/found_title: a title as a scan of the library finds it. Made by library_scan, taken in by
// titles.

#include <optional>
#include <string>
#include <vector>

#include "catalog/artwork.h"
#include "catalog/fingerprint.h"
#include "catalog/title_facts.h"
#include "catalog/title_kind.h"
#include "catalog/title_name.h"

namespace matinee::catalog {

/// A caption file next to a film.
struct Sidecar {
  std::string path;  // absolute
  SidecarName name;
  friend bool operator==(const Sidecar&, const Sidecar&) = default;
};

/// A title that was found; nothing of it is decoded yet.
struct FoundTitle {
  /// What it is known by: the file; of a show its folder (or folder and name, when several lie in
  /// one); of a season the show's path and its number; of an announced title its .nfo file.
  /// Absolute.
  std::string path;
  /// Of a show, a season and an announced title all zero. A scan reads no samples.
  Fingerprint fingerprint{};
  std::vector<Sidecar> sidecars{};
  TitleKind kind = TitleKind::film;
  std::string parent_path{};  // `path` of the title that it belongs to; empty = none
  std::string name{};         // empty = as the file's name tells it
  std::optional<int> year{};
  std::string edition_name{};
  bool announced = false;  // its file is not there yet
  /// The .nfo files that may have announced it, the likeliest first.
  std::vector<std::string> announced_by{};
  /// Something that describes it could not be read, or comes later: what this does not know stays
  /// as it was.
  bool is_partial = false;
  TitleFacts facts{};
  std::vector<FoundArtwork> artwork{};  // in order of position within each kind
};

}  // namespace matinee::catalog
