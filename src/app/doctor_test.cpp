// Goal: what keeps a service from running well is found and has an advice.
#include "app/doctor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

TEST(Doctor, DiskAndClock) {
  EXPECT_EQ(check_disk("/", 500'000'000).health, Health::problem);
  EXPECT_EQ(check_disk("/", 5'000'000'000).health, Health::warning);
  EXPECT_EQ(check_disk("/", 500'000'000'000).health, Health::good);
  const Instant now = from_ms(1'790'000'000'000);
  EXPECT_EQ(check_clock(now, now).health, Health::good);
  EXPECT_EQ(check_clock(from_ms(0), from_ms(0)).health, Health::problem);
  EXPECT_EQ(check_clock(now, now + std::chrono::hours{48}).health, Health::problem);
}

TEST(Doctor, SecretsAreForTheirOwner) {
  std::string pattern = (fs::temp_directory_path() / "matinee-doctor-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path root = pattern;
  EXPECT_EQ(check_secrets(root / "none").health, Health::good);
  std::ofstream(root / "key") << "secret";
  ASSERT_EQ(::chmod((root / "key").c_str(), 0600), 0);
  EXPECT_EQ(check_secrets(root).health, Health::good);
  ASSERT_EQ(::chmod((root / "key").c_str(), 0640), 0);
  const auto check = check_secrets(root);
  EXPECT_EQ(check.health, Health::problem);
  EXPECT_NE(check.advice.find("chmod"), std::string::npos);
  fs::remove_all(root);
}

TEST(Doctor, EverythingIsLookedAtAndWhatIsWrongHasAnAdvice) {
  std::string pattern = (fs::temp_directory_path() / "matinee-doctor-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  Config config;
  config.home = fs::path(pattern) / "home";
  config.listen = "nonsense";
  config.codec = "/nowhere/matinee-codec";
  config.web_dir = "/nowhere/web";
  config.tls.certificate = "/nowhere/a.pem";
  std::vector<std::string> problems;
  for (const auto& check : examine(config, SystemClock())) {
    EXPECT_EQ(check.advice.empty(), check.health == Health::good) << check.name;
    if (check.health == Health::problem) problems.push_back(check.name);
  }
  for (const char* name : {"port", "certificate", "matinee-codec", "web app"}) {
    EXPECT_NE(std::ranges::find(problems, name), problems.end()) << name;
  }
  EXPECT_FALSE(fs::exists(config.home));  // nothing was made
  fs::remove_all(pattern);
}

}  // namespace
}  // namespace matinee::app
