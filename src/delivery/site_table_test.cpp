// Goal: an address belongs to the site of the longest prefix that holds it, as a scan of all lines
// would find; a file with a mistake is refused with its line.
#include "delivery/site_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace matinee::delivery {
namespace {

std::string site_of(const SiteTable& table, std::string_view address) {
  const auto match = table.find(address);
  return match ? fmt::format("{}/{}", table.sites().at(match->site).name, match->length) : "-";
}

TEST(SiteTable, TheLongestPrefixWins) {
  const auto table = SiteTable::parse(
      "# networks of the house\n"
      "site ams 52.37 4.90\n"
      "site fra 50.11 8.68\r\n"
      "\n"
      "site lab  # no place\n"
      "10.0.0.0/8\tams\n"
      "10.1.0.0/16 fra#near\n"
      "10.1.255.0/24 lab\n"
      "203.0.113.7 lab\n"
      "2001:db8::/32 ams\n"
      "2001:db8:1::/48 fra\n"
      "255.255.255.255/32 lab");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->prefix_count(), 7U);
  struct Case {
    const char* address;
    const char* site;
  };
  for (const Case& each : std::vector<Case>{{"10.0.0.0", "ams/8"},
                                            {"9.255.255.255", "-"},
                                            {"10.0.255.255", "ams/8"},
                                            {"10.1.0.0", "fra/16"},
                                            {"10.1.254.255", "fra/16"},
                                            {"10.1.255.9", "lab/24"},
                                            {"10.2.0.0", "ams/8"},
                                            {"10.255.255.255", "ams/8"},
                                            {"11.0.0.0", "-"},
                                            {"203.0.113.7", "lab/32"},
                                            {"203.0.113.8", "-"},
                                            {"::ffff:10.1.2.3", "fra/16"},
                                            {"2001:db8::1", "ams/32"},
                                            {"2001:db8:1:ffff::9", "fra/48"},
                                            {"2001:db8:2::", "ams/32"},
                                            {"2001:db9::", "-"},
                                            {"255.255.255.255", "lab/32"},
                                            {"unix", "-"},
                                            {"", "-"}}) {
    EXPECT_EQ(site_of(*table, each.address), each.site) << each.address;
  }
}

TEST(SiteTable, AnEmptyFileKnowsNobody) {
  const auto table = SiteTable::parse("");
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->sites().empty());
  EXPECT_FALSE(table->find("10.0.0.1"));
  EXPECT_TRUE(table->near(GeoPoint{1, 2}).empty());
}

TEST(SiteTable, MistakesAreToldWithTheirLine) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::string site = "site a\n";
  for (const Case& each : std::vector<Case>{
           {"site a 91 0", "line 1: \"91\" is no latitude: degrees from -90 to 90"},
           {"site a nan 0", "line 1: \"nan\" is no latitude: degrees from -90 to 90"},
           {"site a 0 181", "line 1: \"181\" is no longitude: degrees from -180 to 180"},
           {"site a 1", "line 1: a site is: site NAME, or: site NAME LATITUDE LONGITUDE"},
           {"site A", "line 1: \"A\" is no name of a site"},
           {site + "\nsite a", "line 3: the site a stands here for the second time"},
           {site + "10.0.0.0/8 b", "line 2: there is no site \"b\" above this line"},
           {"10.0.0.0/8 a\nsite a", "line 1: there is no site \"a\" above this line"},
           {site + "10.0.0.0/33 a", "line 2: \"10.0.0.0/33\": the length is 0 to 32"},
           {site + "10.0.0.0/-1 a", "line 2: \"10.0.0.0/-1\": the length is 0 to 32"},
           {site + "10.0.0.0/ a", "line 2: \"10.0.0.0/\": the length is 0 to 32"},
           {site + "2001:db8::/65 a", "line 2: \"2001:db8::/65\": the length is 0 to 64"},
           {site + "2001:db8::1 a", "line 2: \"2001:db8::1\" has bits beyond its length"},
           {site + "10.0.0.1/8 a", "line 2: \"10.0.0.1/8\" has bits beyond its length"},
           {site + "10.0.0.0/8", "line 2: a network is: PREFIX SITE, as 203.0.113.0/24 ams"},
           {site + "ten a", "line 2: \"ten\" is neither \"site\" nor an IPv4 or IPv6 network"},
           {site + "10.0.0.0/8 a\n9.0.0.0/8 a\n10.0.0.0/8 a",
            "line 4: the network of line 2 stands here for the second time"},
           {site + std::string(257, ' '), "line 2: longer than 256 bytes"},
       }) {
    const auto table = SiteTable::parse(each.text);
    ASSERT_FALSE(table) << each.text;
    EXPECT_EQ(table.error().code, ErrorCode::invalid);
    EXPECT_TRUE(table.error().message.starts_with(each.message)) << table.error().message;
  }
}

