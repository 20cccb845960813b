#include "catalog/library_walk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "catalog/edl.h"
#include "catalog/plain_text.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

constexpr std::size_t kUnreadMax = 10'000;

// Folders that other programs keep beside films, and what they keep holds no title.
constexpr auto kQuietFolders = std::to_array<std::string_view>(
    {"extrafanart", "extrathumbs", "metadata", "@eadir", "lost+found", "$recycle.bin",
     "system volume information", "subs", "subtitles", "sample", "samples"});
constexpr auto kDiscFolders = std::to_array<std::string_view>({"bdmv", "video_ts", "certificate"});

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, lowered(name)) != names.end();
}

}  // namespace

Result<void> LibraryWalk::start(const std::string& path) {
  if (!path.starts_with('/')) {
    report(FindingKind::unreadable, path, "the path is not absolute");
    return {};
  }
  if (!is_utf8(path)) {
    report(FindingKind::unreadable, path, "the name is not UTF-8");
    return {};
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    report_unread(path,
                  errno == ENOENT ? "does not exist" : "cannot be read: " + system_message(errno));
    return {};
  }
  if (!S_ISDIR(facts.st_mode)) return single_file(path, path.rfind('/'));
  // A season's folder given by itself belongs to the show above it.
  const auto slash = path.rfind('/');
  if (const auto number = season_of_folder(path.substr(slash + 1)); number && slash > 0) {
    if (auto above = open_folder(path.substr(0, slash)); above && is_show(*above)) {
      auto show = begin_show(std::move(*above));
      if (!show) return std::unexpected(show.error());
      used_.clear();
      return visit_folder(path, {.depth = 1, .show = &*show, .season = *number});
    }
  }
  return visit_folder(path, {});
}

Result<void> LibraryWalk::single_file(const std::string& path, std::size_t slash) {
  const std::string name = path.substr(slash + 1);
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    report(FindingKind::skipped, path, "no regular file");
    return {};
  }
  if (!is_video_name(name)) {
    report(FindingKind::skipped, path, "no video file by its extension");
    return {};
  }
  only_ = name;
  const std::string folder_path = path.substr(0, std::max<std::size_t>(slash, 1));
  const auto above = folder_path.rfind('/');
  if (const auto number = season_of_folder(folder_path.substr(above + 1)); number && above > 0) {
    if (auto show_folder = open_folder(folder_path.substr(0, above));
        show_folder && is_show(*show_folder)) {
      auto show = begin_show(std::move(*show_folder));
      if (!show) return std::unexpected(show.error());
      return visit_folder(folder_path, {.depth = 1, .show = &*show, .season = *number});
    }
  }
  return visit_folder(folder_path, {});
}

std::optional<ScanFolder> LibraryWalk::open_folder(const std::string& path) {
  auto folder = read_folder(path, options_.limits.entries_max - entries_seen_);
  if (!folder) {
    report_unread(path, folder.error().message);
    return std::nullopt;
  }
  return std::move(*folder);
}

Result<void> LibraryWalk::visit_folder(const std::string& path, const Place& place) {
  if (place.depth > options_.limits.depth_max) {
    report_unread(path, "too many folders deep");
    return {};
  }
  // The same folder by another way (a link, a loop) adds nothing.
  struct stat facts{};
  if (::stat(path.c_str(), &facts) == 0 && !entered_.emplace(facts.st_dev, facts.st_ino).second) {
    report(FindingKind::skipped, path, "the same folder was already searched");
    return {};
  }
  const auto folder = open_folder(path);
  if (!folder) return {};
  if (folder->is_left_out) {
    report(FindingKind::skipped, path, "a file in it asks to leave it out");
    return {};
  }
  entries_seen_ += folder->size();
  if (folder->has_more) {
    report_unread(path, "too many files in one scan; the rest was not looked at");
  }
  return look_around(*folder, place);
}

