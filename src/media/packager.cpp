#include "media/packager.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "media/cmaf.h"
#include "media/track_index.h"

namespace matinee::media {
namespace {

// A run of samples [first, last) that becomes one segment.
struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
};

// Everything but the data, ready to be written.
struct Plan {
  std::vector<Sample> samples;
  std::vector<Range> ranges;
  std::vector<SegmentLayout> layouts;
  std::uint64_t frames_trimmed = 0;
};

constexpr std::size_t kWriteBytes = 1U << 20;

std::int64_t ticks_of(std::int64_t ms, std::uint32_t timescale) {
  return static_cast<std::int64_t>(static_cast<__int128>(ms) * timescale / 1000);
}

std::string seconds(std::int64_t ticks, std::uint32_t timescale) {
  return fmt::format("{:.3f} s", static_cast<double>(ticks) / timescale);
}

Result<Plan> read_samples(SampleFileReader& reader) {
  Plan plan;
  const bool video = reader.header().is_video();
  for (;;) {
    Sample sample;
    auto more = reader.next(sample);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (sample.pts < 0) {
      if (video) return fail(ErrorCode::invalid, "a video frame lies before the title's start");
      ++plan.frames_trimmed;
      continue;
    }
    if (plan.samples.size() == kSamplesMax) {
      return fail(ErrorCode::limited, fmt::format("more than {} samples", kSamplesMax));
    }
    plan.samples.push_back(sample);
  }
  if (plan.samples.empty()) return fail(ErrorCode::invalid, "the stream has no samples");
  return plan;
}

Result<std::vector<Range>> cut_video(const std::vector<Sample>& samples,
                                     std::span<const std::int64_t> idr_ms,
                                     std::uint32_t timescale) {
  if (!samples.front().key) return fail(ErrorCode::invalid, "the first frame is no key frame");
  const auto limit = [&](std::size_t i) {
    return i < idr_ms.size() ? ticks_of(idr_ms[i] - 1, timescale)
                             : std::numeric_limits<std::int64_t>::max();
  };
  std::size_t next = 0;
  while (limit(next) <= samples.front().pts) ++next;
  std::vector<Range> ranges{{0, 0}};
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].pts < limit(next)) continue;
    if (!samples[i].key) {
      return fail(ErrorCode::invalid, fmt::format("no key frame where a segment starts, at {}",
                                                  seconds(samples[i].pts, timescale)));
    }
    while (limit(next) <= samples[i].pts) ++next;
    ranges.back().last = i;
    ranges.push_back({i, i});
  }
  ranges.back().last = samples.size();
  return ranges;
}

Result<std::vector<Range>> cut_audio(const std::vector<Sample>& samples,
                                     std::span<const std::int64_t> idr_ms,
                                     std::uint32_t timescale) {
  const std::int64_t tail = ticks_of(kAudioTailSegmentMs, timescale);
  std::vector<Range> ranges{{0, 0}};
  std::size_t next = 0;
  std::int64_t boundary = 0;
  const auto advance = [&](const Sample& sample) {
    const std::int64_t middle = sample.pts + sample.duration / 2;
    while (next < idr_ms.size() && ticks_of(idr_ms[next], timescale) <= middle) ++next;
    const std::int64_t last = idr_ms.empty() ? 0 : ticks_of(idr_ms.back(), timescale);
    // After the video's last segment the grid goes on by itself.
    boundary = next < idr_ms.size() ? ticks_of(idr_ms[next], timescale)
                                    : std::max(last, sample.pts) + tail;
  };
  advance(samples.front());
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].pts <= samples[i - 1].pts) {
      return fail(ErrorCode::invalid,
                  fmt::format("audio goes back in time at {}", seconds(samples[i].pts, timescale)));
    }
    if (samples[i].pts + samples[i].duration / 2 < boundary) continue;
    advance(samples[i]);
    ranges.back().last = i;
    ranges.push_back({i, i});
  }
  ranges.back().last = samples.size();
  return ranges;
}

