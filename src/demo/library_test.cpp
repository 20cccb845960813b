// Goal: the demo's library is one that Kodi would know: names, .nfo, marks, captions and pictures,
// the same each time, and nothing is drawn twice.
#include "demo/library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "demo/draw/png.h"
#include "demo/posters.h"

namespace matinee::demo {
namespace {

namespace fs = std::filesystem;

class DemoLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "matinee-demo-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  static std::string text_of(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
  }
  static const FilmSpec& film(std::string_view id) {
    const auto& films = demo_catalogue().films;
    return *std::ranges::find(films, id, &FilmSpec::id);
  }

  fs::path root_;
};

TEST_F(DemoLibrary, LiesAsKodiHasIt) {
  const LibraryLayout layout("/l");
  EXPECT_EQ(layout.file(film("first-light")), "/l/Films/First Light (2026)/First Light (2026).mp4");
  EXPECT_EQ(layout.file(film("eastbound-615")),
            "/l/Films/Eastbound 6.15 (2023)/Eastbound 6.15 (2023).mp4");
  EXPECT_EQ(layout.file(film("rose-window")), "/l/Films/Rose Window (2019)/Rose Window (2019).mkv");
  EXPECT_EQ(
      layout.file(film("night-porters-2")),
      "/l/Series/The Night Porters (2026)/Season 01/The Night Porters S01E02 Lost Property.mp4");
}

TEST_F(DemoLibrary, TellsEverythingInItsTexts) {
  const auto nfo = film_nfo(film("ember-and-ice"));
  EXPECT_NE(nfo.find("<title>Ember &amp; Ice</title>"), std::string::npos);
  EXPECT_NE(nfo.find("<mpaa>FSK 0</mpaa>"), std::string::npos);
  EXPECT_NE(nfo.find("<premiered>2025-08-14</premiered>"), std::string::npos);
  EXPECT_NE(nfo.find("<name>Warm</name>\n    <role>Herself</role>"), std::string::npos);
  const auto episode = film_nfo(film("night-porters-3"));
  EXPECT_NE(episode.find("<episodedetails>"), std::string::npos);
  EXPECT_NE(episode.find("<episode>3</episode>"), std::string::npos);
  EXPECT_EQ(film_edl(film("night-porters-1")), "3.00 12.00 4\n168.00 180.00 5\n");
  EXPECT_TRUE(film_edl(film("first-light")).empty());
  EXPECT_NE(show_nfo(night_porters()).find("<namedseason number=\"1\">The Rainy Season"),
            std::string::npos);
}

TEST_F(DemoLibrary, IsWrittenOnce) {
  const LibraryLayout layout(root_);
  const auto& first = film("first-light");
  ASSERT_TRUE(write_texts(layout, first));
  ASSERT_TRUE(write_texts(layout, night_porters()));
  EXPECT_EQ(text_of(layout.sidecar(first, ".nfo")), film_nfo(first));
  EXPECT_EQ(text_of(layout.sidecar(first, ".de.srt")), film_captions(first, "de"));
  std::ofstream(layout.sidecar(first, ".nfo")) << "mine";
  ASSERT_TRUE(write_texts(layout, first));
  EXPECT_EQ(text_of(layout.sidecar(first, ".nfo")), "mine");
  ASSERT_TRUE(write_first_pictures(layout, first));
  const auto poster = text_of(layout.folder(first) / "poster.png");
  EXPECT_TRUE(poster.starts_with("\x89PNG\r\n\x1A\n"));
  EXPECT_EQ(poster, to_png(draw_poster(first, 0), 0)) << "the same each time";
  EXPECT_TRUE(fs::exists(layout.folder(first) / "landscape.png"));
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".part")) << entry.path();
  }
}

TEST_F(DemoLibrary, PostersOfATitleAreThreeDifferentOnes) {
  const auto& first = film("first-light");
  const auto poster = [&](int which) { return to_png(draw_poster(first, which, 96, 144)); };
  EXPECT_NE(poster(0), poster(1));
  EXPECT_NE(poster(1), poster(2));
  EXPECT_NE(poster(0), to_png(draw_backdrop(first, 96, 144)));
}

}  // namespace
}  // namespace matinee::demo
