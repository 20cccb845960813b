// LibraryWalk: captions beside a film and in the Subs folders of its folder.
#include <algorithm>
#include <array>
#include <utility>

#include "catalog/library_walk.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

constexpr auto kSubsFolders = std::to_array<std::string_view>({"subs", "subtitles"});
constexpr std::size_t kSubsMax = 256;  // folders of one folder
constexpr auto kSounds = std::to_array<std::string_view>(
    {".ac3", ".eac3", ".dts", ".dtshd", ".thd", ".mka", ".aac", ".m4a", ".flac", ".mp3", ".wav"});
constexpr auto kOtherCaptions =
    std::to_array<std::string_view>({".ass", ".ssa", ".sub", ".idx", ".sup", ".ttml"});

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool ends_with_one_of(std::span<const std::string_view> endings, std::string_view name) {
  const std::string word = lowered(name);
  return std::ranges::any_of(endings, [&](std::string_view end) { return word.ends_with(end); });
}

constexpr std::string_view kCaptionsNotTaken =
    "captions of a kind that is not taken; .srt and .vtt are";

}  // namespace

std::vector<Sidecar> LibraryWalk::sidecars_of(const ScanFolder& folder, const std::string& video,
                                              bool is_alone) {
  std::vector<Sidecar> sidecars;
  const auto add = [&](std::string path, SidecarName name) {
    if (sidecars.size() < options_.limits.sidecars_max) {
      sidecars.push_back({std::move(path), std::move(name)});
    }
  };
  for (const auto& caption : beginning_with(folder.captions, stem_of_name(video))) {
    auto name = parse_sidecar_name(video, caption);
    if (!name) continue;
    used_.insert(caption);
    add(folder.path_of(caption), std::move(*name));
  }
  read_subs(folder);
  for (auto& subs : subs_) {
    if (!subs.of_video.empty() && subs.of_video != stem_of_name(video)) continue;
    const bool takes_all = is_alone || !subs.of_video.empty();
    const std::span<const std::string> captions(subs.folder.captions);
    for (const auto& caption :
         takes_all ? captions : beginning_with(captions, stem_of_name(video))) {
      auto name = parse_sidecar_name(video, caption);
      if (!name && takes_all && !subs.used.contains(caption)) {
        name = parse_subs_name(stem_of_name(caption));
      }
      if (!name) continue;
      subs.used.insert(caption);
      add(subs.folder.path_of(caption), std::move(*name));
    }
  }
  return sidecars;
}

// Once for each folder: Subs, and the folders in it that are named after a video.
void LibraryWalk::read_subs(const ScanFolder& folder) {
  if (subs_of_ == folder.path) return;
  subs_of_ = folder.path;
  subs_.clear();
  for (const auto& name : folder.folders) {
    if (std::ranges::find(kSubsFolders, lowered(name)) == kSubsFolders.end()) continue;
    auto subs = open_folder(folder.path_of(name));
    if (!subs) continue;
    entries_seen_ += subs->size();
    for (const auto& below : subs->folders) {
      const bool is_of_video = !beginning_with(folder.videos, below + ".").empty();
      if (!is_of_video || subs_.size() >= kSubsMax) continue;
      auto own = open_folder(subs->path_of(below));
      if (!own) continue;
      entries_seen_ += own->size();
      subs_.push_back({std::move(*own), below});
    }
    subs_.push_back({std::move(*subs), {}});
  }
}

void LibraryWalk::report_subs() {
  for (const auto& subs : subs_) {
    for (const auto& name : subs.folder.captions) {
      if (subs.used.contains(name)) continue;
      report(FindingKind::ambiguous, subs.folder.path_of(name), "captions, but of which film?");
    }
    for (const auto& name : subs.folder.others) {
      if (!ends_with_one_of(kOtherCaptions, name)) continue;
      report(FindingKind::ambiguous, subs.folder.path_of(name), std::string(kCaptionsNotTaken));
    }
  }
}

bool LibraryWalk::report_track(const ScanFolder& folder, const std::string& name) {
  const bool is_sound = ends_with_one_of(kSounds, name);
  if (!is_sound && !ends_with_one_of(kOtherCaptions, name)) return false;
  // A video's name up to one of the dots.
  bool is_of_video = false;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    is_of_video = is_of_video || !beginning_with(folder.videos, name.substr(0, dot + 1)).empty();
  }
  if (!is_of_video) return false;
  report(FindingKind::ambiguous, folder.path_of(name),
         is_sound ? "sound beside a film is not taken; put it into the film's own file"
                  : std::string(kCaptionsNotTaken));
  return true;
}

}  // namespace matinee::catalog
