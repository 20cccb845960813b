// LibraryWalk: films, their versions and their extras.
#include <algorithm>
#include <map>

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

// "Film (1999) - 1080p" in the folder "Film (1999)".
bool is_version_in(std::string_view stem, std::string_view folder) {
  if (folder.empty() || !lowered(stem).starts_with(lowered(folder))) return false;
  const auto rest = stem.substr(folder.size());
  return rest.empty() || rest.starts_with(" - ") || rest.starts_with(" [") ||
         rest.starts_with(" {") || rest.starts_with(" (");
}

bool is_height(std::string_view label) {
  return label == "4k" || (label.size() >= 4 && label.size() <= 5 && label.ends_with('p') &&
                           label.find_first_not_of("0123456789p") == std::string_view::npos);
}

std::string extension_label(std::string_view file) {
  std::string label(file.substr(stem_of_name(file).size()));
  std::ranges::transform(label, label.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return label.empty() ? label : label.substr(1);
}

// What names tell of ids, where the .nfo tells nothing.
void add_ids(TitleFacts& facts, const NamedIds& ids) {
  if (facts.imdb_id.empty()) facts.imdb_id = ids.imdb;
  if (facts.tmdb_id.empty()) facts.tmdb_id = ids.tmdb;
  if (facts.tvdb_id.empty()) facts.tvdb_id = ids.tvdb;
}

}  // namespace

Result<void> LibraryWalk::films_in(const ScanFolder& folder, const std::vector<std::string>& videos,
                                   Place& below) {
  const auto groups = groups_of(folder, videos, below.depth == 1);
  below.among_films = groups.size() > 1;
  for (const auto& group : groups) {
    const bool is_wanted =
        only_.empty() ||
        std::ranges::find(group.versions, only_, &Version::file) != group.versions.end();
    if (!is_wanted) continue;
    const auto path = film(folder, group, groups.size() == 1);
    if (!path) return std::unexpected(path.error());
    if (groups.size() == 1) below.film = *path;
  }
  return {};
}

// `at_top`: the folder that was asked for, which may be called anything.
std::vector<LibraryWalk::FilmGroup> LibraryWalk::groups_of(const ScanFolder& folder,
                                                           const std::vector<std::string>& videos,
                                                           bool at_top) const {
  const TitleName of_folder = parse_title_name(folder.name, options_.year_max);
  const bool folder_has_year =
      of_folder.year &&
      folder.name.find("(" + std::to_string(*of_folder.year)) != std::string::npos;
  const auto key_of = [](const std::string& name, const std::optional<int>& year) {
    return lowered(name) + "\n" + (year ? std::to_string(*year) : "");
  };
  std::map<std::string, FilmGroup> by_key;
  for (const auto& video : videos) {
    const auto stem = stem_of_name(video);
    const bool in_own_folder = is_version_in(stem, folder.name);
    TitleName named = parse_title_name(video, options_.year_max);
    const std::string label = edition_of_name(stem, in_own_folder ? folder.name : "");
    std::string key = key_of(named.name, named.year);
    if (in_own_folder) {
      key = key_of(of_folder.name, of_folder.year);
      named = of_folder;
    } else if (!named.year && label.empty()) {
      key = key_of(std::string(stem), named.year);
    }
    auto& group = by_key[key];
    group.named = named;
    group.versions.push_back({video, label});
  }
  std::vector<FilmGroup> groups;
  for (auto& [key, group] : by_key) {
    // The version without a label is the film itself.
    std::ranges::stable_sort(group.versions, {}, [](const Version& version) {
      return std::pair(!version.label.empty(), version.file);
    });
    groups.push_back(std::move(group));
  }
  std::ranges::sort(groups, {}, [](const FilmGroup& group) { return group.versions.front().file; });
  if (groups.size() == 1 && folder_has_year) {
    auto& named = groups.front().named;
    const bool agrees = named.year
                            ? named.year == of_folder.year
                            : !at_top || lowered(named.name).starts_with(lowered(of_folder.name));
    if (agrees) named = of_folder;
  }
  return groups;
}

