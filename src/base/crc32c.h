#pragma once
// base/crc32c: the checksum of frames and records on disk; finds accidents, not attacks.

#include <cstdint>
#include <string_view>

namespace matinee {

/// CRC-32C (Castagnoli) of `bytes`, continued from `crc` (0 at the start). Source: RFC 3720 B.4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace matinee
