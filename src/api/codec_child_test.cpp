// Goal: whatever a codec child does (answers, fails, dies, hangs, babbles), its job gets one clear
// answer and no process is left. The children are shell scripts.
#include "api/codec_child.h"

#include <gtest/gtest.h>

#include <vector>

namespace matinee::api {
namespace {

using namespace std::chrono_literals;

class CodecChildTest : public testing::Test {
 protected:
  Result<Json> sh(const std::string& script, CodecRun run = {}) {
    run.arguments = {"-c", script};
    return run_codec("/bin/sh", run, clock_);
  }

  SystemClock clock_;
};

TEST_F(CodecChildTest, GivesItsDocumentAndItsProgress) {
  std::vector<double> seen;
  CodecRun run;
  run.on_progress = [&](double progress) { seen.push_back(progress); };
  const auto json =
      sh(R"(echo '{"progress":0.5}'; echo '{"progress":1}'; echo '{"frames":24}')", run);
  ASSERT_TRUE(json.has_value()) << json.error().message;
  EXPECT_EQ((*json)["frames"], 24);
  EXPECT_EQ(seen, (std::vector<double>{0.5, 1}));
}

TEST_F(CodecChildTest, PassesItsErrorsOn) {
  const auto json =
      sh(R"(echo '{"error":{"code":"invalid","message":"no video stream"}}'; exit 1)");
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().code, ErrorCode::invalid);
  EXPECT_EQ(json.error().message, "no video stream");
}

TEST_F(CodecChildTest, SaysWhenItDiedOrSaidNothing) {
  const auto killed = sh("echo 'bad block' >&2; kill -SEGV $$");
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().code, ErrorCode::unavailable);
  EXPECT_NE(killed.error().message.find("signal 11 bad block"), std::string::npos)
      << killed.error().message;
  EXPECT_EQ(sh("exit 3").error().code, ErrorCode::unavailable);
  EXPECT_EQ(sh("echo nonsense").error().code, ErrorCode::unavailable);
}

TEST_F(CodecChildTest, IsKilledAtItsDeadlineAndOnCancellation) {
  CodecRun late;
  late.time_max = 50ms;
  EXPECT_EQ(sh("sleep 300", late).error().code, ErrorCode::limited);
  CodecRun cancelled;
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(sh("sleep 300", cancelled).error().code, ErrorCode::conflict);
  EXPECT_EQ(sh("exec yes").error().code, ErrorCode::limited) << "more output than anybody reads";
}

TEST_F(CodecChildTest, GetsNothingOfOurEnvironment) {
  ::setenv("MATINEE_TEST_SECRET", "secret", 1);
  const auto json = sh(R"(echo "{\"secret\":\"$MATINEE_TEST_SECRET\"}")");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)["secret"], "");
}

TEST_F(CodecChildTest, SaysWhichProgramIsMissing) {
  CodecRun run;
  run.arguments = {"probe"};
  const auto json = run_codec("/nonexistent/matinee-codec", run, clock_);
  ASSERT_FALSE(json.has_value());
  EXPECT_NE(json.error().message.find("/nonexistent/matinee-codec"), std::string::npos);
}

}  // namespace
}  // namespace matinee::api
