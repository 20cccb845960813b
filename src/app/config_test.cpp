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
           {"edge_disk_bytes = 0", "edge_disk_bytes"},
           {"log_level = \"loud\"", "log_level"},
           {"tls = 1", "tls"},
           {"[clients]\nrate = -1", "clients.rate"},
           {"[clients]\nconnections_max = -1", "clients.connections_max"},
           {"[tls]\nself_signed = \"yes\"", "tls.self_signed"},
           {"[tls]\ncertificat = \"x\"", "tls.certificat"},
           {"listen = ", "configuration"}}) {
    const auto done = read(text);
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_EQ(done.error().code, ErrorCode::invalid);
    EXPECT_NE(done.error().message.find(named), std::string::npos) << done.error().message;
  }
  EXPECT_EQ(read_config_file("/nonexistent.toml", config_).error().code, ErrorCode::not_found);
}

TEST_F(ConfigTest, ReadsGroupsWithTheirRules) {
  const auto done = read(
      "[[group]]\nrole = \"edge\"\nsite = \"ams\"\nmin = 1\nmax = 12\nspares = 1\n"
      "streams = 200\ncpu = 0.6\nstart_time_s = 2\nshrink_slack = 0.2\n"
      "[[group.step]]\nmetric = \"cpu\"\nat_least = 0.9\nadd = 2\n"
      "[[group.schedule]]\ndays = [\"fri\", \"sat\"]\nfrom = \"18:00\"\nuntil = \"01:30\"\nmin = "
      "4\n"
      "[[group.schedule]]\nfrom = 2026-12-01T20:00:00+01:00\nuntil = 2026-12-01T23:00:00Z\nmin = "
      "8\n"
      "[[group]]\nrole = \"media\"\nsite = \"ams\"\nmin = 0\nmax = 3\nqueue_age_s = 600\n");
  ASSERT_TRUE(done.has_value()) << done.error().message;
  ASSERT_EQ(config_.groups.size(), 2U);
  const auto& edges = config_.groups[0];
  EXPECT_EQ(edges.name(), "edge@ams");
  EXPECT_EQ(edges.instances_max, 12);
  EXPECT_EQ(edges.targets.size(), 2U);
  EXPECT_EQ(edges.start_time, std::chrono::seconds{2});
  ASSERT_EQ(edges.steps.size(), 1U);
  EXPECT_EQ(edges.steps[0].metric, fleet::LoadMetric::cpu);
  ASSERT_EQ(edges.schedules.size(), 2U);
  EXPECT_EQ(edges.schedules[0].days, (std::array{false, false, false, false, true, true, false}));
  EXPECT_EQ(edges.schedules[0].until_minute, 90);
  EXPECT_EQ(*edges.schedules[1].ends - *edges.schedules[1].begins, std::chrono::hours{4});
  EXPECT_EQ(config_.groups[1].targets.at(0).per_instance, 600);
}

TEST_F(ConfigTest, RefusesGroupsByNumberAndSetting) {
  const std::string edge = "[[group]]\nrole = \"edge\"\nsite = \"ams\"\nmax = 1\n";
  for (const auto& [text, named] : std::vector<std::pair<std::string, std::string>>{
           {"group = 1", "group"},
           {"[group]\nrole = \"edge\"", "group"},
           {edge + "mni = 1", "group 1: unknown key \"mni\""},
           {edge + "min = 2", "group 1: min must be from 0 to max"},
           {edge + "spares = \"1\"", "group 1: the value of \"spares\""},
           {edge + "cpu = 60", "group 1: cpu must be"},
           {edge + edge, "group 2: there is a group edge@ams already"},
           {edge + "[[group.step]]\nmetric = \"heat\"", "\"step.metric\""},
           {edge + "[[group.schedule]]\nfrom = \"25:00\"", "\"schedule.from\""},
           {edge + "[[group.schedule]]\ndays = [\"someday\"]", "\"schedule.days\""},
           {edge + "[[group.schedule]]\nmin = 1\nfrom = 2026-12-01T20:00:00Z", "schedule.from"}}) {
    const auto done = read(text);
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_EQ(done.error().code, ErrorCode::invalid);
    EXPECT_NE(done.error().message.find(named), std::string::npos) << done.error().message;
  }
}

TEST_F(ConfigTest, LimitsClientsAsItSays) {
  EXPECT_FALSE(config_.clients.loopback);
  ASSERT_TRUE(read("[clients]\nrate = 2\nconnections_max = 0\nloopback = true\n"));
  EXPECT_EQ(config_.clients.rate, 2.0);
  EXPECT_EQ(config_.clients.connections_max, 0U);
  EXPECT_TRUE(config_.clients.loopback);
  ASSERT_TRUE(read("[clients]\nrate = 0.5\n"));
  EXPECT_EQ(config_.clients.rate, 0.5);
}

TEST_F(ConfigTest, HandsTlsToTheRoles) {
  EXPECT_FALSE(config_.tls.is_on());
  ASSERT_TRUE(read("[tls]\ncertificate = \"/a/site.crt\"\nkey = \"/a/site.key\"\n"));
  EXPECT_TRUE(config_.tls.is_on());
  const auto arguments = to_arguments(config_, {});
  const auto certificate = std::ranges::find(arguments, "--tls-certificate");
  const auto key = std::ranges::find(arguments, "--tls-key");
  ASSERT_TRUE(certificate != arguments.end() && key != arguments.end());
  EXPECT_EQ(*(certificate + 1), "/a/site.crt");
  EXPECT_EQ(*(key + 1), "/a/site.key");
}

TEST_F(ConfigTest, NamesItsMachineForACertificate) {
  config_.public_url = "https://films.example:8443/";
  config_.listen = "0.0.0.0:8443";
  const auto names = certificate_names(config_);
  EXPECT_EQ(names.front(), "films.example");
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) {
    EXPECT_EQ(std::ranges::count(names, name), 1) << name;
  }
  EXPECT_EQ(std::ranges::count(names, "0.0.0.0"), 0);
  EXPECT_EQ(std::ranges::count(names, "[::1]"), 0);
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
