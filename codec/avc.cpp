#include "avc.h"

#include <fmt/format.h>

#include <algorithm>

namespace matinee::codec {
namespace {

constexpr int kIdr = 5;
constexpr int kSei = 6;
constexpr int kSps = 7;
constexpr int kPps = 8;
constexpr int kDelimiter = 9;
constexpr int kFiller = 12;
constexpr std::size_t kParameterSetBytesMax = 0xFFFF;

int type_of(Bytes nal) { return nal[0] & 0x1F; }

// Source: ITU-T H.264 Annex B.
std::vector<Bytes> split_annex_b(Bytes bytes) {
  std::vector<Bytes> nals;
  std::size_t start = bytes.size();
  const auto close = [&](std::size_t end) {
    if (start >= end) return;
    while (end > start && bytes[end - 1] == 0) --end;  // trailing zeros and the long start code
    if (end > start) nals.push_back(bytes.subspan(start, end - start));
  };
  for (std::size_t i = 0; i + 2 < bytes.size(); ++i) {
    if (bytes[i] != 0 || bytes[i + 1] != 0 || bytes[i + 2] != 1) continue;
    close(i);
    start = i + 3;
    i += 2;
  }
  close(bytes.size());
  return nals;
}

bool contains(const std::vector<std::vector<unsigned char>>& sets, Bytes nal) {
  return std::ranges::any_of(sets, [&](const auto& set) { return std::ranges::equal(set, nal); });
}

}  // namespace

Result<AvcFormatter> AvcFormatter::create(Bytes extradata) {
  AvcFormatter formatter;
  const auto take = [&](Bytes nal) {
    if (nal.empty() || nal.size() > kParameterSetBytesMax) return;
    auto* sets =
        type_of(nal) == kSps ? &formatter.sps_ : (type_of(nal) == kPps ? &formatter.pps_ : nullptr);
    if (sets != nullptr && !contains(*sets, nal)) sets->emplace_back(nal.begin(), nal.end());
  };
  if (extradata.size() >= 7 && extradata[0] == 1) {
    formatter.length_bytes_ = (extradata[4] & 3) + 1;
    std::size_t at = 5;
    for (const int mask : {0x1F, 0xFF}) {
      if (at >= extradata.size()) break;
      for (int left = extradata[at++] & mask; left > 0; --left) {
        if (at + 2 > extradata.size()) return fail(ErrorCode::corrupt, "avcC ends early");
        const std::size_t size = std::size_t{extradata[at]} << 8 | extradata[at + 1];
        at += 2;
        if (size > extradata.size() - at) return fail(ErrorCode::corrupt, "avcC ends early");
        take(extradata.subspan(at, size));
        at += size;
      }
    }
  } else {
    for (const Bytes nal : split_annex_b(extradata)) take(nal);
  }
  if (formatter.sps_.empty() || formatter.pps_.empty() || formatter.sps_[0].size() < 4 ||
      formatter.sps_.size() > 31 || formatter.pps_.size() > 255) {
    return fail(ErrorCode::corrupt, "the H.264 stream has no usable parameter sets");
  }
  return formatter;
}

Result<std::vector<Bytes>> AvcFormatter::split(Bytes packet) const {
  if (length_bytes_ == 0) return split_annex_b(packet);
  std::vector<Bytes> nals;
  while (!packet.empty()) {
    const auto length_bytes = static_cast<std::size_t>(length_bytes_);
    std::size_t size = 0;
    if (packet.size() < length_bytes) return fail(ErrorCode::corrupt, "a NAL unit ends early");
    for (std::size_t i = 0; i < length_bytes; ++i) size = size << 8 | packet[i];
    packet = packet.subspan(length_bytes);
    if (size > packet.size()) return fail(ErrorCode::corrupt, "a NAL unit ends early");
    if (size > 0) nals.push_back(packet.first(size));
    packet = packet.subspan(size);
  }
  return nals;
}

Result<AvcFormatter::Sample> AvcFormatter::format(Bytes packet) const {
  const auto nals = split(packet);
  if (!nals) return std::unexpected(nals.error());
  Sample sample;
  sample.data.reserve(packet.size() + 16);
  for (const Bytes nal : *nals) {
    const int type = type_of(nal);
    if (type == kSps || type == kPps) {
      sample.other_parameters |= !contains(type == kSps ? sps_ : pps_, nal);
      continue;
    }
    if (type == kDelimiter || type == kFiller || type == kSei) continue;
    sample.idr |= type == kIdr;
    for (int shift = 24; shift >= 0; shift -= 8) {
      sample.data.push_back(static_cast<unsigned char>(nal.size() >> shift));
    }
    sample.data.insert(sample.data.end(), nal.begin(), nal.end());
  }
  return sample;
}

std::vector<unsigned char> AvcFormatter::configuration() const {
  const auto& first = sps_.front();
  std::vector<unsigned char> out{1, first[1], first[2], first[3], 0xFF};
  const auto append = [&](const auto& sets) {
    for (const auto& set : sets) {
      out.push_back(static_cast<unsigned char>(set.size() >> 8));
      out.push_back(static_cast<unsigned char>(set.size()));
      out.insert(out.end(), set.begin(), set.end());
    }
  };
  out.push_back(static_cast<unsigned char>(0xE0 | sps_.size()));
  append(sps_);
  out.push_back(static_cast<unsigned char>(pps_.size()));
  append(pps_);
  const int profile = first[1];
  if (profile == 100 || profile == 110 || profile == 122 || profile == 144) {
    out.insert(out.end(), {0xFD, 0xF8, 0xF8, 0});  // 4:2:0, 8 bits: the only form handled here
  }
  return out;
}

std::string AvcFormatter::codec_string() const {
  const auto& first = sps_.front();
  return fmt::format("avc1.{:02x}{:02x}{:02x}", first[1], first[2], first[3]);
}

}  // namespace matinee::codec
