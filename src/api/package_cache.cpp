#include "api/package_cache.h"

#include <utility>

namespace matinee::api {

Result<PackageCache::Shared> PackageCache::get(std::string_view package_id, Deadline deadline) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = by_id_.find(package_id); found != by_id_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->package;
    }
  }
  const auto text = read_(package_id, media::kPackageBytesMax, deadline);
  if (!text) return fail(text.error(), "reading a package");
  auto parsed = media::parse_package(*text);
  if (!parsed) return fail(ErrorCode::corrupt, "reading a package: " + parsed.error().message);
  auto package = std::make_shared<const media::Package>(std::move(*parsed));
  keep({std::string(package_id), package, text->size()});
  return package;
}

void PackageCache::keep(Entry entry) {
  if (entry.bytes > bytes_max_) return;
  const std::scoped_lock lock(mutex_);
  if (by_id_.contains(entry.id)) return;
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  by_id_.emplace(entries_.front().id, entries_.begin());
  while (bytes_ > bytes_max_) {
    bytes_ -= entries_.back().bytes;
    by_id_.erase(entries_.back().id);
    entries_.pop_back();
  }
}

}  // namespace matinee::api