Result<void> LibraryWalk::look_around(const ScanFolder& folder, const Place& place) {
  used_.clear();
  subs_.clear();
  subs_of_.clear();
  Place below = place;
  below.depth = place.depth + 1;
  below.film.clear();
  below.among_films = false;
  std::optional<Show> show;
  Result<void> done;
  if (!place.owner.empty()) {
    done = extras_in(folder, place, videos_of(folder));
  } else if (place.show != nullptr) {
    done = episodes_in(folder, place);
  } else if (is_show(folder)) {
    auto begun = begin_show(folder);
    if (!begun) return std::unexpected(begun.error());
    show = std::move(*begun);
    below.show = &*show;
    done = episodes_in(folder, below);
  } else {
    Sorted sorted;
    for (auto& video : videos_of(folder)) {
      const auto stem = stem_of_name(video);
      auto& list = parse_episode_name(stem) ? sorted.episodes
                   : parse_extra_name(stem) ? sorted.extras
                                            : sorted.films;
      list.push_back(std::move(video));
    }
    done = episodes_without_show(folder, sorted.episodes);
    if (done) done = films_in(folder, sorted.films, below);
    if (done) done = announced_films(folder, below);
    if (done) done = extras_of_films(folder, sorted.films, sorted.extras, below);
  }
  if (!done || !only_.empty()) return done;
  report_rest(folder);
  return visit_subfolders(folder, below);
}

Result<void> LibraryWalk::visit_subfolders(const ScanFolder& folder, const Place& place) {
  for (const auto& name : folder.folders) {
    const std::string path = folder.path_of(name);
    if (is_one_of(kQuietFolders, name)) continue;
    if (is_one_of(kDiscFolders, name)) {
      report(FindingKind::ambiguous, path, "the folder of a disc; discs are not taken as they are");
      continue;
    }
    Place below = place;
    const auto label = extras_of_folder(name);
    if (place.owner.empty() && label) {
      if (place.among_films) {
        report(FindingKind::ambiguous, path, "extras, but of which of the films beside them?");
        continue;
      }
      below.owner = place.show != nullptr ? place.show->path : place.film;
      below.label = *label;
    } else if (place.show != nullptr) {
      if (const auto number = season_of_folder(name)) below.season = *number;
    }
    if (auto done = visit_folder(path, below); !done) return done;
  }
  return {};
}

std::vector<std::string> LibraryWalk::videos_of(const ScanFolder& folder) {
  std::vector<std::string> videos;
  for (const auto& video : folder.videos) {
    if (is_sample_name(stem_of_name(video)) && only_ != video) {
      if (only_.empty()) report(FindingKind::skipped, folder.path_of(video), "a sample of a film");
      continue;
    }
    videos.push_back(video);
  }
  // Who asks for a hidden file by its name gets it.
  if (!only_.empty() && std::ranges::find(videos, only_) == videos.end()) videos.push_back(only_);
  return videos;
}

std::optional<Fingerprint> LibraryWalk::look_at_video(const std::string& path) {
  if (files_ >= options_.limits.films_max) {
    report_unread(path, "too many films in one scan");
    return std::nullopt;
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    report_unread(path, "cannot be read: " + system_message(errno));
    return std::nullopt;
  }
  if (::access(path.c_str(), R_OK) != 0) {
    report_unread(path, "cannot be read: " + system_message(errno));
    return std::nullopt;
  }
  if (facts.st_size == 0) {
    report(FindingKind::skipped, path, "the file is empty");
    return std::nullopt;
  }
  const auto modified_ms =
      std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
  if (modified_ms > options_.modified_ms_max) {
    ++unsettled_;
    report_unread(path, "is still being written");
    return std::nullopt;
  }
  ++files_;
  return Fingerprint{facts.st_size, modified_ms, {}};
}

std::vector<FoundArtwork> LibraryWalk::artwork_of(const ScanFolder& folder, std::string_view stem,
                                                  bool with_general, bool of_episode) {
  struct Picture {
    ArtworkName name;
    std::string_view file;
  };
  std::vector<Picture> pictures;
  if (!stem.empty()) {
    for (const auto& file : beginning_with(folder.pictures, stem)) {
      const auto rest = stem_of_name(file).substr(stem.size());
      if (rest.empty()) {
        const auto kind = of_episode ? ArtworkKind::still : ArtworkKind::poster;
        pictures.push_back({{kind, 0}, file});
      } else if (rest.front() == '-' || rest.front() == '.') {
        if (const auto name = parse_artwork_name(rest.substr(1), of_episode)) {
          pictures.push_back({*name, file});
        }
      }
    }
  }
  if (with_general) {
    for (const auto& file : folder.pictures) {
      if (const auto name = parse_artwork_name(stem_of_name(file), of_episode)) {
        pictures.push_back({*name, file});
      }
    }
  }
  // A file's own pictures come before those of its folder.
  std::ranges::stable_sort(pictures, {}, [](const Picture& picture) {
    return std::pair(picture.name.kind, picture.name.position);
  });
  std::vector<FoundArtwork> found;
  for (const auto& picture : pictures) {
    if (found.size() == kArtworksPerTitleMax) break;
    if (auto artwork = look_at_picture(picture.name.kind, folder.path_of(picture.file))) {
      found.push_back(std::move(*artwork));
    }
  }
  return found;
}