// Against a scan of all prefixes, in a small space so that they nest and touch.
TEST(SiteTable, AgreesWithAScanOfAllLines) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    std::string text = "site s0\nsite s1\nsite s2\n";
    struct Line {
      std::uint32_t start;
      unsigned length;
      unsigned site;
    };
    std::vector<Line> lines;
    for (int i = 0; i < 40; ++i) {
      const auto length = static_cast<unsigned>(22 + random() % 11);
      const std::uint32_t mask = ~std::uint32_t{0} << (32 - length);
      const bool at_end = random() % 2 == 0;
      const std::uint32_t base = at_end ? 0xFFFFFC00U : 0x0A000000U;
      const Line line{(base | static_cast<std::uint32_t>(random() % 1024)) & mask, length,
                      static_cast<unsigned>(random() % 3)};
      if (std::ranges::any_of(lines, [&](const Line& other) {
            return other.start == line.start && other.length == line.length;
          })) {
        continue;
      }
      lines.push_back(line);
      text += fmt::format("{}.{}.{}.{}/{} s{}\n", line.start >> 24U, line.start >> 16U & 255U,
                          line.start >> 8U & 255U, line.start & 255U, length, line.site);
    }
    const auto table = SiteTable::parse(text);
    ASSERT_TRUE(table) << table.error().message;
    for (const std::uint32_t base : {0x0A000000U, 0xFFFFFC00U}) {
      for (std::uint32_t low = 0; low < 1024; ++low) {
        const std::uint32_t address = base | low;
        const Line* best = nullptr;
        for (const Line& line : lines) {
          const bool holds = (address & ~std::uint32_t{0} << (32 - line.length)) == line.start;
          if (holds && (best == nullptr || line.length > best->length)) best = &line;
        }
        const auto expected = best ? fmt::format("s{}/{}", best->site, best->length) : "-";
        ASSERT_EQ(site_of(*table, fmt::format("{}.{}.{}.{}", address >> 24U, address >> 16U & 255U,
                                              address >> 8U & 255U, address & 255U)),
                  expected)
            << "seed " << seed << "\n"
            << text;
      }
    }
  }
}

TEST(SiteTable, NearSitesComeNearestFirst) {
  const auto table = SiteTable::parse(
      "site ams 52.37 4.90\nsite syd -33.87 151.21\nsite fra 50.11 8.68\nsite lab\n");
  ASSERT_TRUE(table);
  const auto near = table->near(SiteIndex{0});
  ASSERT_EQ(near.size(), 4U);
  EXPECT_EQ(near[0], (NearSite{0, kSameSiteRttMs}));
  EXPECT_EQ(near[1].site, 2U);  // 365 km
  EXPECT_NEAR(near[1].rtt_ms, 7.5, 0.3);
  EXPECT_EQ(near[2], (NearSite{3, kUnknownRttMs}));
  EXPECT_EQ(near[3].site, 1U);
  EXPECT_NEAR(near[3].rtt_ms, 252, 3);
  EXPECT_EQ(table->near(SiteIndex{3})[0].site, 3U);
  const auto paris = table->near(GeoPoint{48.86, 2.35});
  EXPECT_EQ(paris[0].site, 0U);
  EXPECT_EQ(paris[1].site, 2U);
}

}  // namespace
}  // namespace matinee::delivery
