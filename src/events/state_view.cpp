#include "events/state_view.h"

#include "base/check.h"

namespace matinee::events {

Result<std::optional<std::string>> StateView::get(const std::string& key) {
  for (const Changes* changes : {&event_, &batch_}) {
    if (const auto found = changes->find(key); found != changes->end()) return found->second;
  }
  return store_->get(key);
}

Result<std::map<std::string, bool>> StateView::keys(const std::string& prefix) {
  std::map<std::string, bool> present;
  std::string after;
  while (true) {
    const auto page = store_->scan(prefix, after, store::kStateScanMax);
    if (!page) return std::unexpected(page.error());
    for (const auto& entry : *page) present[entry.key] = true;
    if (page->size() < store::kStateScanMax) break;
    after = page->back().key;
  }
  for (const Changes* changes : {&batch_, &event_}) {
    for (auto at = changes->lower_bound(prefix);
         at != changes->end() && at->first.starts_with(prefix); ++at) {
      present[at->first] = at->second.has_value();
    }
  }
  std::erase_if(present, [](const auto& entry) { return !entry.second; });
  return present;
}

Result<void> StateView::remove_starting_with(const std::string& prefix) {
  const auto present = keys(prefix);
  if (!present) return std::unexpected(present.error());
  for (const auto& [key, there] : *present) remove(key);
  return {};
}

Result<std::optional<std::string>> StateView::last_key(const std::string& prefix) {
  const auto present = keys(prefix);
  if (!present) return std::unexpected(present.error());
  if (present->empty()) return std::nullopt;
  return present->rbegin()->first;
}

void StateView::keep() {
  for (auto& [key, value] : event_) {
    MATINEE_CHECK(!key.empty() && key[0] != kReservedPrefix);
    batch_[key] = std::move(value);
  }
  event_.clear();
}

void StateView::write(store::StateBatch& batch) const {
  for (const auto& [key, value] : batch_) {
    if (value) {
      batch.put(key, *value);
    } else {
      batch.remove(key);
    }
  }
}

}  // namespace matinee::events
