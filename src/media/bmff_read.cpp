#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.h"
#include "media/bmff.h"

namespace matinee::media {
namespace {

std::uint64_t get_be(ByteView data, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | data[at + i];
  return value;
}

// Reads numbers one after another; after running over the end everything is 0 and `ok` is false.
class Cursor {
 public:
  explicit Cursor(ByteView data) : data_(data) {}

  std::uint64_t number(std::size_t bytes) {
    if (data_.size() - at_ < bytes) {
      ok_ = false;
      at_ = data_.size();
      return 0;
    }
    const std::uint64_t value = get_be(data_, at_, bytes);
    at_ += bytes;
    return value;
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  [[nodiscard]] std::size_t left() const { return data_.size() - at_; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  ByteView data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

bool is_container(std::string_view type) {
  static constexpr std::array<std::string_view, 16> kContainers{
      "moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex",
      "moof", "traf", "mfra", "udta", "sinf", "schi", "stsd", "dref"};
  return std::ranges::find(kContainers, type) != kContainers.end();
}

// What stands in front of the children of a container: version, flags and count in two of them.
std::size_t prefix_bytes(std::string_view type) { return type == "stsd" || type == "dref" ? 8 : 0; }

std::string printable(std::string type) {
  for (char& c : type) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return type;
}

struct TrackDefaults {
  std::uint32_t duration = 0;
  std::uint32_t bytes = 0;
  std::uint32_t flags = 0;
};

constexpr std::uint32_t kNonSync = 0x00010000;

Result<void> corrupt(std::string_view what) { return fail(ErrorCode::corrupt, std::string(what)); }

Result<void> read_tfhd(ByteView body, Fragment& fragment, TrackDefaults& defaults) {
  Cursor in(body);
  const std::uint32_t flags = in.u32() & 0xFFFFFF;
  fragment.track_id = in.u32();
  if (flags & 0x1) in.number(8);
  if (flags & 0x2) in.u32();
  if (flags & 0x8) defaults.duration = in.u32();
  if (flags & 0x10) defaults.bytes = in.u32();
  if (flags & 0x20) defaults.flags = in.u32();
  return in.ok() ? Result<void>{} : corrupt("tfhd is cut short");
}

Result<void> read_trun(ByteView body, const TrackDefaults& defaults, Fragment& fragment) {
  Cursor in(body);
  const std::uint32_t flags = in.u32() & 0xFFFFFF;
  const std::uint32_t count = in.u32();
  if (count > kBoxesMax - std::min(kBoxesMax, fragment.samples.size())) {
    return fail(ErrorCode::limited, "too many samples in a fragment");
  }
  if (flags & 0x1) {
    const auto offset = static_cast<std::int32_t>(in.u32());
    if (fragment.samples.empty()) fragment.data_offset = offset;
  }
  std::optional<std::uint32_t> first_flags;
  if (flags & 0x4) first_flags = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    FragmentSample sample;
    sample.duration = flags & 0x100 ? in.u32() : defaults.duration;
    sample.bytes = flags & 0x200 ? in.u32() : defaults.bytes;
    const std::uint32_t sample_flags = flags & 0x400           ? in.u32()
                                       : first_flags && i == 0 ? *first_flags
                                                               : defaults.flags;
    sample.key = (sample_flags & kNonSync) == 0;
    if (flags & 0x800) sample.composition_offset = static_cast<std::int32_t>(in.u32());
    fragment.samples.push_back(sample);
  }
  return in.ok() ? Result<void>{} : corrupt("trun is cut short");
}

Result<void> read_traf(ByteView body, Fragment& fragment) {
  auto boxes = read_boxes(body);
  if (!boxes) return std::unexpected(boxes.error());
  TrackDefaults defaults;
  bool timed = false;
  for (const Box& box : *boxes) {
    Result<void> read;
    if (box.type == "tfhd") read = read_tfhd(box.body, fragment, defaults);
    if (box.type == "trun") read = read_trun(box.body, defaults, fragment);
    if (box.type == "tfdt") {
      Cursor in(box.body);
      const bool wide = in.u32() >> 24 == 1;
      fragment.decode_time = in.number(wide ? 8 : 4);
      timed = in.ok();
    }
    if (!read) return read;
  }
  return timed ? Result<void>{} : corrupt("a track fragment without tfdt");
}

}  // namespace

Result<std::vector<Box>> read_boxes(ByteView data) {
  std::vector<Box> boxes;
  std::size_t at = 0;
  while (at < data.size()) {
    if (boxes.size() == kBoxesMax) return fail(ErrorCode::limited, "too many boxes");
    const std::size_t left = data.size() - at;
    const auto misfit = [&] {
      return fail(ErrorCode::corrupt, fmt::format("the box at byte {} does not fit", at));
    };
    if (left < 8) return misfit();
    std::uint64_t bytes = get_be(data, at, 4);
    std::size_t head = 8;
    if (bytes == 1) {
      if (left < 16) return misfit();
      bytes = get_be(data, at + 8, 8);
      head = 16;
    } else if (bytes == 0) {
      bytes = left;
    }
    if (bytes < head || bytes > left) return misfit();
    boxes.push_back({.type = std::string(text_of(data.subspan(at + 4, 4))),
                     .offset = at,
                     .bytes = bytes,
                     .body = data.subspan(at + head, static_cast<std::size_t>(bytes) - head)});
    at += static_cast<std::size_t>(bytes);
  }
  return boxes;
}

Result<Box> find_box(ByteView data, std::string_view path) {
  ByteView inside = data;
  std::string_view rest = path;
  for (;;) {
    const std::string_view type = rest.substr(0, rest.find('/'));
    auto boxes = read_boxes(inside);
    if (!boxes) return std::unexpected(boxes.error());
    const auto found = std::ranges::find(*boxes, type, &Box::type);
    if (found == boxes->end()) return fail(ErrorCode::not_found, fmt::format("no box {}", path));
    if (type.size() == rest.size()) {
      Box box = *found;
      box.offset =
          static_cast<std::uint64_t>(box.body.data() - data.data()) - (box.bytes - box.body.size());
      return box;
    }
    if (!is_container(type) || found->body.size() < prefix_bytes(type)) {
      return fail(ErrorCode::not_found, fmt::format("no box {}", path));
    }
    inside = found->body.subspan(prefix_bytes(type));
    rest.remove_prefix(type.size() + 1);
  }
}

Result<std::string> describe_boxes(ByteView data) {
  struct Level {
    std::vector<Box> boxes;
    std::size_t next = 0;
  };
  std::string text;
  std::size_t seen = 0;
  std::vector<Level> levels;
  auto top = read_boxes(data);
  if (!top) return std::unexpected(top.error());
  levels.push_back({std::move(*top)});
  while (!levels.empty()) {
    if (levels.back().next == levels.back().boxes.size()) {
      levels.pop_back();
      continue;
    }
    if (++seen > kBoxesMax) return fail(ErrorCode::limited, "too many boxes");
    const Box box = levels.back().boxes[levels.back().next++];
    text +=
        fmt::format("{:>{}}{} {}\n", "", 2 * (levels.size() - 1), printable(box.type), box.bytes);
    if (!is_container(box.type) || box.body.size() < prefix_bytes(box.type)) continue;
    if (levels.size() == kBoxDepthMax) {
      return fail(ErrorCode::limited, "boxes are nested too deeply");
    }
    auto inner = read_boxes(box.body.subspan(prefix_bytes(box.type)));
    if (!inner) return std::unexpected(inner.error());
    levels.push_back({std::move(*inner)});
  }
  return text;
}

Result<Fragment> read_fragment(ByteView moof_body) {
  auto boxes = read_boxes(moof_body);
  if (!boxes) return std::unexpected(boxes.error());
  Fragment fragment;
  int tracks = 0;
  for (const Box& box : *boxes) {
    if (box.type == "mfhd") {
      Cursor in(box.body);
      in.u32();
      fragment.sequence = in.u32();
      if (!in.ok()) return fail(ErrorCode::corrupt, "mfhd is cut short");
    } else if (box.type == "traf") {
      if (++tracks > 1) return fail(ErrorCode::corrupt, "more than one track in a fragment");
      if (auto read = read_traf(box.body, fragment); !read) return std::unexpected(read.error());
    }
  }
  if (tracks == 0) return fail(ErrorCode::corrupt, "a fragment without a track");
  return fragment;
}

Result<SegmentIndex> read_segment_index(ByteView sidx_body) {
  Cursor in(sidx_body);
  const std::size_t time_bytes = in.u32() >> 24 == 0 ? 4 : 8;
  SegmentIndex index;
  in.u32();
  index.timescale = in.u32();
  index.earliest_presentation_time = in.number(time_bytes);
  index.first_offset = in.number(time_bytes);
  const std::uint64_t count = in.number(4) & 0xFFFF;
  if (!in.ok() || in.left() != count * 12) return fail(ErrorCode::corrupt, "sidx has a wrong size");
  if (index.timescale == 0) return fail(ErrorCode::corrupt, "sidx has no timescale");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t size = in.u32();
    if (size >> 31 != 0) return fail(ErrorCode::corrupt, "sidx refers to another sidx");
    const std::uint32_t duration = in.u32();
    index.entries.push_back(
        {.bytes = size, .duration = duration, .starts_with_sap = in.u32() >> 31 != 0});
  }
  return index;
}

}  // namespace matinee::media
