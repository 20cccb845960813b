#include "edge/verified_origin.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace matinee::edge {
namespace {

bool may_help_to_wait(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::limited;
}

std::span<const unsigned char> raw_bytes(std::span<const char> text) {
  return bytes_of({text.data(), text.size()});
}

}  // namespace

VerifiedOrigin::VerifiedOrigin(Options options, Origin origin, FetchPool& pool, const Clock& clock,
                               Metrics& metrics)
    : options_(options),
      origin_(std::move(origin)),
      pool_(pool),
      clock_(clock),
      reads_(metrics.counter("matinee_edge_upstream_reads_total", "Reads sent to the origin.")),
      read_bytes_(metrics.counter("matinee_edge_upstream_bytes_total",
                                  "Bytes of media that the origin sent.")),
      retries_(metrics.counter("matinee_edge_upstream_retries_total",
                               "Reads repeated because the origin was away or wrong.")),
      corrupt_(metrics.counter("matinee_edge_upstream_corrupt_total",
                               "Reads whose bytes did not match their hashes.")),
      disk_failed_(metrics.counter("matinee_edge_disk_write_failures_total",
                                   "Extents that the disk tier could not take.")) {}

Result<void> VerifiedOrigin::attempts(const DeadlineOf& deadline,
                                      const std::function<Result<void>()>& attempt) {
  auto pause = options_.pause_first;
  bool was_corrupt = false;
  for (;;) {
    reads_.add();
    Result<void> result = attempt();
    if (result) return result;
    const ErrorCode code = result.error().code;
    if (code == ErrorCode::corrupt) {
      corrupt_.add();
      if (std::exchange(was_corrupt, true)) return result;
    } else if (!may_help_to_wait(code)) {
      return result;
    } else if (origin_.is_gone() || pause >= deadline().left(clock_) || !pool_.pause(pause)) {
      return fail(ErrorCode::unavailable, result.error().message);
    } else {
      pause = std::min(2 * pause, options_.pause_longest);
    }
    retries_.add();
  }
}

Result<VerifiedOrigin::Hashes> VerifiedOrigin::hashes(const store::ObjectId& object,
                                                      const DeadlineOf& deadline) {
  {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (const auto found = kept_.find(object); found != kept_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second.place);
        return found->second.hashes;
      }
      if (!arriving_.contains(object)) break;
      const auto left = deadline().left(clock_);
      if (left.count() == 0) {
        return fail(ErrorCode::unavailable, "waiting for the hashes of " + object.to_string());
      }
      arrived_.wait_for(lock, std::min(left, options_.pause_longest));
    }
    arriving_.insert(object);
  }
  auto fetched = fetch_hashes(object, deadline);
  {
    const std::lock_guard lock(mutex_);
    arriving_.erase(object);
    if (fetched) keep(object, *fetched);
  }
  arrived_.notify_all();
  return fetched;
}

Result<VerifiedOrigin::Hashes> VerifiedOrigin::fetch_hashes(const store::ObjectId& object,
                                                            const DeadlineOf& deadline) {
  if (Hashes kept = hashes_on_disk(object)) return kept;
  Hashes hashes;
  const auto done = attempts(deadline, [&]() -> Result<void> {
    auto answer = origin_.extents(object, deadline());
    if (!answer) return std::unexpected(answer.error());
    if (answer->extents.size() != store::extent_count(answer->size) || answer->id() != object) {
      return fail(ErrorCode::corrupt,
                  "the origin's hashes of " + object.to_string() + " are not those of that object");
    }
    hashes = std::make_shared<const store::ExtentHashes>(*std::move(answer));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  if (options_.disk) keep_on_disk({object, kHashListIndex}, hashes->serialise());
  return hashes;
}

VerifiedOrigin::Hashes VerifiedOrigin::hashes_on_disk(const store::ObjectId& object) {
  if (!options_.disk) return nullptr;
  const ExtentKey key{object, kHashListIndex};
  const auto text = options_.disk->read(key);
  if (!text) return nullptr;
  auto hashes = store::ExtentHashes::parse(*text, object);
  if (hashes) return std::make_shared<const store::ExtentHashes>(*std::move(hashes));
  corrupt_.add();
  options_.disk->forget(key);
  return nullptr;
}

// The viewer has the bytes already: a disk that takes no more costs the next one time, no more.
void VerifiedOrigin::keep_on_disk(const ExtentKey& key, std::string_view bytes) {
  if (const auto kept = options_.disk->put(key, bytes); !kept) disk_failed_.add();
}

void VerifiedOrigin::keep(const store::ObjectId& object, const Hashes& hashes) {
  const auto bytes_of_hashes = [](const Hashes& kept) {
    return kept->extents.size() * sizeof(Sha256Digest) + 128;  // 128: the map's own share
  };
  recent_.push_front(object);
  kept_.emplace(object, Kept{hashes, recent_.begin()});
  kept_bytes_ += bytes_of_hashes(hashes);
  while (kept_bytes_ > options_.hashes_bytes_max && recent_.size() > 1) {
    const auto oldest = kept_.find(recent_.back());
    kept_bytes_ -= bytes_of_hashes(oldest->second.hashes);
    kept_.erase(oldest);
    recent_.pop_back();
  }
}

Result<void> VerifiedOrigin::read_extent(const store::ObjectId& object,
                                         const store::ExtentHashes& hashes, std::uint64_t index,
                                         std::span<char> out, const DeadlineOf& deadline) {
  const ExtentKey key{object, index};
  if (!options_.disk) return read_upstream(key, hashes, out, deadline);
  if (options_.disk->read_into(key, out)) {
    if (hashes.matches(index, raw_bytes(out))) return {};
    corrupt_.add();
    options_.disk->forget(key);
  }
  auto read = read_upstream(key, hashes, out, deadline);
  if (read) keep_on_disk(key, {out.data(), out.size()});
  return read;
}

Result<void> VerifiedOrigin::read_upstream(const ExtentKey& key, const store::ExtentHashes& hashes,
                                           std::span<char> out, const DeadlineOf& deadline) {
  return attempts(deadline, [&]() -> Result<void> {
    const auto got = origin_.read(key.object, key.index * store::kExtentBytes, out, deadline());
    if (!got) return std::unexpected(got.error());
    read_bytes_.add(*got);
    if (*got != out.size()) {
      return fail(ErrorCode::unavailable, "the origin broke off object " + key.object.to_string());
    }
    if (!hashes.matches(key.index, raw_bytes(out))) {
      return fail(ErrorCode::corrupt, "extent " + std::to_string(key.index) + " of object " +
                                          key.object.to_string() + " came with other bytes");
    }
    return {};
  });
}

Result<std::string> VerifiedOrigin::read_object(const store::ObjectId& object,
                                                std::size_t bytes_max, const DeadlineOf& deadline) {
  const auto known = hashes(object, deadline);
  if (!known) return std::unexpected(known.error());
  if ((*known)->size > bytes_max) {
    return fail(ErrorCode::limited, "object " + object.to_string() + " is too large");
  }
  std::string text(static_cast<std::size_t>((*known)->size), '\0');
  std::span<char> rest(text);
  for (std::uint64_t index = 0; !rest.empty(); ++index) {
    const auto bytes = static_cast<std::size_t>((*known)->extent_bytes(index));
    const auto read = read_extent(object, **known, index, rest.first(bytes), deadline);
    if (!read) return std::unexpected(read.error());
    rest = rest.subspan(bytes);
  }
  return text;
}

}  // namespace matinee::edge
