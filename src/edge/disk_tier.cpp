#include "edge/disk_tier.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "store/format.h"

namespace matinee::edge {
namespace {

constexpr std::uint64_t kSegmentsMin = 8;  // so that dropping one loses at most an eighth

}  // namespace

DiskTier::DiskTier(Options options, Files& files, Metrics& metrics)
    : options_(std::move(options)),
      files_(files),
      hits_(metrics.counter("matinee_edge_disk_hits_total", "Extents found on the disk.")),
      misses_(metrics.counter("matinee_edge_disk_misses_total", "Extents not on the disk.")),
      written_(metrics.counter("matinee_edge_disk_written_bytes_total",
                               "Bytes written to the disk tier, rewritten ones included.")),
      rewritten_(metrics.counter("matinee_edge_disk_rewritten_bytes_total",
                                 "Bytes written anew because they were in use.")),
      dropped_(
          metrics.counter("matinee_edge_disk_dropped_total", "Extents that left the disk tier.")),
      damaged_(metrics.counter("matinee_edge_disk_damaged_total",
                               "Extents whose bytes on the disk were not those written.")),
      used_(metrics.gauge("matinee_edge_disk_bytes", "Size of the disk tier's files.")) {}

// What is not sealed is taken up by walking its records.
DiskTier::~DiskTier() {
  const std::lock_guard writing(writing_);
  if (active_) (void)active_->seal();
}

Result<std::unique_ptr<DiskTier>> DiskTier::open(Options options, Files& files, Metrics& metrics) {
  options.segment_bytes = std::min(options.segment_bytes, options.bytes_max / kSegmentsMin);
  if (options.segment_bytes <
      DiskSegment::kEmptyBytes + DiskSegment::cost_of(store::kExtentBytes)) {
    return fail(ErrorCode::invalid,
                "an edge's disk needs " +
                    std::to_string(kSegmentsMin * (DiskSegment::kEmptyBytes +
                                                   DiskSegment::cost_of(store::kExtentBytes))) +
                    " bytes at least, not " + std::to_string(options.bytes_max));
  }
  const auto format = store::open_format(files, options.folder,
                                         {.kind = "edge_extents", .version = 1, .migrations = {}});
  if (!format) return std::unexpected(format.error());
  std::unique_ptr<DiskTier> tier(new DiskTier(std::move(options), files, metrics));
  if (auto taken = tier->take_up(); !taken) return std::unexpected(taken.error());
  return tier;
}

Result<void> DiskTier::take_up() {
  const auto names = files_.list(options_.folder);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {  // sorted: oldest first
    const auto number = DiskSegment::number_of(name);
    if (!number) continue;
    next_number_ = *number + 1;
    if (auto taken = take_up_segment(*number); !taken) return taken;
  }
  const std::lock_guard writing(writing_);
  const auto room = make_room(0);  // the limit may be lower than it was
  publish_size();
  return room;
}

Result<void> DiskTier::take_up_segment(std::uint64_t number) {
  const auto path = options_.folder / DiskSegment::name_of(number);
  auto opened = DiskSegment::open(files_, path, number);
  if (!opened) {
    if (opened.error().code != ErrorCode::corrupt) return std::unexpected(opened.error());
    log::warning("a damaged file of the edge's disk was removed", {{"path", path.string()}});
    return files_.remove(path);
  }
  const std::shared_ptr<DiskSegment> segment = std::move(opened->segment);
  for (const DiskRecord& record : segment->records()) {
    places_.insert_or_assign(record.key, Place{segment, record});
  }
  sealed_.push_back(segment);
  sealed_bytes_ += segment->bytes();
  return {};
}

bool DiskTier::holds(const ExtentKey& key) const {
  const std::lock_guard lock(mutex_);
  return places_.contains(key);
}

std::optional<DiskTier::Place> DiskTier::place_of(const ExtentKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) {
    misses_.add();
    return std::nullopt;
  }
  found->second.used = true;
  return found->second;
}

std::optional<std::string> DiskTier::read(const ExtentKey& key) {
  const auto place = place_of(key);
  if (!place) return std::nullopt;
  std::string bytes(place->record.bytes, '\0');
  if (!place->segment->read(place->record, bytes)) {
    lost(key, *place);
    return std::nullopt;
  }
  hits_.add();
  return bytes;
}

bool DiskTier::read_into(const ExtentKey& key, std::span<char> out) {
  const auto place = place_of(key);
  if (!place || place->record.bytes != out.size()) return false;
  if (!place->segment->read(place->record, out)) {
    lost(key, *place);
    return false;
  }
  hits_.add();
  return true;
}

// It may have been written anew meanwhile: only the place that was read is forgotten.
void DiskTier::lost(const ExtentKey& key, const Place& place) {
  damaged_.add();
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end() || found->second.segment != place.segment) return;
  if (found->second.record.offset == place.record.offset) places_.erase(found);
}

void DiskTier::forget(const ExtentKey& key) {
  const std::lock_guard lock(mutex_);
  places_.erase(key);
}

Result<void> DiskTier::put(const ExtentKey& key, std::string_view bytes) {
  if (DiskSegment::kEmptyBytes + DiskSegment::cost_of(bytes.size()) > options_.segment_bytes) {
    return fail(ErrorCode::limited,
                "the edge's disk takes nothing of " + std::to_string(bytes.size()) + " bytes");
  }
  const std::lock_guard writing(writing_);
  if (holds(key)) return {};
  if (auto room = make_room(DiskSegment::cost_of(bytes.size())); !room) return room;
  auto appended = append(key, bytes, false);
  publish_size();
  return appended;
}

