#pragma once
// catalog/library_walk: how a scan goes from folder to folder and what it takes each for. Read by
// library_scan only.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/layout_names.h"
#include "catalog/library_scan.h"
#include "catalog/nfo.h"
#include "catalog/scan_folder.h"

namespace matinee::catalog {

/// One scan. Every method returns the sink's error, which ends it.
class LibraryWalk {
 public:
  LibraryWalk(const ScanOptions& options, const ScanSink& sink) : options_(options), sink_(sink) {}

  Result<void> start(const std::string& path);
  ScanEnd take_end() { return {std::move(unread_), findings_unreported_, unsettled_}; }

 private:
  // A show that is being looked at.
  struct Show {
    std::string path;
    std::string name;
    ScanFolder folder;                                    // its pictures; empty when it has none
    std::map<int, std::string> season_names;              // as its .nfo names them
    std::map<int, bool> seasons;                          // reported; true = with its own folder
    std::map<std::pair<int, int>, std::string> episodes;  // by number: the file that came first
  };
  // Where a folder lies.
  struct Place {
    int depth = 0;
    Show* show = nullptr;         // in a show's folder or below
    std::optional<int> season{};  // what the folder's name says
    std::string film{};           // the only film of the folder above
    bool among_films = false;     // there are several in the folder above
    std::string owner{};          // videos here are extras of this title
    std::string_view label{};     // what they are called without a name of their own
  };
  // A video as the film that it is a version of.
  struct Version {
    std::string file;
    std::string label;  // of the edition
  };
  // The versions of one film in one folder; the first is the film's own row.
  struct FilmGroup {
    TitleName named;
    std::vector<Version> versions;
  };

  // The videos of a folder outside of shows, by what they are.
  struct Sorted {
    std::vector<std::string> films;
    std::vector<std::string> episodes;
    std::vector<std::string> extras;
  };

  // library_walk.cpp
  Result<void> visit_folder(const std::string& path, const Place& place);
  Result<void> look_around(const ScanFolder& folder, const Place& place);
  Result<void> visit_subfolders(const ScanFolder& folder, const Place& place);
  Result<void> single_file(const std::string& path, std::size_t slash);
  std::optional<ScanFolder> open_folder(const std::string& path);
  void report_rest(const ScanFolder& folder);
  void report(FindingKind kind, std::string path, std::string reason);
  void report_unread(const std::string& path, std::string reason);
  void report_odd_entry(const std::string& path);
  // The videos that this scan is about; samples are reported.
  std::vector<std::string> videos_of(const ScanFolder& folder);
  std::optional<Fingerprint> look_at_video(const std::string& path);
  // Pictures that are named after `stem`, and with `with_general` those named after nothing.
  static std::vector<FoundArtwork> artwork_of(const ScanFolder& folder, std::string_view stem,
                                              bool with_general, bool of_episode);
  // The .nfo when it is there and can be read; what is wrong is reported.
  std::optional<Nfo> read_nfo(const ScanFolder& folder, const std::string& file);
  // Of the edit decision list beside a video.
  std::vector<Marker> markers_of(const ScanFolder& folder, std::string_view stem);
  // The .nfo files of a folder that belong to no video, in a scan that announces.
  std::vector<std::string> announcements_of(const ScanFolder& folder);
  Result<void> emit(FoundTitle title);

  // walk_captions.cpp
  // Beside the video and in Subs folders; `is_alone`: there is no other film that captions without
  // its name could be of.
  std::vector<Sidecar> sidecars_of(const ScanFolder& folder, const std::string& video,
                                   bool is_alone = false);
  void read_subs(const ScanFolder& folder);
  void report_subs();
  // True when it was sound or captions that are not taken as they are, and was reported.
  bool report_track(const ScanFolder& folder, const std::string& name);

  // walk_films.cpp
  Result<void> films_in(const ScanFolder& folder, const std::vector<std::string>& videos,
                        Place& below);
  std::vector<FilmGroup> groups_of(const ScanFolder& folder, const std::vector<std::string>& videos,
                                   bool at_top) const;
  Result<std::string> film(const ScanFolder& folder, const FilmGroup& group, bool is_alone);
  Result<void> edition(const ScanFolder& folder, const FilmGroup& group, const Version& version,
                       const std::string& film_path);
  std::optional<NfoTitle> film_nfo(const ScanFolder& folder, std::string_view stem, bool is_alone);
  void report_parts(const ScanFolder& folder, const FilmGroup& group);
  Result<void> extras_of_films(const ScanFolder& folder, const std::vector<std::string>& videos,
                               const std::vector<std::string>& extras, const Place& below);
  Result<void> extras_in(const ScanFolder& folder, const Place& place,
                         const std::vector<std::string>& videos);
  Result<void> extra(const ScanFolder& folder, const std::string& video, const std::string& owner,
                     std::string_view label);
  Result<void> announced_films(const ScanFolder& folder, Place& below);

  // walk_shows.cpp
  [[nodiscard]] bool is_show(const ScanFolder& folder) const;
  Result<Show> begin_show(ScanFolder folder);
  Result<void> episodes_in(const ScanFolder& folder, const Place& place);
  Result<void> episodes_without_show(const ScanFolder& folder,
                                     const std::vector<std::string>& videos);
  Result<void> episode(const ScanFolder& folder, const Place& place, const std::string& file,
                       std::optional<EpisodeName> named, bool announced);
  void note_episode(const Place& place, const std::string& path, const EpisodeName& named);
  Result<std::string> season(const ScanFolder* folder, Show& show, int number);

  const ScanOptions& options_;
  const ScanSink& sink_;
  // The Subs folders of the folder at hand, whose path is subs_of_, and what of them was taken.
  struct Subs {
    ScanFolder folder;
    std::string of_video;  // named after this video; empty = of all
    std::set<std::string> used{};
  };
  std::vector<Subs> subs_;
  std::string subs_of_;
  // What describes the title that is told next could not be read.
  bool is_partial_ = false;
  std::vector<std::string> unread_;
  std::size_t skipped_ = 0;
  std::size_t findings_ = 0;
  std::size_t findings_unreported_ = 0;
  std::size_t files_ = 0;
  std::size_t unsettled_ = 0;
  std::size_t entries_seen_ = 0;
  std::set<std::pair<dev_t, ino_t>> entered_;
  std::set<std::string>
      used_;          // captions and .nfo files of the folder at hand that belong to a title
  std::string only_;  // of a single file: its name
};

}  // namespace matinee::catalog
