// Goal: an edge that falls silent is left in time and taken back with care, a drained one is named
// no more at once and serves on for as long as anybody was told of it.
#include "delivery/steer_board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/encoding.h"
#include "base/json.h"

namespace matinee::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(EdgeHealth, SilenceIsSuspectThenOut) {
  FakeClock clock(from_ms(0));
  EdgeHealth health;
  EXPECT_EQ(health.at(clock.monotonic()), Health::out);
  health.report(clock.monotonic(), 0);
  EXPECT_EQ(health.at(clock.monotonic()), Health::healthy);
  clock.advance(milliseconds{2'999});
  EXPECT_EQ(health.at(clock.monotonic()), Health::healthy);
  clock.advance(milliseconds{1});
  EXPECT_EQ(health.at(clock.monotonic()), Health::suspect);
  clock.advance(milliseconds{2'000});
  EXPECT_EQ(health.at(clock.monotonic()), Health::out);
  // Back: suspect until it has kept its word three times.
  for (const Health expected : {Health::suspect, Health::suspect, Health::healthy}) {
    health.report(clock.monotonic(), 0);
    EXPECT_EQ(health.at(clock.monotonic()), expected);
    clock.advance(seconds{1});
  }
}

TEST(EdgeHealth, ErrorsLeaveSlowly) {
  FakeClock clock(from_ms(0));
  EdgeHealth health;
  const auto after = [&](double errors) {
    clock.advance(seconds{1});
    health.report(clock.monotonic(), errors);
    return health.at(clock.monotonic());
  };
  EXPECT_EQ(after(0), Health::healthy);
  EXPECT_EQ(after(0.09), Health::healthy);
  EXPECT_EQ(after(0.10), Health::suspect);
  EXPECT_EQ(after(0.05), Health::suspect);  // between the two: it stays as it was
  EXPECT_EQ(after(0.02), Health::suspect);
  EXPECT_EQ(after(0.02), Health::suspect);
  EXPECT_EQ(after(0.05), Health::suspect);  // begins anew
  EXPECT_EQ(after(0), Health::suspect);
  EXPECT_EQ(after(0), Health::suspect);
  EXPECT_EQ(after(0), Health::healthy);
  EXPECT_EQ(after(std::nan("")), Health::suspect);
}

TEST(SteeringDocument, SaysWhatPlayersRead) {
  const std::vector<std::string> pathways{"e1", "e2"};
  EXPECT_EQ(steering_document(pathways, seconds{5}, "https://films.test/v1/steering/t"),
            R"({"VERSION":1,"TTL":5,"RELOAD-URI":"https://films.test/v1/steering/t",)"
            R"("PATHWAY-PRIORITY":["e1","e2"]})");
  EXPECT_EQ(steering_document(pathways, seconds{0}, ""),
            R"({"VERSION":1,"TTL":1,"PATHWAY-PRIORITY":["e1","e2"]})");
  EXPECT_EQ(steering_data_uri(std::vector<std::string>{"e"}, seconds{5}, ""),
            "data:application/json;base64," +
                to_base64(bytes_of(R"({"VERSION":1,"TTL":5,"PATHWAY-PRIORITY":["e"]})")));
}

TEST(SteerPromises, LastAsLongAsAnybodyWasTold) {
  SteerPromises promises;
  const std::vector<std::string> both{"a", "b"};
  const std::vector<std::string> a{"a"};
  promises.answered(both, from_ms(0), seconds{300});
  promises.answered(a, from_ms(10'000), seconds{5});  // shorter: the longer one still holds
  EXPECT_EQ(promises.held_until("a", from_ms(10'000)), from_ms(302'000));
  promises.answered(a, from_ms(20'000), seconds{300});
  EXPECT_EQ(promises.held_until("a", from_ms(20'000)), from_ms(322'000));
  EXPECT_EQ(promises.held_until("b", from_ms(20'000)), from_ms(302'000));
  EXPECT_EQ(promises.held_until("b", from_ms(400'000)), from_ms(400'000));
  EXPECT_EQ(promises.held_until("c", from_ms(5)), from_ms(5));
}

class Board : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"e1", "e2"}) {
      ASSERT_TRUE(board_.join({.id = id, .base_url = "http://127.0.0.2:8080", .site = ""}));
      ASSERT_TRUE(board_.report(id, {}));
    }
  }
  std::vector<std::string> told() {
    std::vector<std::string> ids;
    for (const auto& each : board_.answer(client_, {}).pathways) ids.push_back(each.id);
    std::ranges::sort(ids);
    return ids;
  }
  using Ids = std::vector<std::string>;

  FakeClock clock_{from_ms(1'000'000)};
  SteerBoard board_{clock_, {.ttl = seconds{300}}};
  ClientFacts client_{.address = "192.0.2.1"};
};

TEST_F(Board, ADrainedEdgeIsNamedNoMoreAndServesOn) {
  EXPECT_TRUE(board_.has_choice());
  EXPECT_EQ(told(), (Ids{"e1", "e2"}));
  clock_.advance(seconds{100});
  const auto until = board_.drain("e1");
  ASSERT_TRUE(until);
  EXPECT_EQ(*until, from_ms(1'000'000 + 302'000));
  EXPECT_EQ(told(), (Ids{"e2"}));
  // While something drains, answers are short, so that the next change is quick.
  EXPECT_EQ(board_.decide(client_, {}).ttl, kTtlDraining);
  EXPECT_EQ(board_.drain("e1").value(), from_ms(1'000'000 + 302'000));
  board_.leave("e1");
  EXPECT_EQ(board_.decide(client_, {}).ttl, seconds{300});
  EXPECT_FALSE(board_.has_choice());
}

TEST_F(Board, LookingIsNoPromise) {
  (void)board_.decide(client_, {});
  EXPECT_EQ(board_.drain("e1").value(), clock_.now());
}

TEST_F(Board, ASilentEdgeIsLeftAndTakenBack) {
  const auto pass_second = [&](bool e1_reports) {
    clock_.advance(seconds{1});
    ASSERT_TRUE(board_.report("e2", {}));
    if (e1_reports) {
      ASSERT_TRUE(board_.report("e1", {}));
    }
  };
  for (int i = 0; i < 4; ++i) pass_second(false);
  EXPECT_EQ(board_.decide(client_, {}).pathways.front().id, "e2");  // e1 is suspect
  EXPECT_EQ(told(), (Ids{"e1", "e2"}));
  pass_second(false);
  EXPECT_EQ(told(), (Ids{"e2"}));
  pass_second(true);
  EXPECT_EQ(told(), (Ids{"e1", "e2"}));
}

TEST_F(Board, ReportsSayWhatIsHeldAndDrained) {
  TitleId film;
  film.uuid.bytes.fill(1);
  ASSERT_TRUE(board_.report("e1", {.holds = std::make_shared<const Holdings>()}));
  ASSERT_TRUE(board_.report("e1", {}));  // holds what it held
  clock_.advance(seconds{1});
  EXPECT_EQ(board_.decide(client_, film).pathways.front().id, "e2");
  ASSERT_TRUE(board_.report("e1", {.is_draining = true}));
  EXPECT_EQ(told(), (Ids{"e2"}));
}

TEST_F(Board, RefusesWhatCannotStandInAManifest) {
  for (const char* id : {"", ".", "..", ".a", "a b", "a\"b", "a<b"}) {
    EXPECT_EQ(board_.join({.id = id, .base_url = "http://h", .site = ""}).error().code,
              ErrorCode::invalid)
        << id;
  }
  for (const char* url : {"", "ftp://h", "http://", "http://h/", "http://h/a", "http://h\"",
                          "http://u@h", "https://h?x"}) {
    EXPECT_EQ(board_.join({.id = "a", .base_url = url, .site = ""}).error().code,
              ErrorCode::invalid)
        << url;
  }
  EXPECT_TRUE(board_.join({.id = "a", .base_url = "https://[2001:db8::1]:8443", .site = ""}));
  EXPECT_EQ(board_.report("nobody", {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(board_.drain("nobody").error().code, ErrorCode::not_found);
}

TEST(BoardOfOne, TheLocalEdgeNeedsNoReports) {
  FakeClock clock(from_ms(0));
  SteerBoard board(clock);
  ASSERT_TRUE(board.join({.id = "local", .base_url = "", .site = "", .is_local = true}));
  clock.advance(std::chrono::hours{1});
  const auto steered = board.decide({.address = "203.0.113.7"}, {});
  EXPECT_FALSE(board.has_choice());
  EXPECT_FALSE(steered.decision.is_fail_open);
  ASSERT_EQ(steered.pathways.size(), 1U);
  EXPECT_EQ(steered.pathways.front().id, "local");
  EXPECT_EQ(steered.ttl, kTtlDefault);
}

}  // namespace
}  // namespace matinee::delivery
