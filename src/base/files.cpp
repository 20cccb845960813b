#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace matinee {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_error(std::string_view doing, const fs::path& path, int number) {
  ErrorCode code = ErrorCode::unavailable;
  switch (number) {
    case ENOENT:
      code = ErrorCode::not_found;
      break;
    case EEXIST:
    case ENOTEMPTY:
      code = ErrorCode::conflict;
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      code = ErrorCode::limited;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::forbidden;
      break;
    default:
      break;
  }
  std::string message(doing);
  message.append(" ").append(path.string()).append(": ").append(std::strerror(number));
  return fail(code, std::move(message));
}

class SystemFile final : public File {
 public:
  SystemFile(int fd, fs::path path) : fd_(fd), path_(std::move(path)) {}
  ~SystemFile() override { ::close(fd_); }
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got =
          ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("reading", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return system_error("writing", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(fd_) != 0) return system_error("syncing", path_, errno);
    return {};
  }

  Result<std::uint64_t> size() const override {
    struct stat facts{};
    if (::fstat(fd_, &facts) != 0) return system_error("looking at", path_, errno);
    return static_cast<std::uint64_t>(facts.st_size);
  }

  Result<void> allocate(std::uint64_t bytes) override {
    const int number = ::posix_fallocate(fd_, 0, static_cast<off_t>(bytes));
    if (number != 0) return system_error("reserving space for", path_, number);
    return {};
  }

  Result<void> resize(std::uint64_t bytes) override {
    if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) {
      return system_error("resizing", path_, errno);
    }
    return {};
  }

 private:
  int fd_;
  fs::path path_;
};

}  // namespace

Result<std::unique_ptr<File>> SystemFiles::open(const fs::path& path, OpenMode mode) {
  int flags = O_CLOEXEC | O_NOFOLLOW;
  if (mode == OpenMode::read) flags |= O_RDONLY;
  if (mode == OpenMode::write) flags |= O_RDWR;
  if (mode == OpenMode::create_new) flags |= O_RDWR | O_CREAT | O_EXCL;
  const int fd = ::open(path.c_str(), flags, 0600);
  if (fd < 0) return system_error("opening", path, errno);
  return std::make_unique<SystemFile>(fd, path);
}

Result<void> SystemFiles::rename(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error("renaming", from, errno);
  return {};
}

Result<void> SystemFiles::rename_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return system_error("creating", to, errno);
  // Network file systems without that flag: a second name instead, which is as atomic.
  if (::link(from.c_str(), to.c_str()) != 0) return system_error("creating", to, errno);
  return remove(from);
}

Result<void> SystemFiles::remove(const fs::path& path) {
  if (std::remove(path.c_str()) != 0) return system_error("removing", path, errno);
  return {};
}

Result<void> SystemFiles::create_folders(const fs::path& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) return {};
  if (auto parent = create_folders(path.parent_path()); !parent) return parent;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("creating folder", path, errno);
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<void> SystemFiles::sync_folder(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error("opening folder", path, errno);
  const int failed = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (failed != 0) return system_error("syncing folder", path, failed);
  return {};
}

Result<std::vector<std::string>> SystemFiles::list(const fs::path& folder) const {
  DIR* stream = ::opendir(folder.c_str());
  if (stream == nullptr) return system_error("listing", folder, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int failed = errno;
  ::closedir(stream);
  if (failed != 0) return system_error("listing", folder, failed);
  std::ranges::sort(names);
  return names;
}

bool SystemFiles::exists(const fs::path& path) const { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> read_file(Files& files, const fs::path& path, std::size_t bytes_max) {
  auto file = files.open(path, OpenMode::read);
  if (!file) return std::unexpected(file.error());
  auto size = (*file)->size();
  if (!size) return std::unexpected(size.error());
  if (*size > bytes_max) {
    return fail(ErrorCode::limited,
                path.string() + " is longer than " + std::to_string(bytes_max) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  auto got = (*file)->read_at(0, bytes);
  if (!got) return std::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

Result<void> write_file(Files& files, const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".new";
  if (files.exists(temporary)) {  // left behind by a crash
    if (auto removed = files.remove(temporary); !removed) return removed;
  }
  {
    auto file = files.open(temporary, OpenMode::create_new);
    if (!file) return std::unexpected(file.error());
    if (auto done = (*file)->write_at(0, bytes); !done) return done;
    if (auto done = (*file)->sync(); !done) return done;
  }
  if (auto done = files.rename(temporary, path); !done) return done;
  return files.sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

}  // namespace matinee
