#pragma once
// edge/package_objects: what the edge needs of a package: the objects that its tokens open.

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "store/object_id.h"

namespace matinee::edge {

/// The "objects" of one package document. Immutable once parsed.
struct PackageObjects {
  struct Entry {
    std::uint64_t bytes = 0;
    std::string_view type;  // one of a fixed list; application/octet-stream for any other
  };
  std::unordered_map<store::ObjectId, Entry> objects;
};

/// Reads the member "objects" only, without building the rest of the document in memory.
/// At most media::kObjectsMax objects. Errors: invalid, naming what is wrong; never throws.
Result<PackageObjects> parse_package_objects(std::string_view document);

}  // namespace matinee::edge
