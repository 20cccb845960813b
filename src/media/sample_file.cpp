#include "media/sample_file.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string_view>

#include "base/encoding.h"
#include "base/json.h"

namespace matinee::media {
namespace {

constexpr std::string_view kMagic = "MTNSMP1\n";
constexpr std::size_t kRecordBytes = 28;  // pts, dts, duration, flags, size
constexpr std::uint32_t kEndMark = 0xFFFFFFFFU;
constexpr std::uint32_t kFlagKey = 1;
constexpr std::size_t kConfigBytesMax = 16U << 10;

void put_le(unsigned char* at, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) at[i] = static_cast<unsigned char>(value >> (8 * i));
}

std::uint64_t get_le(const unsigned char* at, int bytes) {
  std::uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) value = value << 8 | at[i];
  return value;
}

bool in_range(std::int64_t ticks) { return ticks > -kTicksMax && ticks < kTicksMax; }

using Record = std::array<unsigned char, kRecordBytes>;

Record pack(const Sample& sample, std::uint32_t size) {
  Record record{};
  put_le(record.data(), static_cast<std::uint64_t>(sample.pts), 8);
  put_le(record.data() + 8, static_cast<std::uint64_t>(sample.dts), 8);
  put_le(record.data() + 16, sample.duration, 4);
  put_le(record.data() + 20, sample.key ? kFlagKey : 0, 4);
  put_le(record.data() + 24, size, 4);
  return record;
}

void put(std::ostream& out, std::span<const unsigned char> bytes) {
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

Result<void> get(std::istream& in, std::uint64_t offset, std::span<unsigned char> bytes) {
  in.clear();
  in.seekg(static_cast<std::streamoff>(offset));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in || in.gcount() != static_cast<std::streamsize>(bytes.size())) {
    return fail(ErrorCode::corrupt, fmt::format("the sample file ends early, at byte {}", offset));
  }
  return {};
}

Result<std::uint32_t> number(const Json& json, std::string_view name) {
  if (!json.contains(name)) return 0;
  auto value = integer_member(json, name);
  if (!value) return std::unexpected(value.error());
  if (*value < 0 || *value > 0x7FFFFFFF) {
    return fail(ErrorCode::invalid, fmt::format("{} is out of range", name));
  }
  return static_cast<std::uint32_t>(*value);
}

Result<SampleFileHeader> parse_header(std::string_view text) {
  auto json = parse_json(text, 4);
  if (!json) return std::unexpected(json.error());
  SampleFileHeader header;
  for (auto [name, to] :
       {std::pair{"codec", &header.codec}, {"codec_string", &header.codec_string}}) {
    auto value = text_member(*json, name);
    if (!value) return std::unexpected(value.error());
    *to = std::move(*value);
  }
  for (auto [name, to] : {std::pair{"timescale", &header.timescale},
                          {"width", &header.width},
                          {"height", &header.height},
                          {"sar_num", &header.sar_num},
                          {"sar_den", &header.sar_den},
                          {"channels", &header.channels},
                          {"sample_rate", &header.sample_rate},
                          {"colour_primaries", &header.colour_primaries},
                          {"colour_transfer", &header.colour_transfer},
                          {"colour_matrix", &header.colour_matrix}}) {
    auto value = number(*json, name);
    if (!value) return std::unexpected(value.error());
    *to = *value;
  }
  header.colour_full_range = json->value("colour_full_range", Json(false)) == Json(true);
  auto hex = text_member(*json, "config");
  if (!hex) return std::unexpected(hex.error());
  auto config = from_hex(*hex);
  if (!config) return std::unexpected(config.error());
  header.config = std::move(*config);
  auto checked = check_header(header);
  if (!checked) return std::unexpected(checked.error());
  return header;
}

}  // namespace

Result<void> check_header(const SampleFileHeader& h) {
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::invalid, fmt::format("sample file header: {}", what));
  };
  if (h.codec != "avc1" && h.codec != "mp4a") return bad("codec is neither avc1 nor mp4a");
  if (!h.codec_string.starts_with(h.codec) || h.codec_string.size() > 32 ||
      h.codec_string.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEF.") !=
          std::string::npos) {
    return bad("codec_string does not fit the codec");
  }
  if (h.timescale == 0 || h.timescale > kTimescaleMax) return bad("timescale is out of range");
  if (h.config.size() > kConfigBytesMax) return bad("config is too long");
  if (h.is_video()) {
    if (h.width == 0 || h.height == 0 || h.width > 16384 || h.height > 16384) {
      return bad("width or height is out of range");
    }
    if (h.sar_num > 65535 || h.sar_den > 65535 || (h.sar_num == 0) != (h.sar_den == 0)) {
      return bad("sample aspect ratio is out of range");
    }
    if (h.colour_primaries > 255 || h.colour_transfer > 255 || h.colour_matrix > 255) {
      return bad("a colour code point is out of range");
    }
    if (h.config.size() < 7 || h.config[0] != 1) return bad("config is no avcC version 1");
  } else {
    if (h.channels == 0 || h.channels > 64) return bad("channels is out of range");
    if (h.sample_rate == 0 || h.sample_rate > 768000) return bad("sample_rate is out of range");
    if (h.config.size() < 2) return bad("config is no AudioSpecificConfig");
  }
  return {};
}