// Decode times are the presentation times in order; each sample lasts until the next of them.
Result<SegmentLayout> lay_out(std::span<const Sample> samples, std::int64_t end,
                              std::uint32_t timescale) {
  std::vector<std::int64_t> times(samples.size());
  std::ranges::transform(samples, times.begin(), &Sample::pts);
  std::ranges::sort(times);
  if (times.front() != samples.front().pts) {
    return fail(ErrorCode::invalid, fmt::format("an open group of pictures at {}",
                                                seconds(samples.front().pts, timescale)));
  }
  if (end < times.back()) {
    return fail(ErrorCode::invalid, fmt::format("segments overlap at {}", seconds(end, timescale)));
  }
  SegmentLayout layout;
  layout.decode_time = static_cast<std::uint64_t>(times.front());
  layout.samples.reserve(samples.size());
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int64_t duration = (i + 1 < times.size() ? times[i + 1] : end) - times[i];
    const std::int64_t offset = samples[i].pts - times[i];
    if (duration > 0xFFFFFFFFLL || std::abs(offset) > 0x7FFFFFFFLL) {
      return fail(ErrorCode::invalid,
                  fmt::format("a gap too long at {}", seconds(times[i], timescale)));
    }
    bytes += samples[i].bytes;
    layout.samples.push_back({.duration = static_cast<std::uint32_t>(duration),
                              .bytes = samples[i].bytes,
                              .key = samples[i].key,
                              .composition_offset = static_cast<std::int32_t>(offset)});
  }
  if (bytes > 0x7F000000U) {
    return fail(ErrorCode::limited,
                fmt::format("the segment at {} is too large", seconds(times[0], timescale)));
  }
  return layout;
}

// Where the last segment ends: the last shown sample's duration, or what the frames before suggest.
std::int64_t end_of(const std::vector<Sample>& samples, std::uint32_t timescale) {
  const auto last = std::ranges::max_element(samples, {}, &Sample::pts);
  if (last->duration > 0) return last->pts + last->duration;
  std::int64_t before = std::numeric_limits<std::int64_t>::min();
  for (const Sample& sample : samples) {
    if (sample.pts < last->pts) before = std::max(before, sample.pts);
  }
  const bool alone = before == std::numeric_limits<std::int64_t>::min();
  return last->pts + (alone ? std::max<std::int64_t>(1, timescale / 25) : last->pts - before);
}

Result<Plan> make_plan(SampleFileReader& reader, std::span<const std::int64_t> idr_ms) {
  auto plan = read_samples(reader);
  if (!plan) return plan;
  const SampleFileHeader& header = reader.header();
  auto ranges = header.is_video() ? cut_video(plan->samples, idr_ms, header.timescale)
                                  : cut_audio(plan->samples, idr_ms, header.timescale);
  if (!ranges) return std::unexpected(ranges.error());
  if (ranges->size() > kSegmentsPerIndexMax) {
    return fail(ErrorCode::limited, fmt::format("more than {} segments", kSegmentsPerIndexMax));
  }
  plan->ranges = std::move(*ranges);
  for (std::size_t i = 0; i < plan->ranges.size(); ++i) {
    const Range range = plan->ranges[i];
    const std::int64_t end = i + 1 < plan->ranges.size()
                                 ? plan->samples[plan->ranges[i + 1].first].pts
                                 : end_of(plan->samples, header.timescale);
    auto layout = lay_out(std::span(plan->samples).subspan(range.first, range.last - range.first),
                          end, header.timescale);
    if (!layout) return std::unexpected(layout.error());
    layout->sequence = static_cast<std::uint32_t>(i + 1);
    plan->layouts.push_back(std::move(*layout));
  }
  return plan;
}

TrackSegment segment_of(const SegmentLayout& layout, std::uint64_t offset) {
  TrackSegment segment{.object = 0, .offset = offset, .start = layout.decode_time};
  segment.bytes = segment_head_bytes(layout);
  for (const FragmentSample& sample : layout.samples) {
    segment.bytes += sample.bytes;
    segment.duration += sample.duration;
  }
  return segment;
}

Result<void> write_segment(SampleFileReader& reader, const Plan& plan, std::size_t index,
                           const ByteSink& sink) {
  Bytes buffer = write_segment_head(plan.layouts[index]);
  Bytes data;
  for (std::size_t i = plan.ranges[index].first; i < plan.ranges[index].last; ++i) {
    if (auto read = reader.read_data(plan.samples[i], data); !read) return read;
    buffer.insert(buffer.end(), data.begin(), data.end());
    if (buffer.size() < kWriteBytes) continue;
    if (auto taken = sink(buffer); !taken) return taken;
    buffer.clear();
  }
  return buffer.empty() ? Result<void>{} : sink(buffer);
}

struct FrameRate {
  std::uint32_t num = 0;
  std::uint32_t den = 1;
};