// With writing_ held; there is room.
Result<void> DiskTier::append(const ExtentKey& key, std::string_view bytes, bool used) {
  const std::uint64_t cost = DiskSegment::cost_of(bytes.size());
  if (active_ && active_->bytes() + cost > options_.segment_bytes) {
    if (auto sealed = seal_active(); !sealed) return sealed;
  }
  if (!active_) {
    if (auto started = start_segment(); !started) return started;
  }
  const auto record = active_->append(key, bytes);
  if (!record) return std::unexpected(record.error());
  written_.add(bytes.size());
  const std::lock_guard lock(mutex_);
  places_.insert_or_assign(key, Place{active_, *record, used});
  return {};
}

Result<void> DiskTier::start_segment() {
  auto created = DiskSegment::create(files_, options_.folder / DiskSegment::name_of(next_number_),
                                     next_number_);
  ++next_number_;  // a file that could not be made whole may lie there
  if (!created) return std::unexpected(created.error());
  active_ = std::move(*created);
  return {};
}

Result<void> DiskTier::seal_active() {
  const auto sealed = active_->seal();
  // Unsealed it is read all the same, and walked at the next start.
  sealed_bytes_ += active_->bytes();
  sealed_.push_back(std::exchange(active_, nullptr));
  return sealed;
}

// With writing_ held. Leaves room for a record that costs `bytes`, and for a segment to begin.
Result<void> DiskTier::make_room(std::uint64_t bytes) {
  const std::uint64_t wanted = bytes + DiskSegment::kEmptyBytes;
  const auto is_room = [&] {
    const std::uint64_t used = sealed_bytes_ + (active_ ? active_->bytes() : 0);
    return used + wanted <= options_.bytes_max;
  };
  // Each sealed segment may take its turn again once; then the oldest goes all the same.
  std::size_t turns = sealed_.size();
  while (!is_room()) {
    if (sealed_.empty()) {
      if (!active_) return fail(ErrorCode::limited, "the edge's disk has no room");
      if (auto sealed = seal_active(); !sealed) return sealed;
    }
    if (turns > 0 && take_turn_again(*sealed_.front())) {
      --turns;
      sealed_.push_back(std::move(sealed_.front()));
      sealed_.pop_front();
      continue;
    }
    drop_oldest();
  }
  return {};
}

bool DiskTier::is_kept(const ExtentKey& key, const Place& place) const {
  return place.used || pinned_.contains(key.object);
}

// More than half of it is pinned: writing all that anew would free little.
bool DiskTier::take_turn_again(const DiskSegment& oldest) {
  std::uint64_t pinned = 0;
  const std::lock_guard lock(mutex_);
  for (const DiskRecord& record : oldest.records()) {
    const auto found = places_.find(record.key);
    if (found == places_.end() || found->second.segment.get() != &oldest) continue;
    if (pinned_.contains(record.key.object)) pinned += DiskSegment::cost_of(record.bytes);
  }
  return pinned * 2 > oldest.bytes();
}

void DiskTier::drop_oldest() {
  const std::shared_ptr<DiskSegment> oldest = std::move(sealed_.front());
  sealed_.pop_front();
  std::vector<DiskRecord> kept;
  std::uint64_t kept_bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const DiskRecord& record : oldest->records()) {
      const auto found = places_.find(record.key);
      if (found == places_.end() || found->second.segment != oldest) continue;
      const std::uint64_t cost = DiskSegment::cost_of(record.bytes);
      if (is_kept(record.key, found->second) && (kept_bytes + cost) * 2 <= oldest->bytes()) {
        kept_bytes += cost;
        kept.push_back(record);
      }
      places_.erase(found);
      dropped_.add();
    }
  }
  sealed_bytes_ -= oldest->bytes();
  std::string bytes;
  std::vector<std::pair<DiskRecord, std::string>> moved;
  for (const DiskRecord& record : kept) {
    bytes.resize(record.bytes);
    if (!oldest->read(record, bytes)) {
      damaged_.add();
      continue;
    }
    moved.emplace_back(record, bytes);
  }
  (void)files_.remove(oldest->path());  // its bytes are gone before others take their room
  for (const auto& [record, content] : moved) {
    if (!append(record.key, content, false)) break;  // the disk is full or broken: lost
    rewritten_.add(content.size());
  }
}

void DiskTier::pin(std::unordered_set<store::ObjectId> objects) {
  const std::lock_guard lock(mutex_);
  pinned_ = std::move(objects);
}

std::unordered_map<store::ObjectId, DiskTier::Content> DiskTier::contents() const {
  std::unordered_map<store::ObjectId, Content> contents;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, place] : places_) {
    if (key.index == kHashListIndex) continue;
    Content& content = contents[key.object];
    ++content.extents;
    content.bytes += place.record.bytes;
  }
  return contents;
}

std::uint64_t DiskTier::bytes_used() const {
  const std::lock_guard lock(mutex_);
  return files_bytes_;
}

void DiskTier::publish_size() {
  const std::uint64_t bytes = sealed_bytes_ + (active_ ? active_->bytes() : 0);
  used_.set(static_cast<std::int64_t>(bytes));
  const std::lock_guard lock(mutex_);
  files_bytes_ = bytes;
}

}  // namespace matinee::edge
