#include "demo/library.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <system_error>

#include "demo/draw/png.h"
#include "demo/posters.h"

namespace matinee::demo {
namespace {

namespace fs = std::filesystem;

constexpr int kStillWidth = 640;
constexpr int kStillHeight = 360;
constexpr int kStored = 0;  // what somebody waits for is not deflated

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// What every file system takes.
std::string file_name(const std::string& title) {
  std::string out;
  for (const char c : title) {
    if (c == ':') {
      out += '.';
    } else if (c != '/' && c != '\\' && c != '?' && c != '*' && c != '"') {
      out += c;
    }
  }
  return out;
}

std::string element(const char* name, const std::string& text) {
  return text.empty() ? "" : fmt::format("  <{0}>{1}</{0}>\n", name, escaped(text));
}

std::string elements(const char* name, const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += element(name, text);
  return out;
}

std::string facts_nfo(const Facts& facts) {
  std::string out = element("plot", facts.plot) + element("tagline", facts.tagline) +
                    element("mpaa", facts.certificate) + elements("genre", facts.genres) +
                    elements("country", facts.countries) + elements("director", facts.directors) +
                    elements("credits", facts.writers) + element("studio", facts.studio) +
                    element("tag", "Demo");
  int order = 0;
  for (const auto& person : facts.cast) {
    out += fmt::format(
        "  <actor>\n    <name>{}</name>\n    <role>{}</role>\n    <order>{}</order>\n  </actor>\n",
        escaped(person.name), escaped(person.role), order++);
  }
  return out;
}

std::string document(const char* root, const std::string& body) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<{0}>\n{1}</{0}>\n", root,
      body);
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::unavailable, "creating " + folder.string() + ": " + error.message());
  return {};
}

Result<void> write_once(const fs::path& path, const std::function<std::string()>& content) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return {};
  // Whole or not there; after a power cut it is drawn again, so nothing waits for the disk.
  const auto part = path.parent_path() / (".part-" + path.filename().string());
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  const auto bytes = content();
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code error;
  if (out) fs::rename(part, path, error);
  if (!out || error) return fail(ErrorCode::unavailable, "writing " + path.string());
  return {};
}

}  // namespace

fs::path LibraryLayout::folder(const FilmSpec& film) const {
  if (film.episode) {
    return folder(demo_catalogue().show(film.episode->show)) /
           fmt::format("Season {:02}", film.episode->season);
  }
  return root_ / "Films" / fmt::format("{} ({})", file_name(film.title), film.year);
}

fs::path LibraryLayout::folder(const ShowSpec& show) const {
  return root_ / "Series" / fmt::format("{} ({})", file_name(show.title), show.year);
}

fs::path LibraryLayout::file(const FilmSpec& film) const {
  return sidecar(film, film.file_ending());
}

fs::path LibraryLayout::sidecar(const FilmSpec& film, const std::string& ending) const {
  if (!film.episode) {
    return folder(film) / fmt::format("{} ({}){}", file_name(film.title), film.year, ending);
  }
  return folder(film) / fmt::format("{} S{:02}E{:02} {}{}",
                                    file_name(demo_catalogue().show(film.episode->show).title),
                                    film.episode->season, film.episode->episode,
                                    file_name(film.title), ending);
}

std::string film_nfo(const FilmSpec& film) {
  std::string body = element("title", film.title);
  if (film.episode) {
    body += element("showtitle", demo_catalogue().show(film.episode->show).title) +
            element("season", std::to_string(film.episode->season)) +
            element("episode", std::to_string(film.episode->episode)) +
            element("aired", film.facts.premiered);
  } else {
    body += element("year", std::to_string(film.year)) + element("premiered", film.facts.premiered);
  }
  body += element("runtime", std::to_string(std::max(1, (film.duration_s + 30) / 60)));
  return document(film.episode ? "episodedetails" : "movie", body + facts_nfo(film.facts));
}

std::string show_nfo(const ShowSpec& show) {
  return document(
      "tvshow",
      element("title", show.title) + element("year", std::to_string(show.year)) +
          element("premiered", show.facts.premiered) +
          fmt::format("  <namedseason number=\"1\">{}</namedseason>\n", escaped(show.season_name)) +
          facts_nfo(show.facts));
}

std::string film_edl(const FilmSpec& film) {
  if (!film.episode) return {};
  const int credits = film.duration_s - film.credits_s;
  return fmt::format("{:.2f} {:.2f} 4\n{}.00 {}.00 5\n", kIntroFrom, kIntroTo, credits,
                     film.duration_s);
}

Result<void> write_texts(const LibraryLayout& layout, const FilmSpec& film) {
  if (auto made = make_folder(layout.folder(film)); !made) return made;
  if (auto done = write_once(layout.sidecar(film, ".nfo"), [&] { return film_nfo(film); }); !done)
    return done;
  for (const std::string language : {"en", "de"}) {
    const auto text = film_captions(film, language);
    if (text.empty()) continue;
    if (auto done = write_once(layout.sidecar(film, "." + language + ".srt"), [&] { return text; });
        !done)
      return done;
  }
  if (const auto marks = film_edl(film); !marks.empty()) {
    return write_once(layout.sidecar(film, ".edl"), [&] { return marks; });
  }
  return {};
}

Result<void> write_texts(const LibraryLayout& layout, const ShowSpec& show) {
  if (auto made = make_folder(layout.folder(show)); !made) return made;
  return write_once(layout.folder(show) / "tvshow.nfo", [&] { return show_nfo(show); });
}

Result<void> write_first_pictures(const LibraryLayout& layout, const FilmSpec& film) {
  if (!film.episode || film.episode->episode == 1) {
    const fs::path folder = film.episode ? layout.folder(demo_catalogue().show(film.episode->show))
                                         : layout.folder(film);
    if (auto done = write_once(folder / "poster.png",
                               [&] { return to_png(draw_poster(film, 0), kStored); });
        !done)
      return done;
    // A quarter of the backdrop's work: stands behind pages until that is drawn.
    if (auto done = write_once(
            folder / "landscape.png",
            [&] { return to_png(draw_backdrop(film, kStillWidth, kStillHeight), kStored); });
        !done)
      return done;
  }
  if (!film.episode) return {};
  return write_once(layout.sidecar(film, "-thumb.png"), [&] {
    return to_png(draw_backdrop(film, kStillWidth, kStillHeight), kStored);
  });
}

Result<void> write_more_pictures(const LibraryLayout& layout, const FilmSpec& film) {
  if (film.episode && film.episode->episode != 1) return {};
  const fs::path folder =
      film.episode ? layout.folder(demo_catalogue().show(film.episode->show)) : layout.folder(film);
  for (int which = 1; which < kPosters; ++which) {
    const auto path = folder / fmt::format("poster{}.png", which + 1);
    if (auto done = write_once(path, [&] { return to_png(draw_poster(film, which)); }); !done)
      return done;
  }
  return write_once(folder / "fanart.png", [&] { return to_png(draw_backdrop(film)); });
}

}  // namespace matinee::demo
