// Goal: who has the link, the password or the PIN gets in and nobody else; guesses cost time but
// never keep the owner out; what was acknowledged survives a crash.
#include "members/sign_in.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/store_url.h"

namespace matinee::members {
namespace {

using namespace std::chrono_literals;
using guard::AccountRole;

constexpr Deadline kNever{MonotonicInstant::max()};
const std::string kPassword = "correct horse";

// Everything over one database file.
struct House {
  House(const std::filesystem::path& folder, Files& files, const Clock& clock, Random& random)
      : database(*store::open_database(store::store_url("sqlite", folder / "matinee.db"),
                                       {files, clock, random})),
        keyring(*guard::Keyring::open_or_create(files, folder / "keyring.json", clock, random)),
        sessions(*guard::Sessions::open(*database, clock, random)),
        links(*guard::OneTimeLinks::open(*database, clock, random)),
        accounts(*Accounts::open(*database, clock, random)),
        members(*Members::open(*database, keyring, clock, random)),
        hasher({.memory_kib = 8, .passes = 1}, clock, random),
        throttle(clock),
        sign_in({*database, sessions, links, hasher, throttle, accounts, members,
                 keyring.session_key(), random}) {}

  std::unique_ptr<store::Database> database;
  guard::Keyring keyring;
  guard::Sessions sessions;
  guard::OneTimeLinks links;
  Accounts accounts;
  Members members;
  guard::PasswordHasher hasher;
  guard::GuessThrottle throttle;
  SignIn sign_in;
};

class SigningIn : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-signin-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    house_ = std::make_unique<House>(folder_, files_, clock_, random_);
  }
  void TearDown() override {
    house_.reset();
    std::filesystem::remove_all(folder_);
  }