// The rate that all frames but the last have; else their average, drawn to a usual rate when within
// 0.2 % of one (timestamps in whole milliseconds wander about it).
FrameRate frame_rate_of(const std::vector<SegmentLayout>& layouts, std::uint32_t timescale) {
  std::uint64_t ticks = 0;
  std::uint64_t frames = 0;
  const std::uint32_t first = layouts.front().samples.front().duration;
  bool constant = first > 0;
  for (const SegmentLayout& layout : layouts) {
    for (const FragmentSample& sample : layout.samples) {
      const bool is_last = &sample == &layouts.back().samples.back();
      constant = constant && (sample.duration == first || is_last);
      ticks += sample.duration;
      ++frames;
    }
  }
  if (constant) {
    const std::uint32_t divisor = std::gcd(timescale, first);
    return {timescale / divisor, first / divisor};
  }
  const double average = static_cast<double>(frames) * timescale /
                         static_cast<double>(std::max<std::uint64_t>(1, ticks));
  static constexpr FrameRate kUsual[] = {{24000, 1001}, {24, 1}, {25, 1},       {30000, 1001},
                                         {30, 1},       {48, 1}, {50, 1},       {60000, 1001},
                                         {60, 1},       {15, 1}, {15000, 1001}, {25, 2}};
  FrameRate nearest = kUsual[0];
  const auto distance = [&](FrameRate rate) {
    return std::abs(static_cast<double>(rate.num) / rate.den / average - 1);
  };
  for (const FrameRate rate : kUsual) {
    if (distance(rate) < distance(nearest)) nearest = rate;
  }
  if (distance(nearest) < 0.002) return nearest;
  const auto thousandths = static_cast<std::uint32_t>(std::clamp(average * 1000 + 0.5, 1.0, 1e6));
  const std::uint32_t divisor = std::gcd(thousandths, 1000U);
  return {thousandths / divisor, 1000 / divisor};
}

}  // namespace

Result<PackagedStream> package_stream(SampleFileReader& reader,
                                      std::span<const std::int64_t> idr_ms,
                                      std::string_view language, const ByteSink& sink) {
  auto plan = make_plan(reader, idr_ms);
  if (!plan) return fail(plan.error(), "packaging");
  PackagedStream packaged;
  packaged.header = reader.header();
  packaged.init = write_init_segment(reader.header(), language);
  packaged.frames = plan->samples.size();
  packaged.frames_trimmed = plan->frames_trimmed;
  if (reader.header().is_video()) {
    const FrameRate rate = frame_rate_of(plan->layouts, reader.header().timescale);
    packaged.frame_rate_num = rate.num;
    packaged.frame_rate_den = rate.den;
  }

  std::vector<SegmentIndexEntry> entries;
  for (const SegmentLayout& layout : plan->layouts) {
    const TrackSegment segment = segment_of(layout, packaged.bytes);
    if (segment.duration == 0 || segment.duration > 0xFFFFFFFFU) {
      return fail(ErrorCode::invalid, "packaging: a segment's duration is out of range");
    }
    packaged.segments.push_back(segment);
    packaged.bytes += segment.bytes;
    entries.push_back({.bytes = static_cast<std::uint32_t>(segment.bytes),
                       .duration = static_cast<std::uint32_t>(segment.duration),
                       .starts_with_sap = true});
  }
  const Bytes index =
      write_segment_index(reader.header().timescale, packaged.segments.front().start, entries);
  for (TrackSegment& segment : packaged.segments) segment.offset += index.size();
  packaged.bytes += index.size();

  if (auto taken = sink(index); !taken) return std::unexpected(taken.error());
  for (std::size_t i = 0; i < plan->layouts.size(); ++i) {
    if (auto written = write_segment(reader, *plan, i, sink); !written) {
      return std::unexpected(written.error());
    }
  }
  return packaged;
}

Track make_track(std::string track_id, const PackagedStream& packaged, std::string init_object,
                 std::string media_object) {
  const SampleFileHeader& header = packaged.header;
  Track track;
  track.track_id = std::move(track_id);
  track.kind = header.is_video() ? "video" : "audio";
  track.codec = header.codec_string;
  if (header.is_video()) {
    track.width = display_width(header);
    track.height = header.height;
    track.frame_rate_num = packaged.frame_rate_num;
    track.frame_rate_den = packaged.frame_rate_den;
  } else {
    track.channels = header.channels;
    track.sample_rate = header.sample_rate;
  }
  track.timescale = header.timescale;
  track.init = {.object = std::move(init_object), .offset = 0, .bytes = packaged.init.size()};
  track.segments = packaged.segments;
  track.objects = {std::move(media_object)};
  const Bandwidth bandwidth = segment_bandwidth(track.segments, track.timescale);
  track.average_bps = bandwidth.average_bps;
  track.peak_bps = bandwidth.peak_bps;
  return track;
}

}  // namespace matinee::media
