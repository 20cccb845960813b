#include "catalog/fingerprint.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "catalog/scan_folder.h"

namespace matinee::catalog {
namespace {

constexpr std::int64_t kSampleBytes = 65536;

ErrorCode code_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return ErrorCode::not_found;
  if (error == EACCES || error == EPERM) return ErrorCode::forbidden;
  if (error == ELOOP || error == ENAMETOOLONG) return ErrorCode::invalid;
  return ErrorCode::unavailable;
}

class File {
 public:
  explicit File(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<void> read_sample(const File& file, const std::string& path, std::int64_t offset,
                         std::span<unsigned char> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto got = ::pread(file.descriptor(), out.data() + done, out.size() - done,
                             offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(code_of(errno), "reading " + path + ": " + system_message(errno));
    if (got == 0) return fail(ErrorCode::unavailable, "reading " + path + ": it became shorter");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

Result<Fingerprint> fingerprint_file(const std::string& path) {
  const File file(path);
  if (file.descriptor() < 0) {
    return fail(code_of(errno), "opening " + path + ": " + system_message(errno));
  }
  struct stat facts{};
  if (::fstat(file.descriptor(), &facts) != 0) {
    return fail(code_of(errno), "looking at " + path + ": " + system_message(errno));
  }
  if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::invalid, path + " is no regular file");

  Fingerprint found;
  found.bytes = facts.st_size;
  found.modified_ms = facts.st_mtim.tv_sec * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
  Sha256 hash;
  hash.update(bytes_of("matinee-fingerprint-1\n" + std::to_string(found.bytes) + "\n"));
  std::vector<unsigned char> sample;
  const auto add = [&](std::int64_t offset, std::int64_t bytes) -> Result<void> {
    sample.resize(static_cast<std::size_t>(bytes));
    if (auto read = read_sample(file, path, offset, sample); !read) return read;
    hash.update(sample);
    return {};
  };
  Result<void> read;
  if (found.bytes <= 3 * kSampleBytes) {
    read = add(0, found.bytes);
  } else {
    for (const auto offset :
         {std::int64_t{0}, (found.bytes - kSampleBytes) / 2, found.bytes - kSampleBytes}) {
      if (read = add(offset, kSampleBytes); !read) break;
    }
  }
  if (!read) return std::unexpected(read.error());
  found.sampled_hash = to_hex(hash.finish());
  return found;
}

}  // namespace matinee::catalog
