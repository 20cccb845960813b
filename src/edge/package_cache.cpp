#include "edge/package_cache.h"

#include <utility>

#include "media/package.h"

namespace matinee::edge {

PackageCache::PackageCache(Options options, ExtentCache& extents, Metrics& metrics)
    : options_(options),
      extents_(extents),
      reads_(metrics.counter("matinee_edge_package_reads_total", "Packages read and parsed.")),
      failures_(extents.clock(), options.failure_keep, 1'024) {}

PackageCache::~PackageCache() { extents_.stop(); }

PackagePtr PackageCache::find(const store::ObjectId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.place);
  return found->second.package;
}

void PackageCache::request(const store::ObjectId& id, Deadline deadline, OnPackage done) {
  std::unique_lock lock(mutex_);
  if (const auto found = kept_.find(id); found != kept_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second.place);
    PackagePtr package = found->second.package;
    lock.unlock();
    done(std::move(package));
    return;
  }
  if (auto failure = failures_.find(id)) {
    lock.unlock();
    done(std::unexpected(*std::move(failure)));
    return;
  }
  std::vector<OnPackage>& waiters = waiting_[id];
  if (waiters.size() >= options_.waiters_max) {
    lock.unlock();
    done(fail(ErrorCode::limited, "too many wait for one package"));
    return;
  }
  waiters.push_back(std::move(done));
  if (waiters.size() > 1) return;
  if (extents_.submit([this, id, deadline] { finish(id, read(id, deadline)); })) return;
  done = std::move(waiters.front());
  waiting_.erase(id);
  lock.unlock();
  done(fail(ErrorCode::unavailable, "too much waits to be read"));
}

Result<PackagePtr> PackageCache::read(const store::ObjectId& id, Deadline deadline) {
  reads_.add();
  const auto document =
      extents_.origin().read_object(id, media::kPackageBytesMax, [deadline] { return deadline; });
  if (!document) return std::unexpected(document.error());
  auto parsed = parse_package_objects(*document);
  if (!parsed) return fail(ErrorCode::corrupt, id.to_string() + ": " + parsed.error().message);
  return PackagePtr(new PackageObjects(*std::move(parsed)));  // WeakIndex wants `new`
}

void PackageCache::finish(const store::ObjectId& id, Result<PackagePtr> result) {
  std::vector<OnPackage> waiters;
  {
    const std::lock_guard lock(mutex_);
    if (result) {
      keep(id, *result);
    } else {
      failures_.remember(id, result.error());
    }
    waiters = std::move(waiting_[id]);
    waiting_.erase(id);
  }
  for (OnPackage& waiter : waiters) waiter(result);
}

void PackageCache::keep(const store::ObjectId& id, const PackagePtr& package) {
  recent_.push_front(id);
  kept_.emplace(id, Kept{package, recent_.begin()});
  objects_ += package->objects.size();
  while (recent_.size() > 1 &&
         (recent_.size() > options_.packages_max || objects_ > options_.objects_max)) {
    const auto oldest = kept_.find(recent_.back());
    objects_ -= oldest->second.package->objects.size();
    kept_.erase(oldest);
    recent_.pop_back();
  }
}

}  // namespace matinee::edge
