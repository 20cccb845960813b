#include "gop_writer.h"

#include <algorithm>

namespace matinee::codec {
namespace {

constexpr std::size_t kSamplesMax = 5000;
constexpr std::uint64_t kBytesMax = 512ULL << 20;
constexpr std::int64_t kDurationMax = 0x7FFFFFFF;

}  // namespace

Result<void> GopWriter::add(std::int64_t pts, std::int64_t dts, bool key,
                            std::vector<unsigned char> data) {
  if (key && !held_.empty()) {
    if (auto done = flush(pts); !done) return done;
  }
  if (!key && held_.empty()) return fail(ErrorCode::invalid, "it does not begin with a key frame");
  held_bytes_ += data.size();
  if (held_.size() >= kSamplesMax || held_bytes_ > kBytesMax) {
    return fail(ErrorCode::invalid, "the key frames are too far apart");
  }
  held_.push_back({{.pts = pts, .dts = dts, .key = key}, std::move(data)});
  return {};
}

Result<void> GopWriter::finish(std::int64_t end) { return flush(end); }

Result<void> GopWriter::flush(std::int64_t end) {
  std::vector<std::int64_t> times;
  times.reserve(held_.size() + 1);
  for (const auto& held : held_) times.push_back(held.sample.pts);
  std::ranges::sort(times);
  if (!times.empty()) times.push_back(std::max(end, times.back() + 1));
  for (auto& held : held_) {
    const auto next = std::ranges::upper_bound(times, held.sample.pts);
    const std::int64_t lasts = *next - held.sample.pts;
    held.sample.duration = static_cast<std::uint32_t>(std::min(lasts, kDurationMax));
    if (auto done = writer_.write(held.sample, held.data); !done) return done;
    ++samples_;
    bytes_ += held.data.size();
  }
  held_.clear();
  held_bytes_ = 0;
  return {};
}

}  // namespace matinee::codec
