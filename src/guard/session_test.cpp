// Goal: a cookie stands for one session until it ends, and the database never holds the cookie.
#include "guard/session.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "store/store_url.h"

namespace matinee::guard {
namespace {

using namespace std::chrono_literals;

class SessionTable : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-session-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto database = store::open_database(store::store_url("sqlite", folder_ / "matinee.db"),
                                         {files_, clock_, random_});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    auto sessions = Sessions::open(*database_, clock_, random_);
    ASSERT_TRUE(sessions) << sessions.error().message;
    sessions_.emplace(std::move(*sessions));
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  SessionOwner someone() {
    return {TenantId::generate(clock_, random_), AccountId::generate(clock_, random_),
            ProfileId::generate(clock_, random_)};
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
  std::unique_ptr<store::Database> database_;
  std::optional<Sessions> sessions_;
};

TEST_F(SessionTable, ACookieIsResolvedUntilItExpires) {
  const SessionOwner owner = someone();
  const auto made = sessions_->create(owner);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->cookie.size(), 43U);
  const auto resolved = sessions_->resolve(made->cookie);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(*resolved, made->session);
  EXPECT_EQ(resolved->owner, owner);
  clock_.advance(kSessionLifetime - 1ms);
  EXPECT_TRUE(sessions_->resolve(made->cookie));
  clock_.advance(1ms);
  EXPECT_EQ(sessions_->resolve(made->cookie).error().code, ErrorCode::unauthorized);
  EXPECT_EQ(sessions_->remove_expired().value(), 1U);
  EXPECT_EQ(sessions_->remove_expired().value(), 0U);
}

TEST_F(SessionTable, OtherCookiesAreUnauthorized) {
  const auto made = sessions_->create(someone());
  ASSERT_TRUE(made);
  std::string other = made->cookie;
  other[0] = other[0] == 'A' ? 'B' : 'A';
  for (const std::string& cookie : {std::string(), other, made->cookie + "A", std::string("' OR 1"),
                                    made->session.id.to_string()}) {
    EXPECT_EQ(sessions_->resolve(cookie).error().code, ErrorCode::unauthorized) << cookie;
  }
}

TEST_F(SessionTable, TheCookieIsNotInTheDatabase) {
  const auto made = sessions_->create(someone());
  const auto rows = database_->query("SELECT * FROM sessions");
  ASSERT_TRUE(made && rows);
  for (const store::Value& value : rows->at(0).values) {
    if (value.is_text()) {
      EXPECT_EQ(value.text().find(made->cookie), std::string::npos);
    }
  }
}

TEST_F(SessionTable, RevokingEndsSessionsAndTellsTheHook) {
  std::vector<SessionId> told;
  sessions_->on_revoked(
      [&](const std::vector<SessionId>& ids) { told.insert(told.end(), ids.begin(), ids.end()); });
  const SessionOwner owner = someone();
  const auto first = sessions_->create(owner);
  const auto second = sessions_->create(owner);
  const auto third = sessions_->create(owner);
  const auto other = sessions_->create(someone());
  ASSERT_TRUE(first && second && third && other);
  ASSERT_TRUE(sessions_->revoke(first->session.id));
  EXPECT_EQ(told, std::vector{first->session.id});
  ASSERT_TRUE(sessions_->revoke(first->session.id));  // again: nothing left, nobody told
  EXPECT_EQ(told.size(), 1U);
  ASSERT_TRUE(sessions_->revoke_profile(owner.profile_id));
  EXPECT_EQ(told.size(), 3U);
  for (const auto* ended : {&first, &second, &third}) {
    EXPECT_FALSE(sessions_->resolve((*ended)->cookie));
  }
  EXPECT_TRUE(sessions_->resolve(other->cookie));
}

TEST_F(SessionTable, SurviveAReopening) {
  const auto made = sessions_->create(someone());
  ASSERT_TRUE(made);
  ASSERT_TRUE(Sessions::open(*database_, clock_, random_));
  EXPECT_TRUE(sessions_->resolve(made->cookie));
}

TEST(SessionCookie, IsReadStrictly) {
  const std::string value(43, 'A');
  const std::string pair = "matinee_session=" + value;
  const std::pair<std::string, bool> cases[] = {
      {pair, true},
      {"theme=dark; " + pair, true},
      {pair + "; theme=dark", true},
      {"theme=dark;" + pair + ";", true},
      {"odd; " + pair, true},
      {"", false},
      {"theme=dark", false},
      {pair + "; " + pair, false},
      {"matinee_session=\"" + value + "\"", false},
      {"matinee_session=" + value.substr(1), false},
      {pair + "A", false},
      {"matinee_session=" + value.substr(1) + "B", false},  // stray bits at the end
      {"Matinee_Session=" + value, false},
      {"xmatinee_session=" + value, false},
      {std::string(20'000, 'x') + "; " + pair, false},
  };
  for (const auto& [header, found] : cases) {
    EXPECT_EQ(session_cookie_of(header).has_value(), found) << header.substr(0, 100);
  }
}

TEST(SessionCookie, IsHandedOutForOneSiteAndNoScript) {
  EXPECT_EQ(session_set_cookie("abc", false),
            "matinee_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000");
  EXPECT_TRUE(session_set_cookie("abc", true).ends_with("; Secure"));
  EXPECT_EQ(session_clear_cookie(false),
            "matinee_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace matinee::guard