Result<SampleFileWriter> SampleFileWriter::create(std::ostream& out, const SampleFileHeader& h) {
  if (auto checked = check_header(h); !checked) return std::unexpected(checked.error());
  const std::string text = to_text(Json{{"codec", h.codec},
                                        {"codec_string", h.codec_string},
                                        {"timescale", h.timescale},
                                        {"width", h.width},
                                        {"height", h.height},
                                        {"sar_num", h.sar_num},
                                        {"sar_den", h.sar_den},
                                        {"channels", h.channels},
                                        {"sample_rate", h.sample_rate},
                                        {"colour_primaries", h.colour_primaries},
                                        {"colour_transfer", h.colour_transfer},
                                        {"colour_matrix", h.colour_matrix},
                                        {"colour_full_range", h.colour_full_range},
                                        {"config", to_hex(h.config)}});
  std::array<unsigned char, 4> length{};
  put_le(length.data(), text.size(), 4);
  put(out, bytes_of(kMagic));
  put(out, length);
  put(out, bytes_of(text));
  if (!out) return fail(ErrorCode::unavailable, "writing the sample file's header failed");
  return SampleFileWriter(out);
}

Result<void> SampleFileWriter::write(const Sample& sample, std::span<const unsigned char> data) {
  if (data.empty() || data.size() > kSampleBytesMax) {
    return fail(ErrorCode::invalid, fmt::format("a sample of {} bytes", data.size()));
  }
  if (!in_range(sample.pts) || !in_range(sample.dts)) {
    return fail(ErrorCode::invalid, fmt::format("a sample at {} ticks", sample.pts));
  }
  put(*out_, pack(sample, static_cast<std::uint32_t>(data.size())));
  put(*out_, data);
  if (!*out_) return fail(ErrorCode::unavailable, "writing a sample: the disk may be full");
  return {};
}

Result<void> SampleFileWriter::finish() {
  put(*out_, pack({}, kEndMark));
  out_->flush();
  if (!*out_) return fail(ErrorCode::unavailable, "writing the sample file's end failed");
  return {};
}

Result<SampleFileReader> SampleFileReader::open(std::istream& in) {
  SampleFileReader reader(in);
  in.clear();
  in.seekg(0, std::ios::end);
  const auto end = in.tellg();
  if (!in || end < 0) return fail(ErrorCode::unavailable, "the sample file cannot be read");
  reader.file_bytes_ = static_cast<std::uint64_t>(end);
  std::array<unsigned char, kMagic.size() + 4> head{};
  if (auto read = get(in, 0, head); !read) return std::unexpected(read.error());
  if (text_of(head).substr(0, kMagic.size()) != kMagic) {
    return fail(ErrorCode::corrupt, "this is no sample file");
  }
  const std::uint64_t length = get_le(head.data() + kMagic.size(), 4);
  if (length > kSampleHeaderBytesMax || length > reader.file_bytes_) {
    return fail(ErrorCode::corrupt, "the sample file's header is too long");
  }
  std::vector<unsigned char> text(length);
  if (auto read = get(in, head.size(), text); !read) return std::unexpected(read.error());
  auto header = parse_header(text_of(text));
  if (!header) return fail(ErrorCode::corrupt, header.error().message);
  reader.header_ = std::move(*header);
  reader.next_offset_ = head.size() + length;
  return reader;
}

Result<bool> SampleFileReader::next(Sample& sample) {
  Record record{};
  if (auto read = get(*in_, next_offset_, record); !read) return std::unexpected(read.error());
  const auto corrupt = [&](std::string_view what) {
    return fail(ErrorCode::corrupt, fmt::format("sample file at byte {}: {}", next_offset_, what));
  };
  const auto size = static_cast<std::uint32_t>(get_le(record.data() + 24, 4));
  if (size == kEndMark) {
    if (next_offset_ + kRecordBytes != file_bytes_) return corrupt("bytes after the end mark");
    return false;
  }
  sample.pts = static_cast<std::int64_t>(get_le(record.data(), 8));
  sample.dts = static_cast<std::int64_t>(get_le(record.data() + 8, 8));
  sample.duration = static_cast<std::uint32_t>(get_le(record.data() + 16, 4));
  const std::uint64_t flags = get_le(record.data() + 20, 4);
  sample.key = (flags & kFlagKey) != 0;
  sample.bytes = size;
  sample.offset = next_offset_ + kRecordBytes;
  if ((flags & ~std::uint64_t{kFlagKey}) != 0) return corrupt("unknown flags");
  if (size == 0 || size > kSampleBytesMax) return corrupt("a sample's size is out of range");
  if (!in_range(sample.pts) || !in_range(sample.dts)) return corrupt("a time is out of range");
  if (sample.offset + size > file_bytes_) return corrupt("a sample is cut short");
  next_offset_ = sample.offset + size;
  return true;
}

Result<void> SampleFileReader::read_data(const Sample& sample, std::vector<unsigned char>& data) {
  data.resize(sample.bytes);
  return get(*in_, sample.offset, data);
}

}  // namespace matinee::media
