// LibraryWalk: shows, their seasons and their episodes.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "catalog/library_walk.h"
#include "catalog/plain_text.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string season_path(const std::string& show_path, int number) {
  if (number == 0) return show_path + "/Specials";
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "/Season %02d", number);
  return show_path + name.data();
}

std::string number_text(const EpisodeName& named) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "S%02dE%02d", named.season, named.first);
  return text.data();
}

// One title of all <episodedetails> of a file.
NfoTitle joined(std::vector<NfoTitle> parts) {
  NfoTitle whole = std::move(parts.front());
  for (const auto& part : std::span(parts).subspan(1)) {
    if (!part.name.empty()) whole.name += (whole.name.empty() ? "" : " / ") + part.name;
    if (!part.facts.plot.empty()) {
      whole.facts.plot += (whole.facts.plot.empty() ? "" : "\n\n") + part.facts.plot;
    }
    if (part.facts.episode_number) {
      whole.facts.episode_last =
          std::max(whole.facts.episode_last.value_or(0), *part.facts.episode_number);
    }
  }
  whole.name = clean_line(whole.name, kTitleNameBytesMax);
  return whole;
}

}  // namespace

bool LibraryWalk::is_show(const ScanFolder& folder) const {
  if (folder.has_nfo("tvshow.nfo")) return true;
  const auto numbered = [](const std::string& name) {
    return season_of_folder(name).value_or(0) > 0;
  };
  if (std::ranges::any_of(folder.folders, numbered)) return true;
  // Episodes that are named after their folder, or after nothing.
  const auto name = lowered(parse_title_name(folder.name, options_.year_max).name);
  return std::ranges::any_of(folder.videos, [&](const std::string& video) {
    const auto named = parse_episode_name(stem_of_name(video));
    return named && (named->show.empty() ||
                     lowered(parse_title_name(named->show, options_.year_max).name) == name);
  });
}

Result<LibraryWalk::Show> LibraryWalk::begin_show(ScanFolder folder) {
  const auto named = parse_title_name(folder.name, options_.year_max);
  FoundTitle found{.path = folder.path, .kind = TitleKind::show};
  found.name = named.name;
  found.year = named.year;
  std::map<int, std::string> season_names;
  if (auto nfo = read_nfo(folder, "tvshow.nfo")) {
    season_names = std::move(nfo->season_names);
    if (!nfo->titles.empty()) {
      auto& title = nfo->titles.front();
      found.facts = std::move(title.facts);
      if (!title.name.empty()) found.name = title.name;
      if (title.year) found.year = title.year;
    }
    if (found.facts.imdb_id.empty()) found.facts.imdb_id = nfo->imdb_id;
    if (found.facts.tmdb_id.empty()) found.facts.tmdb_id = nfo->tmdb_id;
    if (found.facts.tvdb_id.empty()) found.facts.tvdb_id = nfo->tvdb_id;
  }
  const auto ids = ids_of_name(folder.name);
  if (found.facts.imdb_id.empty()) found.facts.imdb_id = ids.imdb;
  if (found.facts.tmdb_id.empty()) found.facts.tmdb_id = ids.tmdb;
  if (found.facts.tvdb_id.empty()) found.facts.tvdb_id = ids.tvdb;
  found.facts.season_number.reset();
  found.artwork = artwork_of(folder, {}, true, false);
  Show show{found.path, found.name, std::move(folder), std::move(season_names), {}, {}};
  if (auto done = emit(std::move(found)); !done) return std::unexpected(done.error());
  return show;
}

// Reports the season once, and again when its own folder comes up; gives the path it is known by.
Result<std::string> LibraryWalk::season(const ScanFolder* folder, Show& show, int number) {
  const std::string path = season_path(show.path, number);
  const auto known = show.seasons.find(number);
  if (known != show.seasons.end() && (known->second || folder == nullptr)) return path;
  show.seasons[number] = folder != nullptr;
  FoundTitle found{.path = path, .kind = TitleKind::season, .parent_path = show.path};
  // Its own folder is told later.
  found.is_partial =
      folder == nullptr && std::ranges::any_of(show.folder.folders, [&](const std::string& name) {
        return season_of_folder(name) == number;
      });
  found.facts.season_number = number;
  if (const auto name = show.season_names.find(number); name != show.season_names.end()) {
    found.name = name->second;
  }
  if (folder != nullptr) {
    if (auto nfo = read_nfo(*folder, "season.nfo"); nfo && !nfo->titles.empty()) {
      auto& title = nfo->titles.front();
      if (!title.name.empty()) found.name = title.name;
      found.year = title.year;
      found.facts = std::move(title.facts);
      found.facts.season_number = number;
    }
    found.artwork = artwork_of(*folder, {}, true, false);
  }
  for (const auto& file : beginning_with(show.folder.pictures, "season")) {
    const auto named = parse_season_artwork(stem_of_name(file));
    if (!named || named->first != number) continue;
    if (auto picture = look_at_picture(named->second.kind, show.folder.path_of(file))) {
      found.artwork.push_back(std::move(*picture));
    }
  }
  if (auto done = emit(std::move(found)); !done) return std::unexpected(done.error());
  return path;
}

