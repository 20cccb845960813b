// Goal: everything that the demo draws is there to be looked at: reports/demo-contact-sheet.png.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "demo/contact_sheet.h"
#include "demo/draw/png.h"

namespace matinee::demo {
namespace {

TEST(SlowContactSheet, IsDrawnForPeopleWhoLook) {
  const Picture sheet = contact_sheet(demo_catalogue());
  const std::string png = to_png(sheet);
  EXPECT_TRUE(png.starts_with("\x89PNG"));
  // Tests run in their own folder of the build; reports lie at its top, and of all presets in
  // build/.
  std::filesystem::path folder = std::filesystem::current_path();
  while (folder.filename() != "build" && folder.has_relative_path()) folder = folder.parent_path();
  if (folder.filename() != "build") GTEST_SKIP() << "not in a build folder: the sheet is not kept";
  std::filesystem::create_directories(folder / "reports");
  std::ofstream(folder / "reports" / "demo-contact-sheet.png", std::ios::binary) << png;
  EXPECT_GT(std::filesystem::file_size(folder / "reports" / "demo-contact-sheet.png"), 100'000U);
}

}  // namespace
}  // namespace matinee::demo
