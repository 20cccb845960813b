// Goal: what is kept of a password tells it only to who knows it, and hashing stays in its budget.
#include "guard/password.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

namespace matinee::guard {
namespace {

constexpr Deadline kNever{MonotonicInstant::max()};
// The least that argon2 takes: tests are about ours, not about its cost.
constexpr PasswordHasher::Options kCheap{.memory_kib = 8, .passes = 1};

class Passwords : public testing::Test {
 protected:
  SystemClock clock_;
  SeededRandom random_{7};
};

TEST_F(Passwords, OnlyTheRightOneVerifies) {
  PasswordHasher hasher(kCheap, clock_, random_);
  const auto kept = hasher.hash("correct horse", kNever);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_TRUE(kept->starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << *kept;
  EXPECT_EQ(kept->find("horse"), std::string::npos);
  EXPECT_TRUE(hasher.verify("correct horse", *kept, kNever).value());
  for (const char* wrong : {"", "correct hors", "Correct horse", "correct horse "}) {
    EXPECT_FALSE(hasher.verify(wrong, *kept, kNever).value()) << wrong;
  }
  EXPECT_NE(*hasher.hash("correct horse", kNever), *kept) << "each has its own salt";
  EXPECT_EQ(hasher.verify("x", "$argon2id$nonsense", kNever).error().code, ErrorCode::corrupt);
  EXPECT_TRUE(hasher.waste("x", kNever));
}

// The known answer of the reference implementation's own test (argon2id, v=19, t=2, m=2^8, p=1).
TEST_F(Passwords, AgreesWithTheReference) {
  PasswordHasher hasher(kCheap, clock_, random_);
  const std::string known =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_TRUE(hasher.verify("password", known, kNever).value());
  EXPECT_FALSE(hasher.verify("passwore", known, kNever).value());
}

TEST_F(Passwords, TheDefaultCostsWhatTheBudgetSays) {
  const PasswordHasher::Options options;
  EXPECT_LE(options.running_max * options.memory_kib, 128U * 1024U);
  PasswordHasher hasher(options, clock_, random_);
  const auto kept = hasher.hash("correct horse", kNever);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << *kept;
}

TEST_F(Passwords, WhoFindsTheLineFullOrTheDeadlineOverIsSentAway) {
  PasswordHasher none({.memory_kib = 8, .passes = 1, .running_max = 0, .waiting_max = 0}, clock_,
                      random_);
  EXPECT_EQ(none.hash("x", kNever).error().code, ErrorCode::unavailable);
  PasswordHasher slow({.memory_kib = 8, .passes = 1, .running_max = 0, .waiting_max = 1}, clock_,
                      random_);
  EXPECT_EQ(slow.hash("x", Deadline{clock_.monotonic()}).error().code, ErrorCode::unavailable);
}

TEST_F(Passwords, ManyAtOnceAllEndAndNoneIsWrong) {
  PasswordHasher hasher({.memory_kib = 64, .passes = 1, .running_max = 2, .waiting_max = 30},
                        clock_, random_);
  const std::string kept = hasher.hash("right", kNever).value();
  std::atomic<int> right = 0;
  std::latch together(16);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      together.arrive_and_wait();
      if (hasher.verify(i % 2 == 0 ? "right" : "wrong", kept, kNever).value()) ++right;
    });
  }
  threads.clear();
  EXPECT_EQ(right, 8);
}

TEST(NewPasswords, HaveALength) {
  EXPECT_TRUE(check_new_password("12345678", "anna"));
  EXPECT_TRUE(check_new_password("ärgerlich", "anna"));
  EXPECT_TRUE(check_new_password(std::string(256, 'x'), "anna"));
  for (const std::string& bad : {std::string(), std::string("1234567"), std::string("äöüß"),
                                 std::string(257, 'x'), std::string("annabella")}) {
    EXPECT_EQ(check_new_password(bad, "annabella").error().code, ErrorCode::invalid) << bad;
  }
  for (const char* pin : {"0000", "12345678"}) EXPECT_TRUE(check_new_pin(pin));
  for (const char* pin : {"", "123", "123456789", "12a4", "12 4", "-123"}) {
    EXPECT_EQ(check_new_pin(pin).error().code, ErrorCode::invalid) << pin;
  }
}

}  // namespace
}  // namespace matinee::guard
