#include "edge/extent_store.h"

namespace matinee::edge {

ExtentPtr ExtentStore::find(const ExtentKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second;
}

void ExtentStore::insert(const ExtentKey& key, ExtentPtr extent) {
  const std::size_t bytes = extent->view().size();
  const bool added = entries_.emplace(key, std::move(extent)).second;
  MATINEE_CHECK(added);
  bytes_ += bytes;
  if (ghost_set_.erase(key) > 0) {  // its place in ghosts_ is dropped when it comes up
    main_.push_back(key);
  } else {
    small_.push_back(key);
    small_bytes_ += bytes;
  }
}

bool ExtentStore::evict_one() {
  // An entry is passed over at most once for each use it can have, plus once as held.
  const std::size_t steps_max = 5 * entries_.size();
  for (std::size_t step = 0; step < steps_max; ++step) {
    const bool from_small = main_.empty() || (!small_.empty() && small_bytes_ * 10 >= bytes_);
    if (from_small ? step_small() : step_main()) return true;
  }
  return false;
}

bool ExtentStore::step_small() {
  const ExtentKey key = small_.front();
  small_.pop_front();
  const ExtentPtr& extent = entries_.find(key)->second;
  if (extent->uses() > 1) {
    small_bytes_ -= extent->view().size();
    extent->set_uses(0);
    main_.push_back(key);
    return false;
  }
  if (extent.use_count() > 1) {
    small_.push_back(key);
    return !main_.empty() && step_main();  // all of the small queue may be held
  }
  small_bytes_ -= extent->view().size();
  remember(key);
  drop(key);
  return true;
}

bool ExtentStore::step_main() {
  const ExtentKey key = main_.front();
  main_.pop_front();
  const ExtentPtr& extent = entries_.find(key)->second;
  if (extent->uses() > 0 || extent.use_count() > 1) {
    if (extent->uses() > 0) extent->set_uses(extent->uses() - 1);
    main_.push_back(key);
    return false;
  }
  drop(key);
  return true;
}

void ExtentStore::drop(const ExtentKey& key) {
  const auto found = entries_.find(key);
  bytes_ -= found->second->view().size();
  entries_.erase(found);
}

void ExtentStore::remember(const ExtentKey& key) {
  if (ghosts_max_ == 0) return;
  if (ghost_set_.insert(key).second) ghosts_.push_back(key);
  while (ghosts_.size() > ghosts_max_) {
    ghost_set_.erase(ghosts_.front());
    ghosts_.pop_front();
  }
}

}  // namespace matinee::edge
