// Goal: a cookie stands for one session until it ends, and the database never holds the cookie.
#include "guard/session.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <utility>
#include <vector>

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
    sessions_->on_revoked([this](const std::vector<SessionId>& ids) {
      told_.insert(told_.end(), ids.begin(), ids.end());
    });
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
  std::vector<SessionId> told_;
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
  const SessionOwner owner = someone();
  const auto first = sessions_->create(owner);
  const auto second = sessions_->create(owner);
  const auto third = sessions_->create(owner);
  const auto other = sessions_->create(someone());
  ASSERT_TRUE(first && second && third && other);
  ASSERT_TRUE(sessions_->revoke(first->session.id));
  EXPECT_EQ(told_, std::vector{first->session.id});
  ASSERT_TRUE(sessions_->revoke(first->session.id));  // again: nothing left, nobody told
  EXPECT_EQ(told_.size(), 1U);
  const auto kept = sessions_->keep_only(*database_, owner.account_id, third->session.id);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->changed, (std::vector{second->session.id, third->session.id}));
  EXPECT_EQ(told_.size(), 1U) << "the caller tells, after its commit";
  EXPECT_FALSE(sessions_->resolve(third->cookie));
  EXPECT_EQ(sessions_->resolve(kept->cookie)->id, third->session.id);
  ASSERT_TRUE(sessions_->revoke_account(owner.account_id));
  EXPECT_EQ(told_, (std::vector{first->session.id, third->session.id}));
  for (const auto* ended : {&first, &second, &third}) {
    EXPECT_FALSE(sessions_->resolve((*ended)->cookie));
    EXPECT_EQ(sessions_->find((*ended)->session.id).error().code, ErrorCode::unauthorized);
  }
  EXPECT_TRUE(sessions_->resolve(other->cookie));
}

TEST_F(SessionTable, AChosenProfileIsTheSessionsUntilItIsLeft) {
  SessionOwner owner = someone();
  const auto chosen = std::exchange(owner.profile_id, {});
  const auto made = sessions_->create(owner, "Firefox");
  ASSERT_TRUE(made);
  ASSERT_TRUE(sessions_->choose_profile(made->session.id, chosen));
  EXPECT_EQ(sessions_->find(made->session.id)->owner.profile_id, chosen);
  ASSERT_TRUE(sessions_->leave_profile(chosen));
  EXPECT_TRUE(sessions_->resolve(made->cookie)->owner.profile_id.is_nil());
  EXPECT_EQ(told_, std::vector(2, made->session.id));
  EXPECT_EQ(sessions_->choose_profile(SessionId{}, chosen).error().code, ErrorCode::unauthorized);
}

TEST_F(SessionTable, ARenewedCookieTakesTheOldOnesPlace) {
  const auto made = sessions_->create(someone());
  ASSERT_TRUE(made);
  const auto renewed = sessions_->rotate(made->session.id);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(sessions_->resolve(made->cookie).error().code, ErrorCode::unauthorized);
  EXPECT_EQ(sessions_->resolve(*renewed)->id, made->session.id);
  EXPECT_EQ(told_, std::vector{made->session.id});
  EXPECT_EQ(sessions_->rotate(SessionId{}).error().code, ErrorCode::unauthorized);
}

TEST_F(SessionTable, DevicesAreListedByWhenTheyWereSeen) {
  const SessionOwner owner = someone();
  const auto phone = sessions_->create(owner, "phone");
  clock_.advance(1min);
  const auto tv = sessions_->create(owner, std::string(99, 't') + "\xC3\xA4");
  ASSERT_TRUE(phone && tv);
  EXPECT_EQ(tv->session.device, std::string(99, 't')) << "no half a character";
  auto list = sessions_->list(owner.account_id);
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector{tv->session, phone->session}));
  clock_.advance(10min);
  ASSERT_TRUE(sessions_->resolve(phone->cookie));
  list = sessions_->list(owner.account_id);
  EXPECT_EQ(list->front().id, phone->session.id);
  EXPECT_EQ(list->front().last_seen, clock_.now());
  EXPECT_EQ(sessions_->last_seen()->at(owner.account_id), clock_.now());
}

TEST_F(SessionTable, OneTooManyEndsTheOneSeenLongestAgoAndTellsTheEdges) {
  const SessionOwner owner = someone();
  const auto first = sessions_->create(owner);
  clock_.advance(1ms);
  const auto second = sessions_->create(owner);
  const auto other = sessions_->create(someone());
  clock_.advance(10min);
  ASSERT_TRUE(sessions_->resolve(first->cookie));
  for (std::size_t i = 2; i <= Sessions::kSessionsPerAccountMax; ++i) {
    clock_.advance(1ms);
    ASSERT_TRUE(sessions_->create(owner));
  }
  EXPECT_EQ(told_, std::vector{second->session.id});
  EXPECT_FALSE(sessions_->resolve(second->cookie));
  EXPECT_TRUE(sessions_->resolve(first->cookie));
  EXPECT_TRUE(sessions_->resolve(other->cookie));
  EXPECT_EQ(sessions_->list(owner.account_id)->size(), Sessions::kSessionsPerAccountMax);
}

TEST_F(SessionTable, SurviveAReopening) {
  const auto made = sessions_->create(someone());
  ASSERT_TRUE(made);
  ASSERT_TRUE(Sessions::open(*database_, clock_, random_));
  EXPECT_TRUE(sessions_->resolve(made->cookie));
}

}  // namespace
}  // namespace matinee::guard
