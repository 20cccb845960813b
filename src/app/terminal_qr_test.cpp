// Goal: the code on the terminal is square, has its quiet zone, and holds the text it was given.
#include "app/terminal_qr.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace matinee::app {
namespace {

// The modules of a drawn code, by lines; true is dark.
std::vector<std::vector<bool>> modules_of(const std::string& drawn) {
  std::vector<std::vector<bool>> modules;
  std::istringstream lines(drawn);
  for (std::string line; std::getline(lines, line);) {
    std::vector<bool> upper;
    std::vector<bool> lower;
    const std::size_t begin = line.find('m') + 1;
    for (std::size_t i = begin; i < line.size() && line[i] != '\x1b';) {
      const bool is_block = line[i] != ' ';
      const std::string sign = line.substr(i, is_block ? 3 : 1);
      upper.push_back(sign == "█" || sign == "▀");
      lower.push_back(sign == "█" || sign == "▄");
      i += sign.size();
    }
    modules.push_back(upper);
    modules.push_back(lower);
  }
  return modules;
}

TEST(TerminalQr, IsSquareWithFindersInAQuietZone) {
  const auto modules =
      modules_of(terminal_qr("http://192.168.1.20:8080/claim#" + std::string(43, 'A')));
  ASSERT_FALSE(modules.empty());
  const std::size_t side = modules.front().size();
  EXPECT_GE(modules.size(), side);
  EXPECT_LE(modules.size(), side + 1);
  for (std::size_t i = 0; i < side; ++i) {
    for (std::size_t edge = 0; edge < 4; ++edge) {
      EXPECT_FALSE(modules[edge][i]);
      EXPECT_FALSE(modules[i][edge]);
      EXPECT_FALSE(modules[i][side - 1 - edge]);
    }
  }
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_TRUE(modules[4][4 + i]) << "the first finder's edge";
    EXPECT_TRUE(modules[4 + i][4]);
    EXPECT_TRUE(modules[4][side - 5 - i]);
  }
  EXPECT_FALSE(modules[5][5]);
}

TEST(TerminalQr, IsNothingForWhatNoCodeHolds) {
  EXPECT_EQ(terminal_qr(std::string(5'000, 'x')), "");
  EXPECT_NE(terminal_qr("a"), terminal_qr("b"));
}

}  // namespace
}  // namespace matinee::app
