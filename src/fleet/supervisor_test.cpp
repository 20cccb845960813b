// Goal: a role that is killed comes back, one that cannot start ends in the breaker, a stop drains
// in order, and every change is written where operators and roles read it.
#include "fleet/supervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "fleet/role_channel.h"

namespace matinee::fleet {
namespace {

using namespace std::chrono_literals;

constexpr int kReportFd = 9;  // one digit: /bin/sh can name no other; inherited by the roles of
                              // these tests; they write lines to it
constexpr int kPatienceMs = 30'000;

// A supervisor in a process of its own, with roles that are shell scripts.
class SupervisorTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("matinee-supervisor-" + std::to_string(::getpid()) + "-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    report_ = ends[0];
    ASSERT_EQ(::dup2(ends[1], kReportFd), kReportFd);
    ::close(ends[1]);
  }

  void TearDown() override {
    if (supervisor_ > 0) stop();
    ::close(report_);
    ::close(kReportFd);
    std::filesystem::remove_all(directory_);
  }

  static RoleSpec script(std::string name, const std::string& text, int drain_order = 0) {
    return {name, name, {"/bin/sh", "-c", text}, {}, drain_order};
  }

  void start(std::vector<RoleSpec> roles) {
    supervisor_ = ::fork();
    if (supervisor_ != 0) return;
    SystemClock clock;
    SystemRandom random;
    Supervisor::Options options{.roles = std::move(roles), .status_file = status_file()};
    options.restart.pause_min = 1ms;
    options.restart.pause_max = 2ms;
    const bool ok = Supervisor(std::move(options), clock, random).run().has_value();
    ::_exit(ok ? 0 : 1);
  }

  int stop() {
    ::kill(supervisor_, SIGTERM);
    int status = -1;
    ::waitpid(std::exchange(supervisor_, 0), &status, 0);
    return status;
  }

  // The next line any role wrote; "" when none came within our patience.
  std::string next_line() {
    while (true) {
      if (const auto end = unread_.find('\n'); end != std::string::npos) {
        auto line = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        return line;
      }
      pollfd readable{report_, POLLIN, 0};
      if (::poll(&readable, 1, kPatienceMs) <= 0) return "";
      std::array<char, 256> bytes{};
      const auto got = ::read(report_, bytes.data(), bytes.size());
      if (got <= 0) return "";
      unread_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }

  // Looks at the status file until the first role is in that state or our patience ends.
  [[nodiscard]] bool reaches(RoleState state) const {
    for (int waited_ms = 0; waited_ms < kPatienceMs; waited_ms += 5) {
      const auto now = statuses();
      if (!now.empty() && now[0].state == state) return true;
      ::poll(nullptr, 0, 5);
    }
    return false;
  }

  [[nodiscard]] std::filesystem::path status_file() const { return directory_ / "status.json"; }

  [[nodiscard]] std::vector<RoleStatus> statuses() const {
    std::ifstream file(status_file());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return parse_role_statuses(text).value_or(std::vector<RoleStatus>{});
  }

  std::filesystem::path directory_;
  int report_ = -1;
  pid_t supervisor_ = 0;
  std::string unread_;
};

constexpr const char* kReadyThenSleep =
    "printf ready >&$MATINEE_SUPERVISOR_FD; echo $$ >&9; exec sleep 300";

TEST_F(SupervisorTest, StartsAgainWhatIsKilled) {
  start({script("edge", kReadyThenSleep)});
  auto pid = next_line();
  for (int i = 0; i < 5; ++i) {
    ASSERT_FALSE(pid.empty());
    ::kill(std::stoi(pid), SIGKILL);
    const auto next = next_line();
    EXPECT_NE(next, pid);
    pid = next;
  }
  EXPECT_EQ(stop(), 0);
  const auto at_end = statuses();
  ASSERT_EQ(at_end.size(), 1U);
  EXPECT_EQ(at_end[0].restarts, 5U);
  EXPECT_EQ(at_end[0].state, RoleState::stopped);
}

TEST_F(SupervisorTest, DrainsInOrder) {
  const auto says_goodbye = [](const std::string& name) {
    return "trap 'echo " + name +
           " >&9; exit 0' TERM; printf ready >&$MATINEE_SUPERVISOR_FD; echo up >&9; "
           "while :; do sleep 0.05; done";
  };
  start({script("origin", says_goodbye("origin"), 2), script("edge", says_goodbye("edge"), 1)});
  EXPECT_EQ(next_line(), "up");
  EXPECT_EQ(next_line(), "up");
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(next_line(), "edge");
  EXPECT_EQ(next_line(), "origin");
}

TEST_F(SupervisorTest, TheBreakerOpensForARoleThatNeverGetsReadyAndOthersLive) {
  start({script("broken", "echo tried >&9; exit 3"), script("edge", kReadyThenSleep)});
  int tries = 0;
  while (tries < 5) {
    const auto line = next_line();
    ASSERT_FALSE(line.empty());
    if (line == "tried") ++tries;
  }
  EXPECT_TRUE(reaches(RoleState::broken));
  EXPECT_EQ(stop(), 0);
  const auto at_end = statuses();
  ASSERT_EQ(at_end.size(), 2U);
  EXPECT_EQ(at_end[0].state, RoleState::broken);
  EXPECT_EQ(at_end[0].generation, 5U);
  EXPECT_EQ(at_end[1].restarts, 0U);
}

TEST(RoleStates, ReadBackAsWritten) {
  const std::vector<RoleStatus> written{
      {"edge", "edge-1", 42, RoleState::ready, 3, 2, 1'700'000'000'000},
      {"media", "media-1", 0, RoleState::backoff, 9, 8, 0}};
  const auto read = parse_role_statuses(to_json(written));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->at(0).name, "edge-1");
  EXPECT_EQ(read->at(1).state, RoleState::backoff);
  EXPECT_EQ(to_json(*read), to_json(written));
  EXPECT_FALSE(parse_role_statuses(R"({"roles":[{"role":"edge"}]})").has_value());
  EXPECT_FALSE(parse_role_statuses("{}").has_value());
}

TEST(RoleChannelAlone, CountsEveryRoleAsReady) {
  RoleChannel channel({});
  channel.say_ready();
  EXPECT_EQ(channel.state_of("origin"), RoleState::ready);
}

}  // namespace
}  // namespace matinee::fleet
