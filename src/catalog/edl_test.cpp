// Goal: an edit decision list marks intro and credits, and odd lines nothing.
#include "catalog/edl.h"

#include <gtest/gtest.h>

namespace matinee::catalog {
namespace {

TEST(Edl, IntroAndCredits) {
  EXPECT_EQ(parse_edl("0 12.5 4\n3.0\t4.0\t3\r\n0:02:50 0:03:00.5 5\r\n"),
            (std::vector<Marker>{{MarkerKind::intro, 0, 12'500},
                                 {MarkerKind::credits, 170'000, 180'500}}));
}

TEST(Edl, OddLinesMarkNothing) {
  EXPECT_TRUE(parse_edl("").empty());
  EXPECT_TRUE(parse_edl("## a comment\n5 1 4\nx y 4\n-1 2 4\n1e99 2e99 4\n1:2:3:4 9 4\n1 2\n1 2 x")
                  .empty());
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += std::to_string(i) + " " + std::to_string(i + 1) + " 4\n";
  EXPECT_EQ(parse_edl(many).size(), kMarkersMax);
}

}  // namespace
}  // namespace matinee::catalog
