// Goal: a link lets in once, in its time, for its purpose; and the database never holds its token.
#include "guard/one_time_link.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "store/store_url.h"

namespace matinee::guard {
namespace {

using namespace std::chrono_literals;

class Links : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-links-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto database = store::open_database(store::store_url("sqlite", folder_ / "matinee.db"),
                                         {files_, clock_, random_});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    auto links = OneTimeLinks::open(*database_, clock_, random_);
    ASSERT_TRUE(links) << links.error().message;
    links_.emplace(std::move(*links));
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  Result<Link> consume(const std::string& token, LinkPurpose purpose) {
    return store::transact<Link>(
        *database_, [&](store::SqlRunner& sql) { return links_->consume(sql, token, purpose); });
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{3};
  std::unique_ptr<store::Database> database_;
  std::optional<OneTimeLinks> links_;
};

TEST_F(Links, AClaimIsGoodOnceAndForTenMinutes) {
  const auto made = links_->create_claim();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->token.size(), 43U);
  EXPECT_EQ(made->link.expires - made->link.created, 10min);
  EXPECT_EQ(consume(made->token, LinkPurpose::invitation).error().code, ErrorCode::forbidden);
  EXPECT_TRUE(links_->find(made->token, LinkPurpose::claim));
  const auto taken = consume(made->token, LinkPurpose::claim);
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, made->link);
  EXPECT_EQ(taken->role, AccountRole::owner);
  EXPECT_EQ(consume(made->token, LinkPurpose::claim).error().code, ErrorCode::forbidden);

  const auto late = links_->create_claim();
  clock_.advance(10min);
  EXPECT_EQ(consume(late->token, LinkPurpose::claim).error().code, ErrorCode::forbidden);
}

TEST_F(Links, ANewClaimEndsTheOneBefore) {
  const auto first = links_->create_claim();
  const auto second = links_->create_claim();
  EXPECT_EQ(consume(first->token, LinkPurpose::claim).error().code, ErrorCode::forbidden);
  EXPECT_TRUE(consume(second->token, LinkPurpose::claim));
}

TEST_F(Links, WhatFailsAfterTakingGivesTheLinkBack) {
  const auto made = links_->create_claim();
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    EXPECT_TRUE(links_->consume(sql, made->token, LinkPurpose::claim));
    return fail(ErrorCode::conflict, "the name is taken");
  });
  EXPECT_FALSE(done);
  EXPECT_TRUE(consume(made->token, LinkPurpose::claim));
}

TEST_F(Links, InvitationsAreListedWithdrawnAndLimited) {
  const auto anna = links_->create_invitation(AccountRole::viewer, "Anna");
  clock_.advance(1ms);
  const auto ben = links_->create_invitation(AccountRole::editor, "Ben");
  ASSERT_TRUE(anna && ben);
  ASSERT_TRUE(links_->create_claim());
  auto open = links_->invitations();
  ASSERT_TRUE(open);
  EXPECT_EQ(*open, (std::vector<Link>{ben->link, anna->link}));
  EXPECT_TRUE(links_->remove_invitation(anna->link.id));
  EXPECT_EQ(links_->remove_invitation(anna->link.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(consume(anna->token, LinkPurpose::invitation).error().code, ErrorCode::forbidden);
  EXPECT_EQ(links_->create_invitation(AccountRole::viewer, std::string(201, 'x')).error().code,
            ErrorCode::invalid);
  for (std::size_t i = 1; i < OneTimeLinks::kInvitationsMax; ++i) {
    ASSERT_TRUE(links_->create_invitation(AccountRole::viewer, ""));
  }
  EXPECT_EQ(links_->create_invitation(AccountRole::viewer, "").error().code, ErrorCode::limited);
  clock_.advance(std::chrono::days(7));
  EXPECT_TRUE(links_->invitations()->empty());
  EXPECT_TRUE(links_->create_invitation(AccountRole::viewer, ""));
}

TEST_F(Links, NonsenseIsNoToken) {
  for (const std::string& token : {std::string(), std::string("x"), std::string(43, 'A'),
                                   std::string(44, 'A'), std::string(100'000, 'A')}) {
    EXPECT_EQ(consume(token, LinkPurpose::claim).error().code, ErrorCode::forbidden);
  }
}

TEST_F(Links, TheDatabaseDoesNotHoldTheToken) {
  const auto made = links_->create_claim();
  ASSERT_TRUE(made);
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find(made->token), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace matinee::guard
