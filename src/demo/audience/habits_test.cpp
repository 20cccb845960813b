// Goal: over a year, the audience watches what it likes, when it likes, goes on where it stopped,
// and finishes what it would; the same seed gives the same year.
#include "demo/audience/habits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kYearMs = 365 * 24 * kHourMs;
// A year in which rests are twenty times as long as in a demo: as many sittings as a person
// has.
constexpr std::int64_t kSlower = 20;

std::vector<Watchable> watchables() {
  std::vector<Watchable> titles;
  for (const FilmSpec& film : demo_catalogue().films) {
    titles.push_back({film.id, film.facts.genres, film.duration_s * std::int64_t{1000}});
  }
  return titles;
}

struct Year {
  std::vector<Sitting> sittings;
  std::map<int, int> begun_at;  // by hour
  int resumed = 0;
  int finished = 0;
};

Year live(const AudienceMember& member, std::uint32_t seed) {
  const auto titles = watchables();
  Dice dice(seed);
  Memory memory;
  Year year;
  std::int64_t now = 0;
  while (now < kYearMs) {
    const int hour = static_cast<int>(now / kHourMs % 24);
    const NextStep step = next_step(member, memory, titles, hour, dice);
    EXPECT_GT(step.rest.count(), 0);
    now += step.rest.count() * kSlower;
    if (!step.sitting) continue;
    const Sitting& sitting = *step.sitting;
    const auto title = std::ranges::find(titles, sitting.title_id, &Watchable::id);
    EXPECT_NE(title, titles.end());
    EXPECT_TRUE(0 <= sitting.from_ms && sitting.from_ms < sitting.until_ms &&
                sitting.until_ms <= title->duration_ms)
        << sitting.title_id << ' ' << sitting.from_ms << ' ' << sitting.until_ms;
    const auto seen = memory.find(sitting.title_id);
    if (sitting.from_ms > 0) {
      EXPECT_NE(seen, memory.end());
      EXPECT_EQ(sitting.from_ms, seen->second.position_ms) << "goes on where it stopped";
      ++year.resumed;
    }
    year.finished += sitting.finishes ? 1 : 0;
    ++year.begun_at[hour];
    now += sitting.until_ms - sitting.from_ms + sitting.pause_ms;
    remember(memory, sitting);
    year.sittings.push_back(sitting);
  }
  return year;
}

TEST(Habits, AYearIsLivedByTasteHourAndPatience) {
  const auto titles = watchables();
  for (const AudienceMember& member : make_audience(8, 1)) {
    Year year = live(member, 77);
    ASSERT_GT(year.sittings.size(), 1'000U) << member.name;
    const auto likes = [&](const std::string& id) {
      const auto title = std::ranges::find(titles, id, &Watchable::id);
      return std::ranges::any_of(title->genres, [&](const auto& genre) {
        const auto found = member.taste.find(genre);
        return found != member.taste.end() && found->second > 2;
      });
    };
    const auto liked_titles = std::ranges::count_if(titles, likes, &Watchable::id);
    const auto liked = std::ranges::count_if(year.sittings, likes, &Sitting::title_id);
    EXPECT_GT(static_cast<double>(liked) / static_cast<double>(year.sittings.size()),
              1.2 * static_cast<double>(liked_titles) / static_cast<double>(titles.size()))
        << member.name;
    const double finished =
        static_cast<double>(year.finished) / static_cast<double>(year.sittings.size());
    EXPECT_NEAR(finished, member.completion, 0.06) << member.name;
    EXPECT_GT(year.resumed, 50) << member.name;
    EXPECT_GT(year.begun_at.at(member.prime_hour), 2 * year.begun_at[(member.prime_hour + 12) % 24])
        << member.name;
  }
}

TEST(Habits, TheSameSeedLivesTheSameYear) {
  const auto member = make_audience(3, 9).back();
  const Year first = live(member, 5);
  const Year second = live(member, 5);
  ASSERT_EQ(first.sittings.size(), second.sittings.size());
  for (std::size_t i = 0; i < first.sittings.size(); ++i) {
    EXPECT_EQ(first.sittings[i].title_id, second.sittings[i].title_id);
    EXPECT_EQ(first.sittings[i].until_ms, second.sittings[i].until_ms);
  }
  const auto ends = [](const Year& year) {
    std::vector<std::int64_t> out;
    for (const Sitting& sitting : year.sittings) out.push_back(sitting.until_ms);
    return out;
  };
  EXPECT_NE(ends(live(member, 6)), ends(first));
}

TEST(Habits, AnAudienceGrowsByMembersWhoHaveNamesOfTheirOwn) {
  const auto few = make_audience(4, 3);
  const auto many = make_audience(1'000, 3);
  ASSERT_EQ(many.size(), static_cast<std::size_t>(kAudienceMax));
  std::set<std::string> names;
  for (const auto& member : many) EXPECT_TRUE(names.insert(member.name).second) << member.name;
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i].name, many[i].name);
    EXPECT_EQ(few[i].taste, many[i].taste);
  }
  EXPECT_TRUE(make_audience(0, 3).empty());
}

TEST(Habits, WithNothingToWatchThereIsOnlyRest) {
  Dice dice(1);
  const auto step = next_step(make_audience(1, 1).front(), {}, {}, 20, dice);
  EXPECT_FALSE(step.sitting);
  EXPECT_GT(step.rest.count(), 0);
}

}  // namespace
}  // namespace matinee::demo
