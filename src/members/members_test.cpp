// Goal: there is one profile from the start, every profile has its key, and erasing destroys it.
#include "members/members.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <optional>

#include "guard/envelope.h"
#include "store/store_url.h"

namespace matinee::members {
namespace {

class MemberTables : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-members-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto keyring =
        guard::Keyring::open_or_create(files_, folder_ / "keyring.json", clock_, random_);
    ASSERT_TRUE(keyring) << keyring.error().message;
    keyring_.emplace(std::move(*keyring));
    reopen();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void reopen() {
    database_.reset();
    auto database = store::open_database(store::store_url("sqlite", folder_ / "matinee.db"),
                                         {files_, clock_, random_});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    auto members = Members::open(*database_, *keyring_, clock_, random_);
    ASSERT_TRUE(members) << members.error().message;
    members_.emplace(std::move(*members));
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
  std::optional<guard::Keyring> keyring_;
  std::unique_ptr<store::Database> database_;
  std::optional<Members> members_;
};

TEST_F(MemberTables, TheDefaultProfileIsMadeOnce) {
  const auto first = members_->default_profile();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(members_->default_profile().value(), *first);
  reopen();
  EXPECT_EQ(members_->default_profile().value(), *first);
  EXPECT_EQ(members_->profile(first->id).value(), *first);
  EXPECT_EQ(database_->query_one("SELECT COUNT(*) FROM tenants")->integer(0), 1);
  EXPECT_EQ(database_->query_one("SELECT COUNT(*) FROM accounts")->integer(0), 1);
}

TEST_F(MemberTables, EveryProfileHasAKeyOfItsOwnThatLastsAndIsNotInTheClear) {
  const auto first = members_->default_profile().value();
  const auto second =
      members_->create_profile(first.account_id, {.name = "Ada", .kind = ProfileKind::child})
          .value();
  EXPECT_EQ(second.kind, ProfileKind::child);
  EXPECT_NE(first.pseudonym, second.pseudonym);
  const auto key = members_->profile_key(first.id);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_NE(key->bytes(), members_->profile_key(second.id)->bytes());
  const std::string plain(reinterpret_cast<const char*>(key->bytes().data()), key->bytes().size());
  const auto row = database_->query_one("SELECT wrapped_key FROM profile_keys WHERE profile_id = ?",
                                        {first.id.to_string()});
  EXPECT_EQ(row->blob(0).find(plain), std::string::npos);
  reopen();
  EXPECT_EQ(members_->profile_key(first.id)->bytes(), key->bytes());
}

TEST_F(MemberTables, AKeyMovedToAnotherProfileDoesNotOpen) {
  const auto first = members_->default_profile().value();
  const auto second = members_->create_profile(first.account_id, {.name = "Ada"}).value();
  ASSERT_TRUE(database_->execute(
      "UPDATE profile_keys SET wrapped_key = (SELECT wrapped_key FROM profile_keys WHERE "
      "profile_id = ?) WHERE profile_id = ?",
      {first.id.to_string(), second.id.to_string()}));
  EXPECT_EQ(members_->profile_key(second.id).error().code, ErrorCode::corrupt);
}

TEST_F(MemberTables, ErasingDestroysKeyAndMappingAndLeavesATombstone) {
  const auto profile = members_->default_profile().value();
  const auto other = members_->create_profile(profile.account_id, {.name = "B"}).value();
  const auto key = members_->profile_key(profile.id).value();
  const auto event = EventId::generate(clock_, random_);
  const std::string sealed =
      guard::seal_personal(key, profile.pseudonym, event, "what was searched", random_);

  const auto erased = members_->erase_profile(profile.id);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(members_->profile_key(profile.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(members_->profile(profile.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(members_->erase_profile(profile.id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(members_->profile_key(other.id));

  const auto tombstones = members_->tombstones(0).value();
  ASSERT_EQ(tombstones.size(), 1U);
  EXPECT_EQ(tombstones[0].pseudonym, profile.pseudonym);
  EXPECT_TRUE(members_->tombstones(tombstones[0].position)->empty());
  // Nothing in the database links the pseudonym to the profile any more.
  for (const char* table : {"tenants", "accounts", "profiles", "profile_keys", "profile_tombstones",
                            "default_account"}) {
    const auto rows = database_->query(std::string("SELECT * FROM ") + table).value();
    for (const store::Row& row : rows) {
      for (const store::Value& value : row.values) {
        if (value.is_text()) {
          EXPECT_NE(value.text(), profile.id.to_string()) << table;
        }
      }
    }
  }
  EXPECT_EQ(members_->default_profile()->id, other.id);
}

TEST_F(MemberTables, TheDefaultProfileComesBackAfterItWasErased) {
  const auto first = members_->default_profile().value();
  ASSERT_TRUE(members_->erase_profile(first.id));
  const auto second = members_->default_profile();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(second->id, first.id);
  EXPECT_NE(second->pseudonym, first.pseudonym);
  EXPECT_EQ(second->account_id, first.account_id);
}

TEST_F(MemberTables, LimitsHold) {
  const auto first = members_->default_profile().value();
  EXPECT_EQ(members_->create_profile(first.account_id, {}).error().code, ErrorCode::invalid);
  const std::string long_name(Members::kNameBytesMax + 1, 'x');
  EXPECT_EQ(members_->create_profile(first.account_id, {.name = long_name}).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(members_->create_profile(AccountId{}, {.name = "A"}).error().code,
            ErrorCode::not_found);
  for (std::size_t i = 1; i < Members::kProfilesPerAccountMax; ++i) {
    ASSERT_TRUE(members_->create_profile(first.account_id, {.name = "A"}));
  }
  EXPECT_EQ(members_->create_profile(first.account_id, {.name = "A"}).error().code,
            ErrorCode::limited);
  EXPECT_EQ(members_->profiles(first.account_id)->size(), Members::kProfilesPerAccountMax);
}

}  // namespace
}  // namespace matinee::members