std::optional<NfoTitle> LibraryWalk::film_nfo(const ScanFolder& folder, std::string_view stem,
                                              bool is_alone) {
  std::vector<std::string> files{std::string(stem) + ".nfo"};
  if (is_alone) {
    files.emplace_back("movie.nfo");
    files.push_back(folder.name + ".nfo");
  }
  for (const auto& file : files) {
    auto nfo = read_nfo(folder, file);
    if (!nfo) continue;
    NfoTitle title;
    if (!nfo->titles.empty()) {
      if (nfo->titles.front().kind != NfoKind::film) {
        report(FindingKind::ambiguous, folder.path_of(file),
               "describes no film, but lies beside one");
        continue;
      }
      title = std::move(nfo->titles.front());
    }
    add_ids(title.facts, {nfo->imdb_id, nfo->tmdb_id, nfo->tvdb_id});
    return title;
  }
  return std::nullopt;
}

// Reports the film and its versions; gives the path that it is known by, empty when none of its
// files can be taken.
Result<std::string> LibraryWalk::film(const ScanFolder& folder, const FilmGroup& group,
                                      bool is_alone) {
  report_parts(folder, group);
  std::string film_path;
  for (const auto& version : group.versions) {
    if (!film_path.empty()) {
      if (auto done = edition(folder, group, version, film_path); !done) {
        return std::unexpected(done.error());
      }
      continue;
    }
    const std::string stem(stem_of_name(version.file));
    FoundTitle found{.path = folder.path_of(version.file)};
    const auto fingerprint = look_at_video(found.path);
    found.sidecars = sidecars_of(folder, version.file, is_alone);
    if (!fingerprint) continue;
    film_path = found.path;
    found.fingerprint = *fingerprint;
    found.name = group.named.name;
    found.year = group.named.year;
    if (group.versions.size() > 1 || !is_height(version.label)) found.edition_name = version.label;
    found.announced_by = {folder.path_of(stem + ".nfo")};
    if (is_alone) found.announced_by.push_back(folder.path_of("movie.nfo"));
    if (auto nfo = film_nfo(folder, stem, is_alone)) {
      found.facts = std::move(nfo->facts);
      if (!nfo->name.empty()) found.name = nfo->name;
      if (nfo->year) found.year = nfo->year;
      if (!nfo->edition_name.empty()) found.edition_name = nfo->edition_name;
    }
    if (found.facts.markers.empty()) found.facts.markers = markers_of(folder, stem);
    add_ids(found.facts, ids_of_name(stem));
    if (is_alone) add_ids(found.facts, ids_of_name(folder.name));
    found.artwork = artwork_of(folder, stem, is_alone, false);
    if (auto done = emit(std::move(found)); !done) return std::unexpected(done.error());
  }
  return film_path;
}

Result<void> LibraryWalk::edition(const ScanFolder& folder, const FilmGroup& group,
                                  const Version& version, const std::string& film_path) {
  FoundTitle found{.path = folder.path_of(version.file)};
  const auto fingerprint = look_at_video(found.path);
  found.sidecars = sidecars_of(folder, version.file);
  if (!fingerprint) return {};
  const std::string stem(stem_of_name(version.file));
  found.fingerprint = *fingerprint;
  found.kind = TitleKind::edition;
  found.parent_path = film_path;
  found.name = group.named.name;
  found.year = group.named.year;
  found.edition_name = version.label;
  const auto same = std::ranges::count(group.versions, version.label, &Version::label);
  if (version.label.empty() || same > 1) {
    found.edition_name = clean_line(version.label + " " + extension_label(version.file), 100);
    report(FindingKind::ambiguous, found.path,
           "the same version of " + group.named.name + " as another file beside it");
  }
  if (auto nfo = film_nfo(folder, stem, false)) {
    found.facts = std::move(nfo->facts);
    if (!nfo->name.empty()) found.name = nfo->name;
    if (!nfo->edition_name.empty()) found.edition_name = nfo->edition_name;
  }
  found.artwork = artwork_of(folder, stem, false, false);
  return emit(std::move(found));
}

