#pragma once
// demo/library: the catalogue as a folder, laid out as Kodi and Jellyfin have it: films, a series,
// .nfo, captions, skip marks, artwork. Read by the library scan like anybody's.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "demo/catalogue/catalogue.h"

namespace matinee::demo {

/// Where everything of a catalogue lies below one folder; touches no disk.
class LibraryLayout {
 public:
  explicit LibraryLayout(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path folder(const FilmSpec& film) const;
  [[nodiscard]] std::filesystem::path file(const FilmSpec& film) const;
  [[nodiscard]] std::filesystem::path folder(const ShowSpec& show) const;
  /// Beside the file, "<its name><ending>".
  [[nodiscard]] std::filesystem::path sidecar(const FilmSpec& film,
                                              const std::string& ending) const;

 private:
  std::filesystem::path root_;
};

/// The .nfo of a film, an episode, a show.
std::string film_nfo(const FilmSpec& film);
std::string show_nfo(const ShowSpec& show);
/// An episode's titles and credits as an edit decision list: "from to action" a line, in seconds;
/// action 4: titles, 5: credits. Empty for other films.
std::string film_edl(const FilmSpec& film);

/// Everything that is text, of one film or show. Same catalogue, same bytes; what is there already
/// is not written again. Errors: unavailable.
Result<void> write_texts(const LibraryLayout& layout, const FilmSpec& film);
Result<void> write_texts(const LibraryLayout& layout, const ShowSpec& show);
/// The first poster and a small wide picture (of an episode: its still; of the first episode: the
/// show's too).
Result<void> write_first_pictures(const LibraryLayout& layout, const FilmSpec& film);
/// The other posters and the backdrop.
Result<void> write_more_pictures(const LibraryLayout& layout, const FilmSpec& film);

}  // namespace matinee::demo
