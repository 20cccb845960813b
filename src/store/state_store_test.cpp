// Goal: a processor's state, its duplicate rows and its offset change together or not at all, and
// only its present owner changes them.
#include "store/state_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "store/store_test_support.h"

namespace matinee::store {
namespace {

class StateStoreTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    state_.reset();
    auto opened = StateStore::open(folder_.path() / "history-0", test_.environment);
    ASSERT_TRUE(ok(opened));
    state_ = std::move(*opened);
  }

  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<StateStore> state_;
};

TEST_F(StateStoreTest, StartsEmpty) {
  EXPECT_EQ(state_->offset(), 0U);
  EXPECT_EQ(state_->epoch(), 0U);
  EXPECT_EQ(*state_->get("a"), std::nullopt);
  EXPECT_TRUE(state_->scan("", "", 10)->empty());
}

TEST_F(StateStoreTest, CommitsStateDuplicatesAndOffsetTogether) {
  StateBatch batch;
  batch.put("a", "1");
  batch.put("b", "2");
  batch.put_dedup("a", "seen");
  batch.set_offset(7);
  ASSERT_TRUE(ok(state_->commit(batch, 0)));
  open();
  EXPECT_EQ(*state_->get("a"), "1");
  EXPECT_EQ(*state_->get_dedup("a"), "seen");
  EXPECT_EQ(*state_->get_dedup("b"), std::nullopt);
  EXPECT_EQ(state_->offset(), 7U);
  StateBatch next;
  next.remove("a");
  next.put("a", "again");
  next.put("b", "x");
  next.remove("b");
  next.remove_dedup("a");
  ASSERT_TRUE(ok(state_->commit(next, 0)));
  EXPECT_EQ(*state_->get("a"), "again");
  EXPECT_EQ(*state_->get("b"), std::nullopt);
  EXPECT_EQ(*state_->get_dedup("a"), std::nullopt);
  EXPECT_EQ(state_->offset(), 7U);
}

TEST_F(StateStoreTest, ScansByPrefixAndPage) {
  StateBatch batch;
  for (const char* key : {"p/2", "p/1", "p/10", "q", "o", "p"}) batch.put(key, key);
  batch.put_dedup("p/3", "");
  ASSERT_TRUE(ok(state_->commit(batch, 0)));
  const auto keys = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
    std::string joined;
    const auto page = state_->scan(prefix, after, limit);
    for (const auto& entry : *page) joined += entry.key + " ";
    return joined;
  };
  EXPECT_EQ(keys("p/", "", 10), "p/1 p/10 p/2 ");
  EXPECT_EQ(keys("p/", "p/1", 1), "p/10 ");
  EXPECT_EQ(keys("p/", "a", 1), "p/1 ");
  EXPECT_EQ(keys("p/", "z", 1), "");
  EXPECT_EQ(keys("", "", 100), "o p p/1 p/10 p/2 q ");
  EXPECT_EQ(state_->scan_dedup("", "", 10)->size(), 1U);
  EXPECT_TRUE(fails_with(state_->scan("", "", 0), ErrorCode::invalid));
}

