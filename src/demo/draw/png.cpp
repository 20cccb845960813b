#include "demo/draw/png.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/check.h"
#include "demo/draw/finish.h"

namespace matinee::demo {
namespace {

constexpr std::size_t kPixelBytes = 3;
constexpr std::uint8_t kSub = 1;
constexpr std::uint8_t kUp = 2;

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void append_chunk(std::string& out, const std::string& kind, const std::string& data) {
  append_u32(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = kind + data;
  out += body;
  append_u32(out, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                                                   static_cast<uInt>(body.size()))));
}

std::uint64_t cost(std::span<const std::uint8_t> row) {
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : row) {
    sum += static_cast<std::uint64_t>(std::abs(static_cast<std::int8_t>(byte)));
  }
  return sum;
}

std::vector<std::uint8_t> filtered(const std::vector<std::uint8_t>& rgb, std::size_t width,
                                   std::size_t height) {
  const std::size_t stride = width * kPixelBytes;
  std::vector<std::uint8_t> out;
  out.reserve((stride + 1) * height);
  std::vector<std::uint8_t> sub(stride);
  std::vector<std::uint8_t> up(stride);
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* row = rgb.data() + y * stride;
    for (std::size_t i = 0; i < stride; ++i) {
      const std::uint8_t left = i < kPixelBytes ? std::uint8_t{0} : row[i - kPixelBytes];
      const std::uint8_t above = y == 0 ? std::uint8_t{0} : row[i - stride];
      sub[i] = static_cast<std::uint8_t>(row[i] - left);
      up[i] = static_cast<std::uint8_t>(row[i] - above);
    }
    const bool is_sub = cost(sub) < cost(up);
    out.push_back(is_sub ? kSub : kUp);
    const auto& chosen = is_sub ? sub : up;
    out.insert(out.end(), chosen.begin(), chosen.end());
  }
  return out;
}

}  // namespace

std::string to_png(const Picture& picture, int level) {
  const auto width = static_cast<std::size_t>(picture.width());
  const auto height = static_cast<std::size_t>(picture.height());
  const auto rows = filtered(to_rgb(picture), width, height);
  auto size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  MATINEE_CHECK(compress2(reinterpret_cast<Bytef*>(packed.data()), &size, rows.data(),
                          static_cast<uLong>(rows.size()), level) == Z_OK);
  packed.resize(size);
  std::string out("\x89PNG\r\n\x1A\n", 8);
  std::string head;
  append_u32(head, static_cast<std::uint32_t>(width));
  append_u32(head, static_cast<std::uint32_t>(height));
  head += std::string("\x08\x02\x00\x00\x00", 5);  // eight bits, RGB
  append_chunk(out, "IHDR", head);
  append_chunk(out, "IDAT", packed);
  append_chunk(out, "IEND", "");
  return out;
}

}  // namespace matinee::demo
