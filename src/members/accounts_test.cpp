// Goal: there is one first owner and always an owner after, names are unique, passwords never
// shown.
#include "members/accounts.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <optional>

#include "store/store_url.h"

namespace matinee::members {
namespace {

using guard::AccountRole;

class AccountTable : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-accts-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto database = store::open_database(store::store_url("sqlite", folder_ / "matinee.db"),
                                         {files_, clock_, random_});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    auto accounts = Accounts::open(*database_, clock_, random_);
    ASSERT_TRUE(accounts) << accounts.error().message;
    accounts_.emplace(std::move(*accounts));
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  Result<Account> claim(const std::string& name) {
    return store::transact<Account>(
        *database_, [&](store::SqlRunner& sql) { return accounts_->claim(sql, name, "hash"); });
  }
  Result<Account> create(const std::string& name, AccountRole role = AccountRole::viewer) {
    clock_.advance(std::chrono::milliseconds{1});
    return store::transact<Account>(*database_, [&](store::SqlRunner& sql) {
      return accounts_->create(sql, name, role, "hash of " + name);
    });
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{4};
  std::unique_ptr<store::Database> database_;
  std::optional<Accounts> accounts_;
};

TEST_F(AccountTable, IsClaimedOnce) {
  EXPECT_FALSE(accounts_->is_claimed().value());
  EXPECT_EQ(accounts_->owner().error().code, ErrorCode::not_found);
  const auto owner = claim(" Anna ");
  ASSERT_TRUE(owner) << owner.error().message;
  EXPECT_EQ(owner->name, "Anna");
  EXPECT_EQ(owner->role, AccountRole::owner);
  EXPECT_TRUE(accounts_->is_claimed().value());
  EXPECT_EQ(accounts_->owner().value(), *owner);
  EXPECT_EQ(claim("Ben").error().code, ErrorCode::conflict);
}

TEST_F(AccountTable, TheAccountOfBeforeBecomesTheOwners) {
  ASSERT_TRUE(database_->execute("INSERT INTO tenants VALUES (?, 'Home', 1)",
                                 {TenantId::generate(clock_, random_).to_string()}));
  const auto before = AccountId::generate(clock_, random_);
  ASSERT_TRUE(database_->execute(
      "INSERT INTO accounts (account_id, tenant_id, created_ms) SELECT ?, tenant_id, 1 FROM "
      "tenants",
      {before.to_string()}));
  ASSERT_TRUE(
      database_->execute("INSERT INTO default_account VALUES (1, ?)", {before.to_string()}));
  EXPECT_FALSE(accounts_->is_claimed().value());
  EXPECT_TRUE(accounts_->list()->empty()) << "it has no name yet";
  const auto owner = claim("Anna");
  ASSERT_TRUE(owner) << owner.error().message;
  EXPECT_EQ(owner->id, before);
  EXPECT_EQ(accounts_->list()->size(), 1U);
}

TEST_F(AccountTable, NamesAreUniqueWhateverTheirCase) {
  const auto anna = create("Anna");
  ASSERT_TRUE(anna);
  EXPECT_EQ(create("ANNA").error().code, ErrorCode::conflict);
  EXPECT_EQ(accounts_->find_by_name(" anna ")->account, *anna);
  EXPECT_EQ(accounts_->find_by_name("Ann").error().code, ErrorCode::not_found);
  EXPECT_EQ(accounts_->find_with_password(anna->id)->password_hash, "hash of Anna");
  for (const std::string& bad : {std::string(), std::string("   "), std::string("a\nb"),
                                 std::string("a\0b", 3), std::string(65, 'x')}) {
    EXPECT_EQ(create(bad).error().code, ErrorCode::invalid) << bad;
    EXPECT_EQ(accounts_->find_by_name(bad).error().code, ErrorCode::not_found);
  }
  EXPECT_TRUE(create("Zoë 映画"));
}

TEST_F(AccountTable, ThereIsAlwaysAnOwner) {
  const auto anna = claim("Anna");
  const auto ben = create("Ben");
  ASSERT_TRUE(anna && ben);
  EXPECT_EQ(accounts_->set_role(anna->id, AccountRole::editor).error().code, ErrorCode::conflict);
  EXPECT_EQ(accounts_->close(anna->id).error().code, ErrorCode::conflict);
  EXPECT_EQ(accounts_->remove(anna->id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(accounts_->set_role(anna->id, AccountRole::owner));
  ASSERT_TRUE(accounts_->set_role(ben->id, AccountRole::owner));
  ASSERT_TRUE(accounts_->set_role(anna->id, AccountRole::viewer));
  EXPECT_EQ(accounts_->close(ben->id).error().code, ErrorCode::conflict);
  ASSERT_TRUE(accounts_->close(anna->id));
  EXPECT_EQ(accounts_->find_with_password(anna->id)->password_hash, "");
  ASSERT_TRUE(accounts_->remove(anna->id));
  EXPECT_EQ(accounts_->list()->size(), 1U);
  for (const auto& gone : {accounts_->set_role(anna->id, AccountRole::owner),
                           Accounts::set_password(*database_, anna->id, "x"),
                           accounts_->close(anna->id), accounts_->remove(anna->id)}) {
    EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace matinee::members
