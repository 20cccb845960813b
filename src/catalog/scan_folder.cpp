#include "catalog/scan_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "catalog/layout_names.h"
#include "catalog/plain_text.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

ErrorCode code_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return ErrorCode::not_found;
  if (error == EACCES || error == EPERM) return ErrorCode::forbidden;
  return ErrorCode::unavailable;
}

std::string_view last_component(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

enum class EntryType { file, folder, other };

// The folder's own word where it has one; links and old file systems need a look.
EntryType type_of(const std::string& path, unsigned char type) {
  if (type == DT_REG) return EntryType::file;
  if (type == DT_DIR) return EntryType::folder;
  if (type != DT_LNK && type != DT_UNKNOWN) return EntryType::other;
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return EntryType::other;
  if (S_ISREG(facts.st_mode)) return EntryType::file;
  return S_ISDIR(facts.st_mode) ? EntryType::folder : EntryType::other;
}

void sort_in(ScanFolder& folder, std::string name, unsigned char type) {
  if (name.starts_with('.')) {
    folder.is_left_out =
        folder.is_left_out || name == ".ignore" || name == ".nomedia" || name == ".plexignore";
    folder.hidden.push_back(std::move(name));
    return;
  }
  auto* list = &folder.others;
  if (is_utf8(name)) {
    switch (type_of(folder.path_of(name), type)) {
      case EntryType::folder:
        list = &folder.folders;
        break;
      case EntryType::file:
        if (is_video_name(name)) list = &folder.videos;
        if (is_caption_name(name)) list = &folder.captions;
        if (is_nfo_name(name)) list = &folder.nfos;
        if (is_picture_name(name)) list = &folder.pictures;
        break;
      case EntryType::other:
        break;
    }
  }
  list->push_back(std::move(name));
}

}  // namespace

std::string ScanFolder::path_of(std::string_view entry) const {
  std::string full = path;
  if (!full.ends_with('/')) full += '/';
  return full.append(entry);
}

std::size_t ScanFolder::size() const {
  return folders.size() + videos.size() + captions.size() + nfos.size() + pictures.size() +
         others.size() + hidden.size();
}

bool ScanFolder::has_nfo(std::string_view file) const {
  return std::ranges::binary_search(nfos, file,
                                    [](std::string_view a, std::string_view b) { return a < b; });
}

Result<ScanFolder> read_folder(const std::string& path, std::size_t entries_max) {
  const auto close_folder = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_folder)> stream(::opendir(path.c_str()), close_folder);
  if (!stream) return fail(code_of(errno), "cannot be read: " + system_message(errno));
  ScanFolder folder;
  folder.path = path;
  folder.name = last_component(path);
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (folder.size() >= entries_max) {
      folder.has_more = true;
      break;
    }
    sort_in(folder, std::move(name), entry->d_type);
    errno = 0;
  }
  if (errno != 0) return fail(code_of(errno), "cannot be read: " + system_message(errno));
  for (auto* list : {&folder.folders, &folder.videos, &folder.captions, &folder.nfos,
                     &folder.pictures, &folder.others, &folder.hidden}) {
    std::ranges::sort(*list);
  }
  return folder;
}

std::span<const std::string> beginning_with(std::span<const std::string> names,
                                            std::string_view prefix) {
  const auto first = std::ranges::lower_bound(
      names, prefix, [](std::string_view a, std::string_view b) { return a < b; });
  auto last = first;
  while (last != names.end() && last->starts_with(prefix)) ++last;
  return {first, last};
}

std::string system_message(int error) {
  std::array<char, 256> buffer{};
  return ::strerror_r(error, buffer.data(), buffer.size());
}

Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return fail(code_of(errno), "cannot be read: " + system_message(errno));
  const auto close_file = [](const int* file) { ::close(*file); };
  const std::unique_ptr<const int, decltype(close_file)> owner(&descriptor, close_file);
  std::string bytes;
  std::array<char, 16384> buffer{};
  while (true) {
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(code_of(errno), "cannot be read: " + system_message(errno));
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max) {
      return fail(ErrorCode::limited, "is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

std::optional<FoundArtwork> look_at_picture(ArtworkKind kind, std::string path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0) {
    return std::nullopt;
  }
  const auto modified_ms =
      std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
  return FoundArtwork{kind, std::move(path), facts.st_size, modified_ms};
}

}  // namespace matinee::catalog
