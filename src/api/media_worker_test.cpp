// Goal: a leased job is done and delivered once, however often control is away; a lost lease or a
// stop ends the codec at once and nothing is delivered.
#include "api/media_worker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace matinee::api {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Control, as one job that is leased once and whatever the test wants of the rest.
struct ScriptedControl {
  std::atomic<int> leases_refused = 0;
  std::atomic<int> ends_refused = 0;
  std::atomic<bool> lease_lost = false;
  std::atomic<bool> leased = false;
  std::atomic<int> renewals = 0;
  std::stop_source stop;
  std::vector<std::string> ends;
  std::string kind = "probe";

  JobTransport transport() {
    JobTransport made;
    made.lease = [this](std::chrono::milliseconds) -> Result<std::optional<WorkItem>> {
      if (leases_refused-- > 0) return fail(ErrorCode::unavailable, "control is away");
      if (leased.exchange(true)) {
        stop.request_stop();
        return std::optional<WorkItem>{};
      }
      return WorkItem{"0123", kind, Json{{"title_id", "t"}, {"source", "/film.mp4"}}, 7, 150};
    };
    made.renew = [this](const WorkItem&, double) -> Result<void> {
      ++renewals;
      if (lease_lost) return fail(ErrorCode::conflict, "lost");
      return {};
    };
    made.complete = [this](const WorkItem&, const Json& result) { return end(to_text(result)); };
    made.fail = [this](const WorkItem&, const Error& error, bool retry) {
      return end(std::string(name_of(error.code)) + (retry ? " retry" : ""));
    };
    return made;
  }

  Result<void> end(const std::string& what) {
    if (ends_refused-- > 0) return fail(ErrorCode::unavailable, "control is away");
    ends.push_back(what);
    return {};
  }
};

class MediaWorkerTest : public testing::Test {
 protected:
  MediaWorkerTest() { fs::create_directories(base_); }
  ~MediaWorkerTest() override { fs::remove_all(base_); }

  void run(const std::string& codec_script) {
    const auto codec = base_ / "codec";
    std::ofstream(codec) << "#!/bin/sh\n" << codec_script << "\n";
    fs::permissions(codec, fs::perms::owner_all);
    MediaWorker::Options options{.codec = codec, .scratch = base_ / "scratch"};
    options.pause_min = 1ms;
    MediaWorker worker(options, control_.transport(), {}, clock_, metrics_);
    EXPECT_TRUE(worker.run(control_.stop.get_token()).has_value());
    EXPECT_TRUE(fs::is_empty(base_ / "scratch"));
  }

  fs::path base_ = fs::temp_directory_path() / ("matinee-worker-" + std::to_string(::getpid()));
  ScriptedControl control_;
  SystemClock clock_;
  Metrics metrics_;
};

TEST_F(MediaWorkerTest, DoesAJobAndDeliversItThoughControlIsAwayNowAndThen) {
  control_.leases_refused = 3;
  control_.ends_refused = 3;
  run(R"(echo '{"duration_ms":1000}')");
  ASSERT_EQ(control_.ends.size(), 1U);
  EXPECT_NE(control_.ends[0].find("\"duration_ms\":1000"), std::string::npos) << control_.ends[0];
}

TEST_F(MediaWorkerTest, SaysWhetherAFailureIsWorthAnotherTry) {
  run(R"(echo '{"error":{"code":"invalid","message":"no video"}}'; exit 1)");
  EXPECT_EQ(control_.ends, std::vector<std::string>{"invalid"});
}

TEST_F(MediaWorkerTest, TriesAgainWhenTheCodecDied) {
  run("kill -9 $$");
  EXPECT_EQ(control_.ends, std::vector<std::string>{"unavailable retry"});
}

TEST_F(MediaWorkerTest, ALostLeaseEndsTheCodecAndDeliversNothing) {
  control_.lease_lost = true;
  run("exec sleep 300");
  EXPECT_TRUE(control_.ends.empty());
  EXPECT_GE(control_.renewals, 1);
}

TEST_F(MediaWorkerTest, AStopEndsTheCodecAndDeliversNothing) {
  const std::jthread stopper([this] {
    while (control_.renewals == 0) std::this_thread::yield();
    control_.stop.request_stop();
  });
  run("exec sleep 300");
  EXPECT_TRUE(control_.ends.empty());
}

TEST_F(MediaWorkerTest, RefusesAKindItDoesNotKnow) {
  control_.kind = "paint";
  run("exit 1");
  EXPECT_EQ(control_.ends, std::vector<std::string>{"invalid"});
}

}  // namespace
}  // namespace matinee::api
