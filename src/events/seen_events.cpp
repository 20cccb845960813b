#include "events/seen_events.h"

#include <algorithm>

#include "base/encoding.h"

namespace matinee::events {
namespace {

constexpr std::size_t kIdBytes = 16;

// The first 48 bits of a UUIDv7 are ms; without the last 16 of them about a minute is left.
std::string bucket_prefix(Pseudonym pseudonym, EventId id) {
  std::string prefix(text_of(pseudonym.uuid.bytes));
  prefix.append(text_of(id.uuid.bytes).substr(0, 4));
  return prefix;
}

std::string page_key(const std::string& prefix, std::size_t page) {
  std::string key = prefix;
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>(page >> shift));
  return key;
}

}  // namespace

Result<SeenEvents::Bucket*> SeenEvents::bucket(const std::string& prefix) {
  if (const auto found = buckets_.find(prefix); found != buckets_.end()) return &found->second;
  Bucket bucket;
  while (true) {
    auto page = store_->get_dedup(page_key(prefix, bucket.pages.size()));
    if (!page) return std::unexpected(page.error());
    if (!*page) break;
    for (std::size_t at = 0; at + kIdBytes <= (*page)->size(); at += kIdBytes) {
      EventId id;
      std::copy_n(bytes_of(**page).begin() + static_cast<std::ptrdiff_t>(at), kIdBytes,
                  id.uuid.bytes.begin());
      bucket.ids.insert(id);
    }
    bucket.pages.push_back(std::move(**page));
  }
  return &buckets_.emplace(prefix, std::move(bucket)).first->second;
}

Result<bool> SeenEvents::insert(Pseudonym pseudonym, EventId id) {
  auto found = bucket(bucket_prefix(pseudonym, id));
  if (!found) return std::unexpected(found.error());
  Bucket& bucket = **found;
  if (!bucket.ids.insert(id).second) return false;
  if (bucket.pages.empty() || bucket.pages.back().size() >= kIdsPerPage * kIdBytes) {
    bucket.pages.emplace_back();
  }
  bucket.pages.back().append(text_of(id.uuid.bytes));
  bucket.first_changed = std::min(bucket.first_changed, bucket.pages.size() - 1);
  return true;
}

void SeenEvents::write(store::StateBatch& batch) {
  for (auto& [prefix, bucket] : buckets_) {
    for (std::size_t page = bucket.first_changed; page < bucket.pages.size(); ++page) {
      batch.put_dedup(page_key(prefix, page), bucket.pages[page]);
    }
    bucket.first_changed = SIZE_MAX;
  }
  if (buckets_.size() > kBucketsMax) buckets_.clear();
}

}  // namespace matinee::events
