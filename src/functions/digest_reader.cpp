#include "functions/digest_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "catalog/fingerprint.h"
#include "catalog/scan_folder.h"

namespace matinee::functions {
namespace {

constexpr std::int64_t kPieceBytes = 1024 * 1024;

bool is_as_known(int descriptor, const catalog::SourceDigest& source) {
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  const auto modified_ms =
      std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
  return facts.st_size == source.bytes && modified_ms == source.modified_ms;
}

}  // namespace

void DigestReader::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Result<void> DigestReader::begin(const catalog::SourceDigest& source) {
  close();
  descriptor_ = ::open(source.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor_ < 0) {
    const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
    return fail(code, "reading " + source.path + ": " + catalog::system_message(errno));
  }
  if (!is_as_known(descriptor_, source)) {
    close();
    return fail(ErrorCode::conflict, source.path + " has changed since it was scanned");
  }
  source_ = source;
  offset_ = 0;
  hash_ = Sha256();
  return {};
}

Result<std::optional<DigestReader::Done>> DigestReader::read_on(std::int64_t bytes_max) {
  std::vector<unsigned char> piece(static_cast<std::size_t>(std::min(bytes_max, kPieceBytes)));
  while (bytes_max > 0) {
    const auto wanted = std::min<std::int64_t>(bytes_max, std::ssize(piece));
    const auto got = ::pread(descriptor_, piece.data(), static_cast<std::size_t>(wanted), offset_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const auto error = fail(ErrorCode::unavailable,
                              "reading " + source_.path + ": " + catalog::system_message(errno));
      close();
      return error;
    }
    if (got == 0) break;
    hash_.update(std::span(piece).first(static_cast<std::size_t>(got)));
    // A library that is read through must not push out what viewers are watching.
    ::posix_fadvise(descriptor_, offset_, got, POSIX_FADV_DONTNEED);
    offset_ += got;
    bytes_max -= got;
  }
  if (bytes_max == 0 && offset_ < source_.bytes) return std::optional<Done>();
  const bool is_same = offset_ == source_.bytes && is_as_known(descriptor_, source_);
  close();
  if (!is_same) return fail(ErrorCode::conflict, source_.path + " has changed while it was read");
  const auto sampled = catalog::fingerprint_file(source_.path);
  if (!sampled) return std::unexpected(sampled.error());
  Done done{source_, sampled->sampled_hash};
  done.digest.sha256 = to_hex(hash_.finish());
  return std::optional(std::move(done));
}

}  // namespace matinee::functions
