#pragma once
// catalog/fingerprint: what tells one source file from another. Read by the scan and by titles.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace matinee::catalog {

/// What tells one source file from another without reading all of it.
struct Fingerprint {
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;
  /// Hex SHA-256 over the size and 64 KiB of head, middle and tail; empty = not read yet.
  std::string sampled_hash;

  /// Same content as far as the samples show; a file that was only touched stays the same.
  [[nodiscard]] bool same_content(const Fingerprint& other) const {
    return bytes == other.bytes && sampled_hash == other.sampled_hash;
  }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Reads at most 192 KiB of a regular file. Errors: not_found, forbidden, invalid when it is no
/// regular file, unavailable when reading fails.
Result<Fingerprint> fingerprint_file(const std::string& path);

}  // namespace matinee::catalog
