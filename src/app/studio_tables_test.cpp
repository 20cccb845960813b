// Goal: a terminal shows what the studio knows, also of answers that lack a member.
#include "app/studio_tables.h"

#include <gtest/gtest.h>

namespace matinee::app {
namespace {

TEST(StudioTables, SizesAndTimes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1'500'000'000), "1.5 GB");
  EXPECT_EQ(time_text(1'772'366'400'000), "2026-03-01 12:00:00");
}

TEST(StudioTables, TitlesAndJobsAreALineEach) {
  const Json page{{"titles", Json::array({{{"id", "01"},
                                           {"state", "failed"},
                                           {"progress", 0.5},
                                           {"name", "Salt"},
                                           {"year", 1998},
                                           {"message", "no video"},
                                           {"notes", {"poster: none"}}}})},
                  {"counts", {{"failed", 1}}},
                  {"next_cursor", nullptr}};
  EXPECT_EQ(titles_table(page),
            "01  failed     50 %  Salt (1998): no video  [1 not made]\n1 failed\n");
  const Json jobs{{"jobs", Json::array({{{"id", "02"},
                                         {"state", "leased"},
                                         {"progress", 0.25},
                                         {"step", "encode/v360/0"},
                                         {"title_name", "Salt"},
                                         {"attempts", 2},
                                         {"attempts_max", 3},
                                         {"speed", 1.5},
                                         {"worker", "media-1"}}})},
                  {"counts", {{"leased", 1}}}};
  EXPECT_EQ(jobs_table(jobs),
            "02  leased   25 %  encode/v360/0             Salt  try 2 of 3  1.5x  media-1\n"
            "1 leased\n");
}

TEST(StudioTables, AnAnswerOfAnotherVersionStopsNothing) {
  for (const Json& odd : {Json(nullptr), Json::object(), Json::array(), Json{{"titles", 5}},
                          Json{{"log", {1, 2}}, {"stages", {nullptr}}, {"work", {"x"}}}}) {
    titles_table(odd);
    title_text(odd);
    jobs_table(odd);
    storage_text(odd);
    library_text(odd);
  }
}

}  // namespace
}  // namespace matinee::app