  static Browser at(const std::string& address, const std::string& mark = "") {
    return {.client_address = address, .device = "Firefox on Linux", .mark = mark};
  }
  SignedIn claimed() {
    const auto link = house_->links.create_claim();
    auto made = house_->sign_in.claim(link->token, "Anna", kPassword, at("127.0.0.1"), kNever);
    EXPECT_TRUE(made && made->done) << made.error().message;
    return std::move(*made->done);
  }
  SignedIn invited(const std::string& name, AccountRole role) {
    const auto link = house_->links.create_invitation(role, "");
    auto made = house_->sign_in.accept(link->token, name, kPassword, at("203.0.113.5"), kNever);
    EXPECT_TRUE(made && made->done) << made.error().message;
    return std::move(*made->done);
  }
  // 200, 403, or 429 as a browser would see it.
  int sign_in(const std::string& name, const std::string& password, const Browser& browser) {
    const auto outcome = house_->sign_in.sign_in(name, password, browser, kNever);
    if (!outcome) return outcome.error().code == ErrorCode::forbidden ? 403 : 500;
    return outcome->done ? 200 : 429;
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{11};
  std::unique_ptr<House> house_;
};

TEST_F(SigningIn, AClaimMakesTheOwnerWithAProfileAndASession) {
  const auto owner = claimed();
  EXPECT_EQ(owner.account.role, AccountRole::owner);
  const auto profiles = house_->members.profiles(owner.account.id);
  ASSERT_EQ(profiles->size(), 1U);
  EXPECT_EQ(profiles->front().name, "Anna");
  EXPECT_EQ(owner.session.owner.profile_id, profiles->front().id) << "nothing to choose";
  EXPECT_EQ(house_->sessions.resolve(owner.cookie)->owner.account_id, owner.account.id);
  EXPECT_EQ(house_->sessions.list(owner.account.id)->front().device, "Firefox on Linux");
  const auto again = house_->links.create_claim();
  EXPECT_EQ(house_->sign_in.claim(again->token, "Ben", kPassword, at("::1"), kNever).error().code,
            ErrorCode::conflict);
}

TEST_F(SigningIn, AServiceIsClaimedFromNearbyOnly) {
  const auto link = house_->links.create_claim();
  EXPECT_EQ(
      house_->sign_in.claim(link->token, "Eve", kPassword, at("203.0.113.5"), kNever).error().code,
      ErrorCode::forbidden);
  EXPECT_TRUE(
      house_->sign_in.claim(link->token, "Anna", kPassword, at("192.168.1.20"), kNever)->done);
}

TEST_F(SigningIn, ABadNameOrPasswordDoesNotUseTheLinkUp) {
  claimed();
  const auto link = house_->links.create_invitation(AccountRole::viewer, "");
  const auto join = [&](const std::string& name, const std::string& password) {
    const auto outcome = house_->sign_in.accept(link->token, name, password, at("::1"), kNever);
    return outcome ? std::string(outcome->done ? "in" : "wait")
                   : std::string(name_of(outcome.error().code));
  };
  EXPECT_EQ(join("Ben", "short"), "invalid");
  EXPECT_EQ(join("", kPassword), "invalid");
  EXPECT_EQ(join("benjamin", "benjamin"), "invalid");
  EXPECT_EQ(join("anna", kPassword), "conflict");
  EXPECT_EQ(join("Ben", kPassword), "in");
  EXPECT_EQ(join("Carl", kPassword), "forbidden") << "used";
}

TEST_F(SigningIn, TokensCannotBeTriedForEver) {
  int waits = 0;
  for (int i = 0; i < 40; ++i) {
    const auto outcome =
        house_->sign_in.accept(std::string(43, 'A'), "Eve", kPassword, at("203.0.113.5"), kNever);
    if (outcome && outcome->wait > 0ms) ++waits;
  }
  EXPECT_EQ(waits, 20);
}

TEST_F(SigningIn, TheRightPasswordGetsInAndAWrongNameLooksLikeAWrongPassword) {
  claimed();
  EXPECT_EQ(sign_in("anna", kPassword, at("::1")), 200);
  EXPECT_EQ(sign_in("Anna", "wrong horse", at("::1")), 403);
  EXPECT_EQ(sign_in("Nobody", kPassword, at("::1")), 403);
  EXPECT_EQ(sign_in("Anna", std::string(10'000, 'x'), at("::1")), 403);
  const auto wrong_name = house_->sign_in.sign_in("Nobody", "x", at("::1"), kNever);
  const auto wrong_password = house_->sign_in.sign_in("Anna", "x", at("::1"), kNever);
  EXPECT_EQ(wrong_name.error().message, wrong_password.error().message);
}

TEST_F(SigningIn, GuessesAreThrottledAlikeWhetherTheNameIsKnownOrNot) {
  claimed();
  std::vector<int> known;
  std::vector<int> unknown;
  for (int i = 0; i < 8; ++i) known.push_back(sign_in("Anna", "guess", at("203.0.113.5")));
  for (int i = 0; i < 8; ++i) unknown.push_back(sign_in("Nobody", "guess", at("203.0.113.6")));
  EXPECT_EQ(known, (std::vector{403, 403, 403, 403, 403, 429, 429, 429}));
  EXPECT_EQ(unknown, known);
  EXPECT_EQ(sign_in("Anna", kPassword, at("203.0.113.5")), 429) << "right, but too soon";
  clock_.advance(30s);
  EXPECT_EQ(sign_in("Anna", kPassword, at("203.0.113.5")), 200);
  EXPECT_EQ(sign_in("Anna", "guess", at("203.0.113.5")), 403) << "forgiven";
}

TEST_F(SigningIn, ManyAddressesTogetherAreThrottledButAKnownBrowserStillGetsIn) {
  const auto owner = claimed();
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const auto address = "203.0.113." + std::to_string(i % 250);
    if (sign_in("Anna", "guess", at(address)) == 429) ++refused;
  }
  EXPECT_EQ(refused, 250);
  EXPECT_EQ(sign_in("Anna", kPassword, at("198.51.100.7")), 429) << "a browser nobody knows";
  EXPECT_EQ(sign_in("Anna", kPassword, at("198.51.100.7", owner.mark)), 200);
  EXPECT_EQ(sign_in("Anna", "mistyped", at("203.0.113.5", owner.mark)), 403);
  EXPECT_EQ(sign_in("Anna", kPassword, at("203.0.113.5", owner.mark)), 200)
      << "behind the guesser's own address";
  const auto ben = invited("Ben", AccountRole::viewer);
  EXPECT_EQ(sign_in("Anna", kPassword, at("198.51.100.7", ben.mark)), 429) << "another's mark";
}

TEST_F(SigningIn, OneClientTryingManyNamesIsThrottled) {
  claimed();
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    if (sign_in("Name " + std::to_string(i), kPassword, at("203.0.113.5")) == 429) ++refused;
  }
  EXPECT_EQ(refused, 20);
  EXPECT_EQ(sign_in("Anna", kPassword, at("203.0.113.6")), 200);
}

TEST_F(SigningIn, ANewPasswordEndsOtherSessionsAndMarks) {
  const auto first = claimed();
  const auto second =
      house_->sign_in.sign_in("Anna", kPassword, at("198.51.100.7"), kNever)->done.value();
  const auto change = [&](const std::string& current, const std::string& wanted) {
    return house_->sign_in.change_password(first.session, current, wanted, kNever);
  };
  EXPECT_EQ(change("wrong", "battery staple").error().code, ErrorCode::forbidden);
  EXPECT_EQ(change(kPassword, "short").error().code, ErrorCode::invalid);
  const auto changed = change(kPassword, "battery staple");
  ASSERT_TRUE(changed && changed->done);
  EXPECT_FALSE(house_->sessions.resolve(second.cookie));
  EXPECT_FALSE(house_->sessions.resolve(first.cookie));
  EXPECT_EQ(house_->sessions.resolve(changed->done->cookie)->id, first.session.id);
  EXPECT_EQ(sign_in("Anna", kPassword, at("::1", first.mark)), 403);
  EXPECT_EQ(sign_in("Anna", "battery staple", at("::1")), 200);
}

TEST_F(SigningIn, ANewPasswordAndTheEndOfOtherSessionsAreOneCommit) {
  const auto first = claimed();
  const auto second =
      house_->sign_in.sign_in("Anna", kPassword, at("198.51.100.7"), kNever)->done.value();
  // The last of the steps fails: its session has been ended meanwhile.
  ASSERT_TRUE(house_->sessions.revoke(first.session.id));
  std::vector<SessionId> told;
  house_->sessions.on_revoked(
      [&](const auto& ids) { told.insert(told.end(), ids.begin(), ids.end()); });
  const auto changed =
      house_->sign_in.change_password(first.session, kPassword, "battery staple", kNever);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::unauthorized);
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(house_->sessions.resolve(second.cookie)) << "nothing was done by half";
  EXPECT_EQ(sign_in("Anna", kPassword, at("::1")), 200) << "the password is the old one";
}

TEST_F(SigningIn, AProfileIsChosenByItsPinAndTheCookieRisesWithIt) {
  const auto owner = claimed();
  const auto adult = house_->members.profiles(owner.account.id)->front();
  const auto child =
      house_->members.create_profile(owner.account.id, {.name = "Kid", .kind = ProfileKind::child});
  ASSERT_TRUE(child);
  EXPECT_EQ(child->maturity_max, kChildMaturity);
  ASSERT_TRUE(house_->members.set_pin(adult.id, house_->hasher.hash("1234", kNever).value()));

  const auto choose = [&](ProfileId profile, const std::string& pin) {
    return house_->sign_in.choose_profile(house_->sessions.find(owner.session.id).value(), profile,
                                          pin, kNever);
  };
  const auto down = choose(child->id, "");
  ASSERT_TRUE(down && down->done);
  EXPECT_FALSE(down->done->cookie) << "less power needs no new cookie";
  EXPECT_EQ(choose(adult.id, "").error().code, ErrorCode::forbidden);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(choose(adult.id, "9999").error().code, ErrorCode::forbidden);
  }
  EXPECT_GT(choose(adult.id, "1234")->wait, 0ms);
  clock_.advance(60s);
  const auto up = choose(adult.id, "1234");
  ASSERT_TRUE(up && up->done && up->done->cookie);
  EXPECT_FALSE(house_->sessions.resolve(owner.cookie)) << "the cookie of before is worth nothing";
  EXPECT_EQ(house_->sessions.resolve(*up->done->cookie)->owner.profile_id, adult.id);
  EXPECT_TRUE(choose(adult.id, "")->done) << "it is there already";

