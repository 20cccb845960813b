// Goal: whatever lies in a library, a scan ends, takes what it can and names what it cannot.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "catalog/library_scan.h"

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

class BadLibrary : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-bad-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string write(const std::string& name, const std::string& content = "film") {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  static std::string reason_of(const ScanResult& result, const std::string& path) {
    const auto found = std::ranges::find(result.findings, path, &Finding::path);
    return found == result.findings.end() ? std::string() : found->reason;
  }

  fs::path root_;
};

TEST_F(BadLibrary, AnNfoOfTenMegabytesIsNamedAndItsFilmTaken) {
  write("Film (1999).mkv");
  const auto nfo = write("Film (1999).nfo", "<movie><plot>" + std::string(10'000'000, 'x'));
  const auto result = scan_path(root_.string());
  ASSERT_EQ(result.titles.size(), 1U);
  EXPECT_EQ(result.titles[0].name, "Film");
  EXPECT_TRUE(result.titles[0].is_partial);
  EXPECT_EQ(reason_of(result, nfo), "is larger than 1048576 bytes");
}

TEST_F(BadLibrary, BombsInAnNfoAreText) {
  write("A (1999).mkv");
  write("A (1999).nfo",
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;\">]><movie><title>&c;</title></movie>");
  write("B (1999).mkv");
  write("B (1999).nfo",
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        "<movie><title>&x;</title></movie>");
  const auto result = scan_path(root_.string());
  ASSERT_EQ(result.titles.size(), 2U);
  EXPECT_EQ(result.titles[0].name, "&c;");
  EXPECT_EQ(result.titles[1].name, "&x;");
}

// For root every file can be read: a link to itself cannot, whoever asks.
TEST_F(BadLibrary, WhatCannotBeReadIsNamedAndNothingIsSaidOfItsTitles) {
  write("Film.mkv");
  std::vector<std::string> closed{(root_ / "Loop.mkv").string(), (root_ / "folder").string()};
  for (const auto& path : closed) fs::create_symlink(path, path);
  if (::geteuid() != 0) {
    closed.push_back(write("Closed.mkv"));
    ASSERT_EQ(::chmod(closed.back().c_str(), 0), 0);
    write("Shut/Film.mkv");
    closed.push_back((root_ / "Shut").string());
    ASSERT_EQ(::chmod(closed.back().c_str(), 0), 0);
  }
  const auto result = scan_path(root_.string());
  EXPECT_EQ(result.titles.size(), 1U);
  for (const auto& path : closed) {
    EXPECT_TRUE(reason_of(result, path).starts_with("cannot be read: ")) << path;
    EXPECT_NE(std::ranges::find(result.end.unread, path), result.end.unread.end()) << path;
  }
  if (::geteuid() != 0) ::chmod((root_ / "Shut").c_str(), 0700);
}

TEST_F(BadLibrary, NamesInAnyScriptAreNames) {
  const std::vector<std::string> names{
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",                  // Hebrew
      "\xE2\x80\xAE\xD9\x81\xD9\x8A\xD9\x84\xD9\x85",      // Arabic behind an override
      "Ame\xCC\x81lie",                                    // a combining accent
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",      // two emoji joined
      "\xE5\x8D\x83\xE3\x81\xA8\xE5\x8D\x83\xE5\xB0\x8B",  // Japanese
      "two\nlines"};
  for (const auto& name : names) write(name + ".mkv", name);
  const std::vector<std::string> broken{write("Caf\xE9.mkv"), write("\xC0\xAF.mkv"),
                                        (root_ / "\xFF").string()};
  fs::create_directory(root_ / "\xFF");
  const auto result = scan_path(root_.string());
  EXPECT_EQ(result.titles.size(), names.size());
  for (const auto& title : result.titles) {
    EXPECT_FALSE(title.name.empty()) << title.path;
    EXPECT_EQ(title.name.find('\n'), std::string::npos) << title.path;
  }
  for (const auto& path : broken) EXPECT_EQ(reason_of(result, path), "the name is not UTF-8");
}

class SlowBadLibrary : public BadLibrary {};

TEST_F(SlowBadLibrary, AHundredThousandFilesInOneFolder) {
  constexpr int kFiles = 100'000;
  for (int i = 0; i < kFiles; ++i) {
    static constexpr std::array kEndings{".mkv", ".mkv", ".nfo", ".en.srt", ".jpg", ".ac3"};
    const auto name = "Film " + std::to_string(i / 6) + kEndings[static_cast<std::size_t>(i % 6)];
    std::ofstream(root_ / (i % 6 == 1 ? "B" + name : name)) << "x";
  }
  ScanResult result;
  const ScanSink sink{[&](FoundTitle title) -> Result<void> {
                        result.titles.push_back(std::move(title));
                        return {};
                      },
                      [&](Finding finding) { result.findings.push_back(std::move(finding)); }};
  const auto end = scan_library(root_.string(), {}, sink);
  ASSERT_TRUE(end);
  EXPECT_EQ(result.titles.size(), 33'334U);
  EXPECT_LE(result.findings.size(), ScanLimits{}.findings_max + ScanLimits{}.skipped_max);
  EXPECT_GT(end->findings_unreported, 0U);  // each .nfo is none, and each .ac3 is not taken
  EXPECT_TRUE(std::ranges::any_of(result.titles, [](const FoundTitle& title) {
    return title.sidecars.size() == 1 && title.artwork.size() == 1;
  }));
}

}  // namespace
}  // namespace matinee::catalog