std::optional<Nfo> LibraryWalk::read_nfo(const ScanFolder& folder, const std::string& file) {
  if (!folder.has_nfo(file)) return std::nullopt;
  used_.insert(file);
  const std::string path = folder.path_of(file);
  const auto bytes = read_small_file(path, kNfoBytesMax);
  if (!bytes) {
    is_partial_ = true;
    report(FindingKind::unreadable, path, bytes.error().message);
    return std::nullopt;
  }
  auto nfo = parse_nfo(*bytes);
  if (!nfo) {
    is_partial_ = true;
    report(FindingKind::unreadable, path, nfo.error().message);
    return std::nullopt;
  }
  return std::move(*nfo);
}

std::vector<Marker> LibraryWalk::markers_of(const ScanFolder& folder, std::string_view stem) {
  const std::string file = std::string(stem) + ".edl";
  if (!std::ranges::binary_search(folder.others, file)) return {};
  used_.insert(file);
  const auto text = read_small_file(folder.path_of(file), kEdlBytesMax);
  if (!text) {
    is_partial_ = true;
    report(FindingKind::unreadable, folder.path_of(file), text.error().message);
    return {};
  }
  return parse_edl(*text);
}

std::vector<std::string> LibraryWalk::announcements_of(const ScanFolder& folder) {
  std::vector<std::string> files;
  if (!options_.announce || !only_.empty()) return files;
  for (const auto& file : folder.nfos) {
    const std::string word = lowered(file);
    if (used_.contains(file) || word == "tvshow.nfo" || word == "season.nfo") continue;
    files.push_back(file);
  }
  return files;
}

Result<void> LibraryWalk::emit(FoundTitle title) {
  limit_facts(title.facts);
  const bool is_partial = std::exchange(is_partial_, false);
  title.is_partial = title.is_partial || is_partial;
  return sink_.found(std::move(title));
}

void LibraryWalk::report_rest(const ScanFolder& folder) {
  for (const auto& name : folder.hidden) {
    report(FindingKind::skipped, folder.path_of(name), "hidden");
  }
  for (const auto& name : folder.others) {
    if (!used_.contains(name) && !report_track(folder, name))
      report_odd_entry(folder.path_of(name));
  }
  report_subs();
  for (const auto& name : folder.captions) {
    if (used_.contains(name)) continue;
    report(FindingKind::ambiguous, folder.path_of(name), "captions, but of which film?");
  }
  for (const auto& name : folder.nfos) {
    if (used_.contains(name)) continue;
    report(FindingKind::skipped, folder.path_of(name), "describes a film that is not there");
  }
}

// What is no folder and no regular file with a name that means something.
void LibraryWalk::report_odd_entry(const std::string& path) {
  if (!is_utf8(path)) {
    return report(FindingKind::unreadable, path, "the name is not UTF-8");
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    return report_unread(
        path, errno == ENOENT ? "does not exist" : "cannot be read: " + system_message(errno));
  }
  if (!S_ISREG(facts.st_mode)) return report(FindingKind::skipped, path, "no regular file");
  report(FindingKind::skipped, path, "no video file by its extension");
}

void LibraryWalk::report(FindingKind kind, std::string path, std::string reason) {
  const bool is_skipped = kind == FindingKind::skipped;
  auto& count = is_skipped ? skipped_ : findings_;
  if (count < (is_skipped ? options_.limits.skipped_max : options_.limits.findings_max)) {
    ++count;
    sink_.finding({kind, std::move(path), std::move(reason)});
  } else {
    ++findings_unreported_;
  }
}

void LibraryWalk::report_unread(const std::string& path, std::string reason) {
  // Beyond the limit everything counts as not looked at.
  if (unread_.size() == kUnreadMax) unread_.assign(1, "/");
  if (unread_.size() < kUnreadMax) unread_.push_back(path);
  report(FindingKind::unreadable, path, std::move(reason));
}

}  // namespace matinee::catalog
