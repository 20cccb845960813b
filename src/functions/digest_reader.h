#pragma once
// functions/digest_reader: reads a file from end to end, a piece at a time, for its digest. Read by
// the library's keeper and by `matinee verify`.

#include <cstdint>
#include <optional>
#include <string>

#include "base/digest.h"
#include "base/result.h"
#include "catalog/source_digests.h"

namespace matinee::functions {

/// One file at a time; one thread owns it.
class DigestReader {
 public:
  DigestReader() = default;
  ~DigestReader() { close(); }
  DigestReader(const DigestReader&) = delete;
  DigestReader& operator=(const DigestReader&) = delete;

  struct Done {
    catalog::SourceDigest digest;
    std::string sampled_hash;
  };

  [[nodiscard]] bool is_reading() const { return descriptor_ >= 0; }
  /// Errors: not_found, unavailable; conflict when size or time are not as `source` says.
  Result<void> begin(const catalog::SourceDigest& source);
  /// Reads at most `bytes_max`; gives the digest at the end. Leaves no trace in the page cache.
  /// Errors: unavailable; conflict when the file changed meanwhile. Then nothing is being read.
  Result<std::optional<Done>> read_on(std::int64_t bytes_max);

 private:
  void close();

  int descriptor_ = -1;
  catalog::SourceDigest source_;
  std::int64_t offset_ = 0;
  Sha256 hash_;
};

}  // namespace matinee::functions
