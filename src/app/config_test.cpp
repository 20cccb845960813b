// Goal: a configuration file sets what it names, and a misspelt key or a wrong value is refused by
// name instead of being ignored.
#include "app/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace matinee::app {
namespace {

class ConfigTest : public testing::Test {
 protected:
  ~ConfigTest() override { std::filesystem::remove(file_); }
  Result<void> read(const std::string& text) {
    std::ofstream(file_) << text;
    return read_config_file(file_, config_);
  }

  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("matinee-config-" + std::to_string(::getpid()));
  Config config_;
};

TEST_F(ConfigTest, SetsWhatItNamesAndLeavesTheRest) {
  ASSERT_TRUE(
      read("listen = \"127.0.0.1:9000\"\nedge_cache_bytes = 1048576\n"
           "roles = [\"edge\"]\nlog_level = \"debug\"\n"));
  EXPECT_EQ(config_.listen, "127.0.0.1:9000");
  EXPECT_EQ(config_.edge_cache_bytes, 1048576U);
  EXPECT_EQ(config_.roles, std::vector<std::string>{"edge"});
  EXPECT_EQ(config_.log_level, log::Level::debug);
  EXPECT_EQ(config_.edge_loops, 1U);
}

TEST_F(ConfigTest, RefusesWhatItCannotMean) {
  for (const auto& [text, named] : std::vector<std::pair<std::string, std::string>>{
           {"lisen = \"x\"", "lisen"},
           {"listen = 8080", "listen"},
           {"edge_cache_bytes = -1", "edge_cache_bytes"},
           {"log_level = \"loud\"", "log_level"},
           {"listen = ", "configuration"}}) {
    const auto done = read(text);
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_EQ(done.error().code, ErrorCode::invalid);
    EXPECT_NE(done.error().message.find(named), std::string::npos) << done.error().message;
  }
  EXPECT_EQ(read_config_file("/nonexistent.toml", config_).error().code, ErrorCode::not_found);
}

TEST_F(ConfigTest, HandsItsLogLevelToTheRoles) {
  config_.log_level = log_level_of("warning").value();
  const auto arguments = to_arguments(config_, {});
  const auto option = std::ranges::find(arguments, "--log-level");
  ASSERT_TRUE(option != arguments.end());
  EXPECT_EQ(*(option + 1), "warning");
  EXPECT_FALSE(log_level_of("loud").has_value());
}

TEST_F(ConfigTest, AnswersToItsOwnNamesOnly) {
  config_.public_url = "https://films.example:8443/";
  const auto hosts = allowed_hosts(config_);
  EXPECT_TRUE(std::ranges::count(hosts, "films.example") == 1);
  EXPECT_TRUE(std::ranges::count(hosts, "localhost") == 1);
  EXPECT_TRUE(std::ranges::count(hosts, "evil.example") == 0);
}

}  // namespace
}  // namespace matinee::app
