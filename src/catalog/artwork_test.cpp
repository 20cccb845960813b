// Goal: a picture's id stands for its bytes: what did not change keeps it, what changed loses it.
#include "catalog/artwork.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "catalog/titles.h"
#include "store/store_url.h"

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

class ArtworkTables : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-artwork-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "a.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    ASSERT_TRUE(Titles::migrate(*database_));
    ASSERT_TRUE(Artworks::migrate(*database_));
  }
  void TearDown() override {
    database_.reset();
    fs::remove_all(root_);
  }

  bool replace(const TitleId& title, const std::vector<FoundArtwork>& found) {
    const auto changed = artworks_.replace(*database_, title, found);
    EXPECT_TRUE(changed) << changed.error().message;
    return changed.value_or(false);
  }
  std::vector<Artwork> of(const TitleId& title) {
    auto found = artworks_.of(*database_, std::span(&title, 1));
    EXPECT_TRUE(found) << found.error().message;
    return found ? (*found)[title] : std::vector<Artwork>{};
  }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{7};
  std::unique_ptr<store::Database> database_;
  Artworks artworks_{clock_, random_};
  TitleId film_ = TitleId::generate(clock_, random_);
  FoundArtwork poster_{ArtworkKind::poster, "/f/poster.jpg", 100, 1'000};
  FoundArtwork second_{ArtworkKind::poster, "/f/poster2.jpg", 200, 1'000};
  FoundArtwork backdrop_{ArtworkKind::backdrop, "/f/fanart.jpg", 300, 1'000};
};

TEST_F(ArtworkTables, WhatChangesAPictureChangesTheVersionOfItsTitle) {
  Titles titles(clock_, random_);
  FoundTitle found;
  found.path = "/f/film.mkv";
  found.name = "Film";
  const auto film = titles.add(*database_, found)->title.id;
  auto last = titles.find(*database_, film)->changed_seq;
  const auto has_grown = [&] {
    const auto now = titles.find(*database_, film)->changed_seq;
    return std::exchange(last, now) < now;
  };
  EXPECT_TRUE(replace(film, {poster_}));
  EXPECT_TRUE(has_grown());
  EXPECT_FALSE(replace(film, {poster_}));
  EXPECT_FALSE(has_grown());
  const auto id = of(film).front().id;
  EXPECT_TRUE(artworks_.measured(*database_, id, {200, 300, "LEHV6nWB2yk8", ""}));
  EXPECT_TRUE(has_grown());
  EXPECT_TRUE(artworks_.broken(*database_, id, "no picture"));
  EXPECT_TRUE(has_grown());
  EXPECT_TRUE(artworks_.set_still(*database_, film, {640, 360, "LEHV6nWB2yk8", "an object"}));
  EXPECT_TRUE(has_grown());
}

TEST_F(ArtworkTables, SameFilesKeepTheirIdsAndWhatIsKnownOfThem) {
  EXPECT_TRUE(replace(film_, {poster_, second_, backdrop_}));
  const auto before = of(film_);
  ASSERT_EQ(before.size(), 3U);
  const auto id = shown_artwork(before).poster->id;
  ASSERT_TRUE(artworks_.measured(*database_, id, {600, 900, "LEHV6nWB2yk8", "ab"}));
  EXPECT_FALSE(replace(film_, {poster_, second_, backdrop_}));
  const auto found = artworks_.find(*database_, id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), (PictureSize{600, 900}));
  EXPECT_EQ(found->blurhash, "LEHV6nWB2yk8");
  EXPECT_EQ(found->object_id, "ab");
}

TEST_F(ArtworkTables, AChangedFileIsANewPicture) {
  replace(film_, {poster_});
  const auto old = of(film_).front().id;
  ASSERT_TRUE(artworks_.keep_derivative(*database_, old, {480, "webp", "cd", 9}));
  poster_.modified_ms = 2'000;
  EXPECT_TRUE(replace(film_, {poster_}));
  ASSERT_EQ(of(film_).size(), 1U);
  EXPECT_NE(of(film_).front().id, old);
  EXPECT_EQ(artworks_.find(*database_, old).error().code, ErrorCode::not_found);
  EXPECT_FALSE(artworks_.derivative(*database_, old, 480, "webp"));
  // What is finished late for a picture that has gone is not kept.
  EXPECT_TRUE(artworks_.keep_derivative(*database_, old, {480, "webp", "cd", 9}));
  EXPECT_FALSE(artworks_.derivative(*database_, old, 480, "webp"));
  EXPECT_TRUE(replace(film_, {}));
  EXPECT_TRUE(of(film_).empty());
}

TEST_F(ArtworkTables, AnotherOrderKeepsIdsAndShowsAnotherFirst) {
  replace(film_, {poster_, second_});
  const auto first = shown_artwork(of(film_)).poster->id;
  EXPECT_TRUE(replace(film_, {second_, poster_}));
  const auto now = of(film_);
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now.front().source_path, "/f/poster2.jpg");
  EXPECT_EQ(now.back().id, first);
}

TEST_F(ArtworkTables, TheFilmsOwnPictureStaysAndHelpsOut) {
  const auto still = artworks_.set_still(*database_, film_, {640, 360, "L0", "ef"});
  ASSERT_TRUE(still);
  replace(film_, {poster_});
  replace(film_, {poster_});
  auto all = of(film_);
  EXPECT_EQ(shown_artwork(all).landscape->id, *still);
  EXPECT_EQ(shown_artwork(all).backdrop->id, *still);
  EXPECT_EQ(shown_artwork(all).poster->source_path, "/f/poster.jpg");
  // The same picture made again is the same; another is another.
  EXPECT_EQ(artworks_.set_still(*database_, film_, {640, 360, "L0", "ef"}).value(), *still);
  EXPECT_NE(artworks_.set_still(*database_, film_, {640, 360, "L1", "gh"}).value(), *still);
  ASSERT_EQ(of(film_).size(), 2U);
  replace(film_, {poster_, backdrop_});
  all = of(film_);
  EXPECT_EQ(shown_artwork(all).backdrop->source_path, "/f/fanart.jpg");
}

TEST_F(ArtworkTables, ABrokenFileIsNotShown) {
  replace(film_, {poster_, second_});
  const auto first = shown_artwork(of(film_)).poster->id;
  ASSERT_TRUE(artworks_.broken(*database_, first, "it is no picture"));
  EXPECT_EQ(shown_artwork(of(film_)).poster->source_path, "/f/poster2.jpg");
}

TEST_F(ArtworkTables, ManyTitlesAreReadAtOnceAndFilesHaveALimit) {
  std::vector<TitleId> titles;
  ASSERT_TRUE(database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    for (int i = 0; i < 1'200; ++i) {
      titles.push_back(TitleId::generate(clock_, random_));
      EXPECT_TRUE(artworks_.replace(sql, titles.back(), std::span(&poster_, 1)));
    }
    return {};
  }));
  const auto found = artworks_.of(*database_, titles);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), titles.size());
  std::vector<FoundArtwork> many;
  for (std::size_t i = 0; i <= kArtworksPerTitleMax; ++i) {
    many.push_back({ArtworkKind::backdrop, "/f/" + std::to_string(i), 1, 1});
  }
  replace(film_, many);
  EXPECT_EQ(of(film_).size(), kArtworksPerTitleMax);
}

}  // namespace
}  // namespace matinee::catalog