  const auto ben = invited("Ben", AccountRole::viewer);
  const auto bens = house_->members.profiles(ben.account.id)->front();
  EXPECT_EQ(choose(bens.id, "").error().code, ErrorCode::not_found) << "another account's";
}

TEST_F(SigningIn, TheGateGivesTheWeightOfWhatCanBeEnteredThere) {
  const auto owner = claimed();
  const auto adult = house_->members.profiles(owner.account.id)->front();
  const auto child =
      house_->members.create_profile(owner.account.id, {.name = "Kid", .kind = ProfileKind::child})
          .value();
  const auto may = [&](const std::optional<Profile>& chosen) {
    return house_->sign_in.may_manage(owner.session, chosen).value();
  };
  EXPECT_TRUE(may(adult));
  EXPECT_FALSE(may(child));
  EXPECT_TRUE(may(std::nullopt)) << "anybody there could enter the adult's";
  ASSERT_TRUE(house_->members.set_pin(adult.id, "a hash"));
  EXPECT_FALSE(may(std::nullopt));
  ASSERT_TRUE(house_->members.set_pin(adult.id, ""));
  auto limited = adult;
  limited.maturity_max = 12;
  ASSERT_TRUE(house_->members.update_profile(adult.id, limited));
  EXPECT_FALSE(may(limited));
  EXPECT_TRUE(may(std::nullopt)) << "with no unlimited profile left, nobody could ever";
}

