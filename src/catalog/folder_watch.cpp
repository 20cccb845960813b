#include "catalog/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "catalog/scan_folder.h"

namespace matinee::catalog {
namespace {

constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                   IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                                   IN_EXCL_UNLINK;
constexpr int kReadsMax = 64;  // a call; the rest is there at the next

}  // namespace

Result<FolderWatch> FolderWatch::open(std::size_t watches_max) {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    return fail(ErrorCode::unavailable, "watching folders: " + system_message(errno));
  }
  return FolderWatch(descriptor, watches_max);
}

FolderWatch::FolderWatch(FolderWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      watches_max_(other.watches_max_),
      roots_(std::move(other.roots_)),
      all_(std::move(other.all_)) {}

FolderWatch::~FolderWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool FolderWatch::watch_folder(const std::string& folder, const std::string& root) {
  const int watch = ::inotify_add_watch(descriptor_, folder.c_str(), kChanges);
  if (watch < 0) return errno == ENOENT || errno == ENOTDIR;  // gone again: nothing to watch
  // A folder that was watched already has its number still.
  if (!roots_.contains(watch) && roots_.size() >= watches_max_) {
    ::inotify_rm_watch(descriptor_, watch);
    return false;
  }
  roots_[watch] = root;
  return true;
}

bool FolderWatch::watch(const std::string& root) {
  all_.insert(root);
  if (!watch_folder(root, root)) return false;
  std::error_code error;
  auto folder = std::filesystem::recursive_directory_iterator(
      root, std::filesystem::directory_options::skip_permission_denied, error);
  bool is_complete = !error;
  for (; !error && folder != std::filesystem::recursive_directory_iterator();
       folder.increment(error)) {
    std::error_code ignored;
    if (folder->is_symlink(ignored) || !folder->is_directory(ignored)) continue;
    if (!watch_folder(folder->path().string(), root)) return false;
  }
  return is_complete && !error;
}

std::set<std::string> FolderWatch::take_changes() {
  std::set<std::string> changed;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (int i = 0; i < kReadsMax; ++i) {
    const auto got = ::read(descriptor_, buffer.data(), buffer.size());
    if (got <= 0) break;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) changed = all_;
      const auto root = roots_.find(event.wd);
      if (root == roots_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        roots_.erase(root);
      } else {
        changed.insert(root->second);
      }
    }
  }
  return changed;
}

}  // namespace matinee::catalog