void LibraryWalk::report_parts(const ScanFolder& folder, const FilmGroup& group) {
  for (const auto& version : group.versions) {
    if (!part_of_name(stem_of_name(version.file)) || group.versions.size() < 2) continue;
    report(FindingKind::ambiguous, folder.path_of(version.file),
           "looks like one part of a film in several files; parts are not joined");
  }
}

Result<void> LibraryWalk::extras_of_films(const ScanFolder& folder,
                                          const std::vector<std::string>& videos,
                                          const std::vector<std::string>& extras,
                                          const Place& below) {
  for (const auto& video : extras) {
    if (!only_.empty() && only_ != video) continue;
    const auto named = parse_extra_name(stem_of_name(video));
    std::string owner = below.film;
    if (owner.empty() && named && !named->owner.empty()) {
      // "Film-trailer" beside several films is the one's whose name it begins with.
      for (const auto& film : videos) {
        if (stem_of_name(film) == named->owner) owner = folder.path_of(film);
      }
    }
    if (owner.empty() || !named) {
      report(FindingKind::ambiguous, folder.path_of(video), "an extra, but of which film?");
      continue;
    }
    if (auto done = extra(folder, video, owner, named->label); !done) return done;
  }
  return {};
}

Result<void> LibraryWalk::extras_in(const ScanFolder& folder, const Place& place,
                                    const std::vector<std::string>& videos) {
  for (const auto& video : videos) {
    if (auto done = extra(folder, video, place.owner, place.label); !done) return done;
  }
  return {};
}

Result<void> LibraryWalk::extra(const ScanFolder& folder, const std::string& video,
                                const std::string& owner, std::string_view label) {
  const std::string path = folder.path_of(video);
  auto sidecars = sidecars_of(folder, video);
  const auto fingerprint = look_at_video(path);
  if (!fingerprint) return {};
  const auto stem = stem_of_name(video);
  FoundTitle found{.path = path, .fingerprint = *fingerprint, .sidecars = std::move(sidecars)};
  found.kind = TitleKind::extra;
  found.parent_path = owner;
  // A file named after its film or after what it is has no name of its own.
  found.name =
      parse_extra_name(stem) ? std::string(label) : parse_title_name(video, options_.year_max).name;
  found.announced_by = {folder.path_of(std::string(stem) + ".nfo")};
  if (auto nfo = read_nfo(folder, std::string(stem) + ".nfo"); nfo && !nfo->titles.empty()) {
    found.facts = std::move(nfo->titles.front().facts);
    if (!nfo->titles.front().name.empty()) found.name = nfo->titles.front().name;
  }
  found.artwork = artwork_of(folder, stem, false, true);
  return emit(std::move(found));
}

Result<void> LibraryWalk::announced_films(const ScanFolder& folder, Place& below) {
  const auto announcements = announcements_of(folder);
  // As with films that are there: what lies in a film's own folder is its own.
  const bool has_own_folder = announcements.size() == 1 && below.film.empty() && !below.among_films;
  for (const auto& file : announcements) {
    const auto nfo = read_nfo(folder, file);
    is_partial_ = false;
    if (!nfo || nfo->titles.empty() || nfo->titles.front().kind != NfoKind::film) continue;
    const auto& title = nfo->titles.front();
    const std::string stem(stem_of_name(file));
    const bool takes_folders_name = lowered(file) == "movie.nfo";
    const bool is_alone = takes_folders_name || has_own_folder;
    const auto named = parse_title_name(takes_folders_name ? folder.name : stem, options_.year_max);
    FoundTitle found{.path = folder.path_of(file), .announced = true};
    found.name = title.name.empty() ? named.name : title.name;
    found.year = title.year ? title.year : named.year;
    found.edition_name = title.edition_name;
    found.facts = title.facts;
    add_ids(found.facts, {nfo->imdb_id, nfo->tmdb_id, nfo->tvdb_id});
    add_ids(found.facts, ids_of_name(takes_folders_name ? folder.name : stem));
    found.artwork = artwork_of(folder, stem, is_alone, false);
    if (is_alone) below.film = found.path;
    if (auto done = emit(std::move(found)); !done) return done;
  }
  return {};
}

}  // namespace matinee::catalog
