// Goal: a library that an older Matinee wrote opens with everything in it.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

#include "catalog/titles.h"
#include "store/store_url.h"

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

// The first schema that was released; never to be changed.
constexpr std::array kFirst{store::Migration{1, R"sql(
CREATE TABLE titles (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  year BIGINT,
  source_path TEXT NOT NULL,
  source_bytes BIGINT NOT NULL,
  source_modified_ms BIGINT NOT NULL,
  sampled_hash TEXT NOT NULL,
  sidecars TEXT NOT NULL,
  state TEXT NOT NULL,
  progress DOUBLE PRECISION NOT NULL,
  duration_ms BIGINT NOT NULL,
  package_id TEXT NOT NULL,
  package_version BIGINT NOT NULL,
  published_parts TEXT NOT NULL,
  poster_object TEXT NOT NULL,
  error TEXT NOT NULL,
  notes TEXT NOT NULL,
  work_total DOUBLE PRECISION NOT NULL,
  estimate_cpu_seconds DOUBLE PRECISION NOT NULL,
  estimate_bytes BIGINT NOT NULL,
  added_ms BIGINT NOT NULL
);
CREATE INDEX titles_by_added ON titles (added_ms, id);
CREATE INDEX titles_by_content ON titles (sampled_hash);
CREATE INDEX titles_by_state ON titles (state);
)sql"}};

TEST(TitlesMigration, TheFirstSchemaIsBroughtForward) {
  std::string pattern = (fs::temp_directory_path() / "matinee-titles-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path root = pattern;
  SystemFiles files;
  FakeClock clock(from_ms(1'772'366'400'000));
  SeededRandom random(7);
  auto database =
      store::open_database(store::store_url("sqlite", root / "t.db"), {files, clock, random});
  ASSERT_TRUE(database) << database.error().message;
  ASSERT_TRUE((*database)->migrate("catalog", kFirst));
  std::vector<TitleId> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(TitleId::generate(clock, random));
    const auto written = (*database)->execute(
        "INSERT INTO titles VALUES (?, 'film', ?, 1946, ?, 4, 1000, ?, "
        R"('[{"path":"/f/a.en.srt","language":"en","forced":false,"hearing_impaired":true}]', )"
        "'ready', 1, 4000, 'package', 2, 'v360', 'poster', '', '[\"a note\"]', 1, 2, 3, ?)",
        {ids.back().to_string(), "Film " + std::to_string(i), "/f/" + std::to_string(i) + ".mkv",
         "hash" + std::to_string(i), 1'000 + i});
    ASSERT_TRUE(written) << written.error().message;
  }

  ASSERT_TRUE(Titles::migrate(**database));
  ASSERT_TRUE(Titles::migrate(**database));  // again changes nothing
  Titles titles(clock, random);
  const auto title = titles.find(**database, ids[1], {});
  ASSERT_TRUE(title) << title.error().message;
  EXPECT_EQ(title->name, "Film 1");
  EXPECT_EQ(title->kind, TitleKind::film);
  EXPECT_TRUE(title->playable());
  EXPECT_TRUE(title->parent_id.is_nil());
  EXPECT_FALSE(title->announced || title->is_missing() || title->maturity);
  EXPECT_EQ(title->sidecars.size(), 1U);
  const auto page = titles.list(**database, {}, {});
  ASSERT_EQ(page->titles.size(), 3U);
  EXPECT_EQ(page->titles[0].id, ids[2]);
  EXPECT_TRUE(titles.list(**database, {}, {.maturity_max = 18})->titles.empty());  // unrated
  const auto changed = titles.changed_since(**database, 1, 10);
  ASSERT_EQ(changed->size(), 2U);  // each has a number of its own
  EXPECT_EQ(changed->front().id, ids[1]);
  TitleFacts facts;
  facts.maturity = 12;
  ASSERT_TRUE(titles.set_facts(**database, ids[1], facts));
  EXPECT_EQ(titles.list(**database, {}, {.maturity_max = 18})->titles.size(), 1U);
  // A scan finds it again, with what it knows of it.
  FoundTitle found{.path = "/f/1.mkv", .fingerprint = {4, 1000, ""}};
  found.facts.plot = "A plot.";
  const auto added = titles.add(**database, found);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->title.id, ids[1]);
  EXPECT_EQ(added->title.fingerprint.sampled_hash, "hash1");
  database->reset();
  fs::remove_all(root);
}

}  // namespace
}  // namespace matinee::catalog