TEST_F(StateStoreTest, ShutsOutAnOwnerOfAnEarlierEpoch) {
  ASSERT_TRUE(ok(state_->claim(4)));
  StateBatch batch;
  batch.put("a", "1");
  EXPECT_TRUE(fails_with(state_->commit(batch, 3), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(state_->commit(batch, 5), ErrorCode::conflict)) << "it must claim first";
  EXPECT_TRUE(ok(state_->commit(batch, 4)));
  open();
  EXPECT_EQ(state_->epoch(), 4U);
  EXPECT_TRUE(fails_with(state_->claim(3), ErrorCode::conflict));
  EXPECT_TRUE(ok(state_->claim(4)));
  EXPECT_TRUE(ok(state_->claim(5)));
  EXPECT_TRUE(fails_with(state_->commit(batch, 4), ErrorCode::conflict));
}

TEST_F(StateStoreTest, NeverLetsTheOffsetGoBack) {
  StateBatch batch;
  batch.set_offset(10);
  ASSERT_TRUE(ok(state_->commit(batch, 0)));
  batch.set_offset(9);
  batch.put("a", "1");
  EXPECT_TRUE(fails_with(state_->commit(batch, 0), ErrorCode::conflict));
  EXPECT_EQ(*state_->get("a"), std::nullopt);
  EXPECT_EQ(state_->offset(), 10U);
}

TEST_F(StateStoreTest, RefusesWhatIsBeyondItsLimits) {
  StateBatch long_key;
  long_key.put(std::string(kStateKeyBytesMax + 1, 'k'), "");
  EXPECT_TRUE(fails_with(state_->commit(long_key, 0), ErrorCode::limited));
  StateBatch large;
  large.put_dedup("k", std::string(kStateValueBytesMax + 1, 'v'));
  EXPECT_TRUE(fails_with(state_->commit(large, 0), ErrorCode::limited));
  StateBatch many;
  for (int i = 0; i < 18; ++i) many.put(std::to_string(i), std::string(kStateValueBytesMax, 'v'));
  EXPECT_TRUE(fails_with(state_->commit(many, 0), ErrorCode::limited));
}

TEST_F(StateStoreTest, IsOpenOnlyOnceAndRefusesANewerFormat) {
  const auto folder = folder_.path() / "history-0";
  EXPECT_TRUE(fails_with(StateStore::open(folder, test_.environment), ErrorCode::unavailable));
  state_.reset();
  ASSERT_TRUE(write_file(test_.files, folder / "FORMAT", R"({"kind":"state_store","format":2})"));
  auto newer = StateStore::open(folder, test_.environment);
  ASSERT_TRUE(fails_with(newer, ErrorCode::conflict));
  EXPECT_NE(newer.error().message.find("format 2"), std::string::npos);
}

constexpr const char* kChildFolder = "MATINEE_STATE_STORE_TEST_FOLDER";
constexpr int kChildPipe = 3;
constexpr int kChildPatienceMs = 120'000;

// What the child of the kill test does; by itself it is no test.
TEST(StateStoreKillChild, DISABLED_CountsEventsIntoStateUntilItIsKilled) {
  const char* folder = std::getenv(kChildFolder);
  if (folder == nullptr) GTEST_SKIP();
  TestEnvironment test;
  auto state = StateStore::open(folder, test.environment);
  ASSERT_TRUE(ok(state));
  for (;;) {
    const std::uint64_t next = (*state)->offset() + 1;
    StateBatch batch;
    batch.put("count", std::to_string(next));
    batch.put_dedup("e" + std::to_string(next), std::string(200, 'd'));
    batch.set_offset(next);
    ASSERT_TRUE(ok((*state)->commit(batch, 0)));
    if (::write(kChildPipe, &next, sizeof next) != sizeof next) return;
  }
}

// Starts this very program anew: a mere fork would inherit the locks that RocksDB's threads hold at
// that moment, and no thread to open them.
pid_t start_child(const std::filesystem::path& folder, int pipe_end) {
  const std::string place = std::string(kChildFolder) + "=" + folder.string();
  std::string leaks = "ASAN_OPTIONS=detect_leaks=0";
  std::array<char*, 3> environment{const_cast<char*>(place.c_str()), leaks.data(), nullptr};
  std::array<std::string, 4> words{"matinee_store_test", "--gtest_also_run_disabled_tests",
                                   "--gtest_filter=StateStoreKillChild.*", "--gtest_brief=1"};
  std::array<char*, 5> arguments{};
  std::ranges::transform(words, arguments.begin(), [](std::string& word) { return word.data(); });
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::dup2(pipe_end, kChildPipe) == kChildPipe && ::fcntl(kChildPipe, F_SETFD, 0) == 0) {
    ::execve("/proc/self/exe", arguments.data(), environment.data());
  }
  ::_exit(127);
}

// The next number that the child says it has committed; nullopt at its end or when it hangs.
std::optional<std::uint64_t> next_of(int pipe_end) {
  pollfd waiting{.fd = pipe_end, .events = POLLIN, .revents = 0};
  std::uint64_t number = 0;
  if (::poll(&waiting, 1, kChildPatienceMs) != 1) return std::nullopt;
  if (::read(pipe_end, &number, sizeof number) != sizeof number) return std::nullopt;
  return number;
}

// A child counts events into state until it is killed. State and offset must agree ever after, and
// hold at least what the child said it had committed.
void run_kill_test(int kills) {
  TemporaryFolder folder;
  TestEnvironment test;
  std::uint64_t acknowledged = 0;
  for (int kill = 0; kill < kills; ++kill) {
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(::pipe2(pipe_ends.data(), O_CLOEXEC), 0);
    const pid_t child = start_child(folder.path() / "s", pipe_ends[1]);
    ::close(pipe_ends[1]);
    int counted = 0;
    for (; counted < 20; ++counted) {
      const auto number = next_of(pipe_ends[0]);
      if (!number) break;
      acknowledged = *number;
    }
    ::kill(child, SIGKILL);
    while (const auto number = next_of(pipe_ends[0])) acknowledged = *number;
    ::close(pipe_ends[0]);
    ::waitpid(child, nullptr, 0);
    ASSERT_EQ(counted, 20) << "the child ended or hung by itself";
    auto state = StateStore::open(folder.path() / "s", test.environment);
    ASSERT_TRUE(ok(state));
    EXPECT_GE((*state)->offset(), acknowledged);
    EXPECT_EQ(*(*state)->get("count"), std::to_string((*state)->offset()));
    EXPECT_TRUE((*state)->get_dedup("e" + std::to_string((*state)->offset()))->has_value());
    EXPECT_FALSE((*state)->get_dedup("e" + std::to_string((*state)->offset() + 1))->has_value());
  }
}

TEST(StateStoreKill, AgreesWithItsOffsetWhenItsProcessIsKilled) { run_kill_test(2); }

TEST(SlowStateStoreKill, AgreesWithItsOffsetWhenItsProcessIsKilled) { run_kill_test(50); }

}  // namespace
}  // namespace matinee::store
