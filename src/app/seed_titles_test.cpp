// Goal: made-up libraries are the same each time, in many scripts, and what is known of a title
// could be of a real one.
#include "app/seed_titles.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "catalog/plain_text.h"

namespace matinee::app {
namespace {

TEST(SeedTitles, AreTheSameEachTime) {
  SeedTitles one(7);
  SeedTitles other(7);
  SeedTitles different(8);
  int alike = 0;
  for (int i = 0; i < 200; ++i) {
    const auto title = one.next();
    const auto same = other.next();
    EXPECT_EQ(title.name, same.name);
    EXPECT_EQ(title.path, same.path);
    EXPECT_EQ(title.facts, same.facts);
    alike += title.name == different.next().name ? 1 : 0;
  }
  EXPECT_LT(alike, 50);
}

TEST(SeedTitles, CouldBeReal) {
  SeedTitles titles(1);
  std::set<std::string> paths;
  int beyond_ascii = 0;
  for (int i = 0; i < 2'000; ++i) {
    const auto title = titles.next();
    EXPECT_TRUE(paths.insert(title.path).second);
    EXPECT_TRUE(catalog::is_utf8(title.name));
    EXPECT_FALSE(title.name.empty());
    EXPECT_FALSE(title.facts.cast.empty());
    auto limited = title.facts;
    catalog::limit_facts(limited);
    EXPECT_EQ(limited.cast, title.facts.cast);
    EXPECT_EQ(limited.maturity, title.facts.maturity);
    for (const char c : title.name) {
      if (static_cast<unsigned char>(c) < 0x80) continue;
      ++beyond_ascii;
      break;
    }
  }
  EXPECT_GT(beyond_ascii, 400);
}

}  // namespace
}  // namespace matinee::app
