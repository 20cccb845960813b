// Goal: insight hears of every erasure, in order and at least once, however often it is away.
#include "api/erasure_sender.h"

#include <gtest/gtest.h>

#include <vector>

#include "api/control_test_world.h"

namespace matinee::api {
namespace {

class ErasureSending : public ControlTest {
 protected:
  Pseudonym erased() {
    const auto name = "Member " + std::to_string(++accounts_);
    const auto account = store::transact<members::Account>(*database_, [&](store::SqlRunner& sql) {
      return sign_in_->accounts.create(sql, name, guard::AccountRole::viewer, "");
    });
    const auto profile = sign_in_->members.create_profile(account->id, {.name = "A"});
    EXPECT_TRUE(sign_in_->members.erase_profile(profile->id));
    return profile->pseudonym;
  }
  int accounts_ = 0;
  std::vector<Pseudonym> told_;
  bool insight_away_ = false;
  ErasureSender::Send send_to_insight() {
    return [this](const members::Tombstone& tombstone) -> Result<void> {
      if (insight_away_) return fail(ErrorCode::unavailable, "insight is away");
      EXPECT_FALSE(tombstone.tenant_id.is_nil());
      told_.push_back(tombstone.pseudonym);
      return {};
    };
  }
};

TEST_F(ErasureSending, GoesOnWhereItStoppedAlsoAfterARestart) {
  ErasureSender sender(sign_in_->members, send_to_insight());
  EXPECT_TRUE(sender.step()) << "nothing to tell";
  const auto first = erased();
  const auto second = erased();
  insight_away_ = true;
  EXPECT_FALSE(sender.step());
  EXPECT_TRUE(told_.empty());
  insight_away_ = false;
  EXPECT_TRUE(sender.step());
  EXPECT_EQ(told_, (std::vector{first, second}));
  const auto third = erased();
  ErasureSender after(sign_in_->members, send_to_insight());
  EXPECT_TRUE(after.step());
  EXPECT_EQ(told_, (std::vector{first, second, third}));
}

TEST_F(ErasureSending, ItsThreadTellsWhatIsLeftAndEndsWithIt) {
  const auto pseudonym = erased();
  std::mutex mutex;
  std::condition_variable done;
  bool is_told = false;
  {
    ErasureSender sender(sign_in_->members,
                         [&](const members::Tombstone& tombstone) -> Result<void> {
                           const std::lock_guard lock(mutex);
                           is_told = tombstone.pseudonym == pseudonym;
                           done.notify_all();
                           return {};
                         });
    sender.start();
    std::unique_lock lock(mutex);
    EXPECT_TRUE(done.wait_for(lock, std::chrono::seconds{60}, [&] { return is_told; }));
  }
}

}  // namespace
}  // namespace matinee::api
