#include "media/track_index.h"

#include <fmt/format.h>

#include <algorithm>

namespace matinee::media {
namespace {

std::uint64_t bits_per_second(std::uint64_t bytes, std::uint64_t duration,
                              std::uint32_t timescale) {
  if (duration == 0) return 0;
  const auto bits = static_cast<long double>(bytes) * 8 * timescale;
  const long double rate = bits / static_cast<long double>(duration);
  const auto whole = static_cast<std::uint64_t>(rate);
  return whole + (static_cast<long double>(whole) < rate ? 1 : 0);
}

}  // namespace

Result<void> TrackIndex::append(const std::string& object_id, TrackSegment segment) {
  if (segments_.size() == kSegmentsMax) {
    return fail(ErrorCode::limited, "a track has too many segments");
  }
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::invalid, fmt::format("segment {}: {}", segments_.size(), what));
  };
  if (segment.bytes == 0 || segment.duration == 0) return bad("is empty");
  const bool same_object = !objects_.empty() && objects_.back() == object_id;
  if (!segments_.empty()) {
    TrackSegment& last = segments_.back();
    const std::uint64_t end = last.start + last.duration;
    const std::uint64_t gap = segment.start > end ? segment.start - end : end - segment.start;
    if (segment.start <= last.start) return bad("does not start after the one before it");
    if (gap > kJoinGapMsMax * timescale_ / 1000) {
      return bad(fmt::format("starts {} ticks away from the end of the one before it", gap));
    }
    if (same_object && segment.offset < last.offset + last.bytes) {
      return bad("overlaps the one before it");
    }
    if (!same_object && std::ranges::find(objects_, object_id) != objects_.end()) {
      return bad("goes back to an earlier object");
    }
    last.duration = segment.start - last.start;
  }
  if (!same_object) objects_.push_back(object_id);
  segment.object = static_cast<std::uint32_t>(objects_.size() - 1);
  segments_.push_back(segment);
  return {};
}

Bandwidth TrackIndex::bandwidth() const { return segment_bandwidth(segments_, timescale_); }

std::uint64_t target_duration_s(std::span<const TrackSegment> segments, std::uint32_t timescale) {
  std::uint64_t longest = 0;
  for (const TrackSegment& segment : segments) longest = std::max(longest, segment.duration);
  return std::max<std::uint64_t>(1, (longest + timescale / 2) / timescale);
}

Bandwidth segment_bandwidth(std::span<const TrackSegment> segments, std::uint32_t timescale) {
  std::uint64_t bytes = 0;
  std::uint64_t duration = 0;
  for (const TrackSegment& segment : segments) {
    bytes += segment.bytes;
    duration += segment.duration;
  }
  const std::uint64_t average = bits_per_second(bytes, duration, timescale);
  std::uint64_t peak = average;
  const std::uint64_t target = target_duration_s(segments, timescale) * timescale;
  for (std::size_t first = 0; first < segments.size(); ++first) {
    std::uint64_t run_bytes = 0;
    std::uint64_t run = 0;
    for (std::size_t i = first; i < segments.size(); ++i) {
      run_bytes += segments[i].bytes;
      run += segments[i].duration;
      if (2 * run > 3 * target) break;
      if (2 * run >= target) peak = std::max(peak, bits_per_second(run_bytes, run, timescale));
    }
  }
  return {.average_bps = average, .peak_bps = peak};
}

Result<Track> join_chunks(std::span<const Track> chunks) {
  const auto first =
      std::ranges::find_if(chunks, [](const Track& chunk) { return !chunk.segments.empty(); });
  if (first == chunks.end()) return fail(ErrorCode::invalid, "joining chunks: no segments");
  Track joined = *first;
  TrackIndex index(joined.timescale);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Track& chunk = chunks[i];
    if (chunk.segments.empty()) continue;
    const auto differs = [&](std::string_view what) {
      return fail(ErrorCode::invalid,
                  fmt::format("joining track {}: chunk {} has {}", joined.track_id, i, what));
    };
    if (chunk.track_id != joined.track_id) return differs("another track id");
    if (chunk.init != joined.init) return differs("another init segment (decoder configuration)");
    if (chunk.codec != joined.codec || chunk.timescale != joined.timescale ||
        chunk.width != joined.width || chunk.height != joined.height) {
      return differs("another codec, size or timescale");
    }
    for (const TrackSegment& segment : chunk.segments) {
      if (segment.object >= chunk.objects.size()) return differs("a segment without an object");
      auto added = index.append(chunk.objects[segment.object], segment);
      if (!added) {
        return fail(added.error(), fmt::format("joining track {}: chunk {}", joined.track_id, i));
      }
    }
  }
  joined.segments = index.segments();
  joined.objects = index.objects();
  joined.playlist.clear();
  const Bandwidth bandwidth = index.bandwidth();
  joined.average_bps = bandwidth.average_bps;
  joined.peak_bps = bandwidth.peak_bps;
  return joined;
}

}  // namespace matinee::media
