// Goal: the values everything is made of (ids, text encodings, JSON, metrics) read back as written,
// and refuse what is malformed.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"

namespace matinee {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + 12h};

TEST(Uuid, IsVersion7AndSortsByTime) {
  FakeClock clock(kNoon);
  SeededRandom random(1);
  const auto first = TitleId::generate(clock, random);
  clock.advance(1ms);
  const auto second = TitleId::generate(clock, random);
  EXPECT_LT(first, second);
  EXPECT_EQ(first.to_string().size(), 32U);
  EXPECT_EQ(first.to_string()[12], '7');
  EXPECT_EQ(TitleId::parse(first.to_string()).value(), first);
}

TEST(Uuid, RefusesOtherText) {
  for (const char* text :
       {"", "12", "zz000000000000000000000000000000", "0000000000000000000000000000000000"}) {
    EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  }
}

TEST(Encoding, RoundTripsEveryLength) {
  SeededRandom random(2);
  for (std::size_t length = 0; length < 70; ++length) {
    std::vector<unsigned char> bytes(length);
    random.fill(bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
    const std::string text(text_of(bytes));
    if (text.find('\0') == std::string::npos) {
      EXPECT_EQ(percent_decode(percent_encode(text)).value(), text);
    }
  }
}

TEST(Encoding, RefusesMalformedText) {
  EXPECT_FALSE(from_hex("abc").has_value());
  EXPECT_FALSE(from_base64url("A").has_value());
  EXPECT_FALSE(from_base64url("AB==").has_value());
  EXPECT_FALSE(from_base64url("AB").has_value()) << "stray bits";
  for (const char* text : {"%", "%4", "a%zz", "%00"}) {
    EXPECT_FALSE(percent_decode(text).has_value()) << text;
  }
  EXPECT_EQ(percent_decode("caf%C3%A9").value(), "caf\xC3\xA9");
}

TEST(Digest, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.update(bytes_of("a"));
  pieces.update(bytes_of("bc"));
  EXPECT_EQ(pieces.finish(), sha256(bytes_of("abc")));
  EXPECT_EQ(to_hex(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(JsonText, HasLimitsAndNamesWhatIsMissing) {
  EXPECT_TRUE(parse_json(R"({"a":[1,2]})").has_value());
  EXPECT_FALSE(parse_json("{").has_value());
  EXPECT_FALSE(parse_json(std::string(1000000, '[')).has_value());
  EXPECT_TRUE(parse_json(R"(["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["])").has_value());
  const auto missing = text_member(Json::object(), "name");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().message.find("name"), std::string::npos);
}

TEST(ErrorNames, RoundTrip) {
  for (auto code : {ErrorCode::invalid, ErrorCode::limited, ErrorCode::corrupt}) {
    EXPECT_EQ(error_code_of(name_of(code)), code);
  }
}

TEST(MetricsText, IsPrometheusText) {
  Metrics metrics;
  metrics.counter("matinee_plays_total", "Plays.", {{"title", "a\"b"}}).add(3);
  metrics.histogram("matinee_wait_seconds", "Waits.").observe(0.02);
  const auto text = metrics.to_prometheus();
  EXPECT_NE(text.find("matinee_plays_total{title=\"a\\\"b\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("matinee_wait_seconds_bucket{le=\"0.025\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("matinee_wait_seconds_count 1\n"), std::string::npos) << text;
  EXPECT_EQ(&metrics.counter("matinee_plays_total", "", {{"title", "a\"b"}}),
            &metrics.counter("matinee_plays_total", "", {{"title", "a\"b"}}));
}

TEST(ThreadPool, RunsWhatItAcceptedAndRefusesBeyondItsQueue) {
  std::atomic<int> ran = 0;
  int accepted = 0;
  {
    ThreadPool pool({.name = "test", .threads = 2, .queue_max = 4});
    std::mutex gate;
    const std::unique_lock held(gate);
    for (int i = 0; i < 20; ++i) {
      const bool ok = pool.submit([&] {
        const std::scoped_lock wait(gate);
        ++ran;
      });
      accepted += ok ? 1 : 0;
    }
    EXPECT_LE(accepted, 6);
    EXPECT_GE(accepted, 4);
  }
  EXPECT_EQ(ran, accepted);
}

TEST(Random, BelowStaysBelow) {
  SeededRandom random(3);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.below(7));
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(*seen.rbegin(), 6U);
}

TEST(LogText, EscapesWhatJsonCannotHold) {
  std::string out;
  log::append_json_string(out, "a\"\n\xFF");
  EXPECT_EQ(out, "\"a\\\"\\n\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace matinee