TEST_F(SigningIn, ErasingSendsSessionsToTheGateAndTellsOfIt) {
  const auto owner = claimed();
  int told = 0;
  house_->sign_in.on_erased([&] { ++told; });
  std::vector<SessionId> pushed;
  house_->sessions.on_revoked([&](const std::vector<SessionId>& ids) { pushed = ids; });
  const auto profile = owner.session.owner.profile_id;
  ASSERT_TRUE(house_->sign_in.erase_profile(profile));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(pushed, std::vector{owner.session.id});
  EXPECT_TRUE(house_->sessions.resolve(owner.cookie)->owner.profile_id.is_nil());
  const auto untold = house_->members.untold_erasures().value();
  ASSERT_EQ(untold.size(), 1U);
  EXPECT_EQ(untold[0].tenant_id, owner.account.tenant_id);
  ASSERT_TRUE(house_->members.erasures_told(untold[0].position));
  EXPECT_TRUE(house_->members.untold_erasures()->empty());
  EXPECT_EQ(house_->sign_in.erase_profile(profile).error().code, ErrorCode::not_found);
}

TEST_F(SigningIn, RemovingAnAccountErasesAllOfItAndARoleChangeSignsOut) {
  const auto owner = claimed();
  const auto ben = invited("Ben", AccountRole::viewer);
  ASSERT_TRUE(house_->sign_in.set_role(ben.account.id, AccountRole::editor));
  EXPECT_FALSE(house_->sessions.resolve(ben.cookie));
  EXPECT_EQ(sign_in("Ben", kPassword, at("::1")), 200);
  ASSERT_TRUE(house_->sign_in.remove_account(ben.account.id));
  EXPECT_EQ(sign_in("Ben", kPassword, at("::1")), 403);
  EXPECT_TRUE(house_->members.profiles(ben.account.id)->empty());
  EXPECT_EQ(house_->members.untold_erasures()->size(), 1U);
  EXPECT_EQ(house_->sign_in.remove_account(owner.account.id).error().code, ErrorCode::conflict);
  EXPECT_EQ(house_->sign_in.remove_account(ben.account.id).error().code, ErrorCode::not_found);
}

TEST_F(SigningIn, TheOperatorSignsInAsTheOwnerWithoutAPassword) {
  EXPECT_EQ(house_->sign_in.sign_in_owner("script", "").error().code, ErrorCode::not_found);
  const auto owner = claimed();
  clock_.advance(1ms);
  ASSERT_TRUE(house_->members.create_profile(owner.account.id, {.name = "Second"}));
  const auto first = house_->sign_in.sign_in_owner("script", "");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->session.owner.profile_id, owner.session.owner.profile_id);
  EXPECT_NE(house_->sign_in.sign_in_owner("script", "Second")->session.owner.profile_id,
            owner.session.owner.profile_id);
  EXPECT_EQ(house_->sign_in.sign_in_owner("script", "Third").error().code, ErrorCode::not_found);
  EXPECT_TRUE(first->mark.empty());
}

// What a killed process leaves: the files as they are, without anything being closed.
TEST_F(SigningIn, WhatWasAcknowledgedSurvivesAKill) {
  const auto link = house_->links.create_claim();
  const auto owner =
      house_->sign_in.claim(link->token, "Anna", kPassword, at("::1"), kNever)->done.value();
  const auto invitation = house_->links.create_invitation(AccountRole::editor, "Ben");
  ASSERT_TRUE(house_->sessions.revoke(
      house_->sign_in.sign_in("Anna", kPassword, at("::1"), kNever)->done->session.id));
  const auto left = folder_ / "left";
  std::filesystem::create_directory(left);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.is_regular_file()) {
      std::filesystem::copy_file(entry.path(), left / entry.path().filename());
    }
  }
  House after(left, files_, clock_, random_);
  EXPECT_EQ(after.accounts.owner().value(), owner.account);
  EXPECT_TRUE(after.sessions.resolve(owner.cookie));
  EXPECT_EQ(after.sessions.list(owner.account.id)->size(), 1U) << "the revoked one stays so";
  EXPECT_FALSE(after.links.find(link->token, guard::LinkPurpose::claim)) << "used is used";
  EXPECT_TRUE(after.links.find(invitation->token, guard::LinkPurpose::invitation));
  EXPECT_TRUE(after.sign_in.sign_in("Anna", kPassword, at("::1"), kNever)->done);
}

}  // namespace
}  // namespace matinee::members
