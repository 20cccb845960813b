#pragma once
// api/package_cache: package documents in memory, parsed, for manifests and play starts.

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "media/package.h"

namespace matinee::api {

/// Reads a whole object of the origin, checked against its id.
using ReadObject = std::function<Result<std::string>(std::string_view object_id,
                                                     std::size_t bytes_max, Deadline deadline)>;

/// Parsed packages by object id, which never change. Holds documents of at most `bytes_max` of
/// JSON together (one larger is given but not kept) and forgets the least recently used.
/// Thread-safe; two who miss at once both read.
class PackageCache {
 public:
  /// Shared because a reader may still hold one that was forgotten.
  using Shared = std::shared_ptr<const media::Package>;

  PackageCache(ReadObject read, std::size_t bytes_max)
      : read_(std::move(read)), bytes_max_(bytes_max) {}

  /// Errors: as ReadObject's; corrupt when the object is no package.
  Result<Shared> get(std::string_view package_id, Deadline deadline);

 private:
  struct Entry {
    std::string id;
    Shared package;
    std::size_t bytes;
  };
  void keep(Entry entry);

  ReadObject read_;
  std::size_t bytes_max_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_id_;
  std::size_t bytes_ = 0;
};

}  // namespace matinee::api
