// Goal: control is asked about a cookie once a minute, however many requests carry it, and playing
// goes on while control is away.
#include "edge/session_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;

class SessionCacheTest : public testing::Test {
 protected:
  SessionCacheTest() {
    SessionCache::Options options;
    options.sessions_max = 3;
    cache_.emplace(options, clock_, metrics_,
                   [this](const std::string& cookie, std::function<void(SessionAnswer)> done) {
                     asked_.push_back(cookie);
                     answer_ = std::move(done);
                     return std::make_shared<int>(0);
                   });
  }

  KnownSession session(char digit, Instant expires) {
    KnownSession known;
    known.facts.session_id = *SessionId::parse(std::string(32, digit));
    known.expires = expires;
    return known;
  }
  // The outcome of a resolve that is answered at once, or "waits".
  std::string resolve(const std::string& cookie) {
    std::string outcome = "waits";
    cache_->resolve(cookie, [&](const Result<std::optional<http::SessionFacts>>& result) {
      outcome = !result   ? "error"
                : *result ? (*result)->session_id.to_string().substr(0, 1)
                          : "nobody";
    });
    if (outcome == "waits" && next_) {
      std::exchange(answer_, nullptr)(*next_);
    }
    return outcome;
  }

  FakeClock clock_{from_ms(1'000'000)};
  Metrics metrics_;
  std::vector<std::string> asked_;
  std::function<void(SessionAnswer)> answer_;
  std::optional<SessionAnswer> next_;
  std::optional<SessionCache> cache_;
};

TEST_F(SessionCacheTest, AsksOnceAMinute) {
  next_ = SessionAnswer(session('a', clock_.now() + 1h));
  EXPECT_EQ(resolve("one"), "a");
  EXPECT_EQ(resolve("one"), "a");
  clock_.advance(59s);
  EXPECT_EQ(resolve("one"), "a");
  EXPECT_EQ(asked_.size(), 1U);
  clock_.advance(2s);
  EXPECT_EQ(resolve("one"), "a");
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(SessionCacheTest, RequestsWithOneCookieShareOneQuestion) {
  int answered = 0;
  for (int i = 0; i < 10; ++i) {
    cache_->resolve("one", [&](const Result<std::optional<http::SessionFacts>>& result) {
      answered += result && *result ? 1 : 0;
    });
  }
  EXPECT_EQ(asked_.size(), 1U);
  answer_(SessionAnswer(session('a', clock_.now() + 1h)));
  EXPECT_EQ(answered, 10);
}

TEST_F(SessionCacheTest, AnUnknownCookieIsNobodysForASecond) {
  next_ = SessionAnswer(std::nullopt);
  EXPECT_EQ(resolve("one"), "nobody");
  EXPECT_EQ(resolve("one"), "nobody");
  EXPECT_EQ(asked_.size(), 1U);
  clock_.advance(1s);
  EXPECT_EQ(resolve("one"), "nobody");
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(SessionCacheTest, AnOldAnswerServesWhileControlIsAway) {
  next_ = SessionAnswer(session('a', clock_.now() + 24h));
  EXPECT_EQ(resolve("one"), "a");
  next_ = SessionAnswer(fail(ErrorCode::unavailable, "away"));
  EXPECT_EQ(resolve("two"), "error");
  clock_.advance(5min);
  EXPECT_EQ(resolve("one"), "a");
  clock_.advance(6min);
  EXPECT_EQ(resolve("one"), "error");
}

TEST_F(SessionCacheTest, AnExpiredSessionIsNobodys) {
  next_ = SessionAnswer(session('a', clock_.now() + 10s));
  EXPECT_EQ(resolve("one"), "a");
  clock_.advance(10s);
  EXPECT_EQ(resolve("one"), "nobody");
}

TEST_F(SessionCacheTest, ForgetsTheLeastRecentlyUsedAndTheRevoked) {
  for (const char* cookie : {"1", "2", "3"}) {
    next_ = SessionAnswer(session(*cookie, clock_.now() + 1h));
    EXPECT_EQ(resolve(cookie), cookie);
  }
  EXPECT_EQ(resolve("1"), "1");
  next_ = SessionAnswer(session('4', clock_.now() + 1h));
  EXPECT_EQ(resolve("4"), "4");
  const auto before = asked_.size();
  EXPECT_EQ(resolve("1"), "1");
  EXPECT_EQ(asked_.size(), before);
  next_ = SessionAnswer(std::nullopt);
  EXPECT_EQ(resolve("2"), "nobody");  // it was forgotten, so control is asked
  cache_->forget(*SessionId::parse(std::string(32, '1')));
  EXPECT_EQ(resolve("1"), "nobody");
}

TEST_F(SessionCacheTest, AnAnswerOlderThanARevocationIsAskedForAgain) {
  std::vector<std::string> outcomes;
  const auto note = [&](const Result<std::optional<http::SessionFacts>>& result) {
    outcomes.push_back(result && *result ? (*result)->session_id.to_string().substr(0, 1)
                                         : "nobody");
  };
  cache_->resolve("one", note);
  const auto first = std::exchange(answer_, nullptr);
  cache_->forget(*SessionId::parse(std::string(32, 'a')));
  cache_->resolve("one", note);
  first(SessionAnswer(session('a', clock_.now() + 1h)));
  EXPECT_TRUE(outcomes.empty());
  EXPECT_EQ(asked_.size(), 2U);
  std::exchange(answer_, nullptr)(SessionAnswer(session('b', clock_.now() + 1h)));
  EXPECT_EQ(outcomes, (std::vector<std::string>{"b", "b"}));
  EXPECT_EQ(resolve("one"), "b");
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(SessionCacheTest, AskingAgainHasAnEnd) {
  int answered = 0;
  cache_->resolve("one", [&](const auto&) { ++answered; });
  for (int i = 0; i < 2; ++i) {
    const auto answer = std::exchange(answer_, nullptr);
    cache_->forget(*SessionId::parse(std::string(32, 'f')));
    answer(SessionAnswer(session('a', clock_.now() + 1h)));
  }
  EXPECT_EQ(answered, 1);
  next_ = SessionAnswer(std::nullopt);
  EXPECT_EQ(resolve("one"), "nobody") << "what may be older than a revocation is not kept";
}

TEST(SessionAnswerTest, ReadsWhatControlSays) {
  const std::string id(32, 'a');
  const std::string whole = R"({"session_id":")" + id + R"(","tenant_id":")" + id +
                            R"(","account_id":")" + id + R"(","profile_id":")" + id +
                            R"(","pseudonym":")" + id + R"(","expires_at_ms":5000})";
  const auto known = read_session_answer(200, whole);
  ASSERT_TRUE(known && *known);
  EXPECT_EQ((*known)->facts.pseudonym.to_string(), id);
  EXPECT_EQ(to_ms((*known)->expires), 5000);
  EXPECT_FALSE(*read_session_answer(401, ""));
  EXPECT_EQ(read_session_answer(503, "").error().code, ErrorCode::unavailable);
  EXPECT_EQ(read_session_answer(200, "{}").error().code, ErrorCode::corrupt);
  EXPECT_EQ(read_session_answer(200, "nonsense").error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace matinee::edge
