#include "catalog/library_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

constexpr std::int64_t kSampleBytes = 65536;

std::string system_message(int error) {
  std::array<char, 256> buffer{};
  return ::strerror_r(error, buffer.data(), buffer.size());
}

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

struct Entry {
  std::string name;
  std::string path;
};

// The names in a folder, sorted; nothing when it cannot be read (`reason` says why).
std::optional<std::vector<Entry>> entries_of(const std::string& folder, std::size_t entries_max,
                                             std::string& reason) {
  const auto close_folder = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_folder)> stream(::opendir(folder.c_str()),
                                                            close_folder);
  if (!stream) {
    reason = "cannot be read: " + system_message(errno);
    return std::nullopt;
  }
  std::vector<Entry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() >= entries_max) break;
    entries.push_back({name, folder.ends_with('/') ? folder + name : folder + "/" + name});
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

class Scan {
 public:
  explicit Scan(const ScanLimits& limits) : limits_(limits) {}

  ScanResult take() { return std::move(result_); }

  void visit(const std::string& path, std::string_view name, int depth,
             const std::vector<Entry>& siblings) {
    if (!is_utf8(path)) return skip(path, "the name is not UTF-8");
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) {
      return skip(path,
                  errno == ENOENT ? "does not exist" : "cannot be read: " + system_message(errno));
    }
    if (S_ISDIR(facts.st_mode)) return visit_folder(path, facts, depth);
    if (!S_ISREG(facts.st_mode)) return skip(path, "no regular file");
    if (!is_video_name(name)) return skip(path, "no video file by its extension");
    if (result_.films.size() >= limits_.films_max) return skip(path, "too many films in one scan");
    auto fingerprint = fingerprint_file(path);
    if (!fingerprint) return skip(path, fingerprint.error().message);
    if (fingerprint->bytes == 0) return skip(path, "the file is empty");
    result_.films.push_back({path, std::move(*fingerprint), sidecars_of(name, siblings)});
  }

 private:
  void skip(const std::string& path, std::string reason) {
    if (result_.skipped.size() < limits_.skipped_max) {
      result_.skipped.push_back({path, std::move(reason)});
    } else {
      ++result_.skipped_unreported;
    }
  }

  void visit_folder(const std::string& path, const struct stat& facts, int depth) {
    if (depth > limits_.depth_max) return skip(path, "too many folders deep");
    // The same folder by another way (a link, a loop) adds nothing.
    if (!entered_.emplace(facts.st_dev, facts.st_ino).second) {
      return skip(path, "the same folder was already searched");
    }
    std::string reason;
    const std::size_t left = limits_.entries_max - entries_seen_;
    const auto entries = entries_of(path, left, reason);
    if (!entries) return skip(path, reason);
    entries_seen_ += entries->size();
    for (const auto& entry : *entries) {
      if (entry.name.starts_with('.')) {
        skip(entry.path, "hidden");
      } else if (!belongs_to_a_film(entry, *entries)) {
        visit(entry.path, entry.name, depth + 1, *entries);
      }
    }
    if (entries->size() >= left)
      skip(path, "too many files in one scan; the rest was not looked at");
  }

  static bool belongs_to_a_film(const Entry& entry, const std::vector<Entry>& siblings) {
    if (!is_caption_name(entry.name)) return false;
    return std::ranges::any_of(siblings, [&](const Entry& other) {
      return is_video_name(other.name) && parse_sidecar_name(other.name, entry.name).has_value();
    });
  }

  std::vector<Sidecar> sidecars_of(std::string_view video,
                                   const std::vector<Entry>& siblings) const {
    std::vector<Sidecar> sidecars;
    for (const auto& entry : siblings) {
      if (sidecars.size() >= limits_.sidecars_max) break;
      auto name = parse_sidecar_name(video, entry.name);
      if (!name || !is_utf8(entry.path)) continue;
      struct stat facts{};
      if (::stat(entry.path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
      sidecars.push_back({entry.path, std::move(*name)});
    }
    return sidecars;
  }

  const ScanLimits& limits_;
  ScanResult result_;
  std::set<std::pair<dev_t, ino_t>> entered_;
  std::size_t entries_seen_ = 0;
};

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

ScanResult scan_path(const std::string& path, const ScanLimits& limits) {
  Scan scan(limits);
  if (!path.starts_with('/')) {
    ScanResult refused;
    refused.skipped.push_back({path, "the path is not absolute"});
    return refused;
  }
  // A single file has its neighbours for captions.
  const auto slash = path.rfind('/');
  const std::string folder = path.substr(0, std::max<std::size_t>(slash, 1));
  const std::string name = path.substr(slash + 1);
  std::vector<Entry> siblings;
  std::string reason;
  if (is_video_name(name)) {
    if (auto entries = entries_of(folder, limits.entries_max, reason))
      siblings = std::move(*entries);
  }
  scan.visit(path, name, 0, siblings);
  return scan.take();
}

}  // namespace matinee::catalog