Result<void> LibraryWalk::episodes_in(const ScanFolder& folder, const Place& place) {
  if (folder.has_nfo("tvshow.nfo")) used_.insert("tvshow.nfo");
  const auto named_of = [&](const std::string& file) {
    auto named = parse_episode_name(stem_of_name(file));
    if (!named && place.season) named = parse_numbered_name(stem_of_name(file), *place.season);
    return named;
  };
  for (const auto& video : videos_of(folder)) {
    if (!only_.empty() && only_ != video) continue;
    auto named = named_of(video);
    if (named) {
      if (auto done = episode(folder, place, video, std::move(named), false); !done) return done;
      continue;
    }
    if (const auto as_extra = parse_extra_name(stem_of_name(video))) {
      if (auto done = extra(folder, video, place.show->path, as_extra->label); !done) return done;
      continue;
    }
    if (folder.has_nfo(std::string(stem_of_name(video)) + ".nfo")) {
      // It may say what the name does not.
      if (auto done = episode(folder, place, video, std::nullopt, false); !done) return done;
      continue;
    }
    report(FindingKind::ambiguous, folder.path_of(video),
           "lies in a show, but its name says no episode (S01E02); taken as an extra");
    if (auto done = extra(folder, video, place.show->path, "Extra"); !done) return done;
  }
  for (const auto& file : announcements_of(folder)) {
    if (auto done = episode(folder, place, file, named_of(file), true); !done) return done;
  }
  return {};
}

Result<void> LibraryWalk::episode(const ScanFolder& folder, const Place& place,
                                  const std::string& file, std::optional<EpisodeName> named,
                                  bool announced) {
  const std::string stem(stem_of_name(file));
  FoundTitle found{
      .path = folder.path_of(file), .kind = TitleKind::episode, .announced = announced};
  std::optional<NfoTitle> described;
  if (auto nfo = read_nfo(folder, stem + ".nfo"); nfo && !nfo->titles.empty()) {
    if (nfo->titles.front().kind == NfoKind::episode) {
      described = joined(std::move(nfo->titles));
    } else {
      report(FindingKind::ambiguous, folder.path_of(stem + ".nfo"),
             "describes no episode, but lies in a show");
    }
  }
  if (announced && !described) return {};
  if (!named && described && described->facts.episode_number) {
    const auto& facts = described->facts;
    const int season_number = facts.season_number.value_or(place.season.value_or(1));
    named = EpisodeName{{},
                        season_number,
                        *facts.episode_number,
                        std::max(*facts.episode_number, facts.episode_last.value_or(0)),
                        {}};
  }
  if (!named) {
    report(FindingKind::ambiguous, found.path, "neither its name nor its .nfo says which episode");
    return announced ? Result<void>{} : extra(folder, file, place.show->path, "Extra");
  }
  if (!announced) {
    found.sidecars = sidecars_of(folder, file);
    const auto fingerprint = look_at_video(found.path);
    if (!fingerprint) return {};
    found.fingerprint = *fingerprint;
    found.announced_by = {folder.path_of(stem + ".nfo")};
  }
  // Of the episode, not of the season that is told before it.
  found.is_partial = std::exchange(is_partial_, false);
  note_episode(place, found.path, *named);
  const bool own_folder = place.season == named->season;
  auto season_known = season(own_folder ? &folder : nullptr, *place.show, named->season);
  if (!season_known) return std::unexpected(season_known.error());
  found.parent_path = std::move(*season_known);
  found.name = named->name;
  if (described) {
    found.facts = std::move(described->facts);
    if (!described->name.empty()) found.name = described->name;
    found.year = described->year;
  }
  if (found.facts.markers.empty()) found.facts.markers = markers_of(folder, stem);
  found.facts.season_number = named->season;
  found.facts.episode_number = named->first;
  found.facts.episode_last = named->last > named->first ? std::optional(named->last) : std::nullopt;
  found.artwork = artwork_of(folder, stem, false, true);
  return emit(std::move(found));
}

// What is odd about where an episode lies or what it is called.
void LibraryWalk::note_episode(const Place& place, const std::string& path,
                               const EpisodeName& named) {
  if (place.season && *place.season != named.season) {
    report(FindingKind::ambiguous, path,
           "is called " + number_text(named) + ", but lies in the folder of season " +
               std::to_string(*place.season));
  }
  const auto [first, is_new] =
      place.show->episodes.emplace(std::pair(named.season, named.first), path);
  if (!is_new && first->second != path) {
    report(FindingKind::ambiguous, path,
           "is called " + number_text(named) + ", and so is " + first->second);
  }
}

// Episodes of shows that have no folder of their own.
Result<void> LibraryWalk::episodes_without_show(const ScanFolder& folder,
                                                const std::vector<std::string>& videos) {
  std::map<std::string, Show> shows;
  for (const auto& video : videos) {
    if (!only_.empty() && only_ != video) continue;
    auto named = parse_episode_name(stem_of_name(video));
    if (!named) continue;
    const auto show_name =
        parse_title_name(named->show.empty() ? folder.name : named->show, options_.year_max);
    const std::string year =
        show_name.year ? " (" + std::to_string(*show_name.year) + ")" : std::string();
    std::string entry = show_name.name + year;
    std::ranges::replace(entry, '/', '-');
    auto [show, is_new] = shows.try_emplace(folder.path_of(entry));
    if (is_new) {
      show->second.path = show->first;
      show->second.name = show_name.name;
      FoundTitle found{.path = show->first,
                       .kind = TitleKind::show,
                       .name = show_name.name,
                       .year = show_name.year};
      if (auto done = emit(std::move(found)); !done) return done;
    }
    const Place place{.depth = 0, .show = &show->second};
    if (auto done = episode(folder, place, video, std::move(named), false); !done) return done;
  }
  return {};
}

}  // namespace matinee::catalog
