// Goal: a single range is answered exactly; everything else is the whole object or 416, never an
// approximation.
#include "edge/range.h"

#include <gtest/gtest.h>

#include <ostream>

namespace matinee::edge {

// NOLINTNEXTLINE(readability-identifier-naming): the name gtest looks for.
void PrintTo(const RangeAnswer& answer, std::ostream* out) {
  *out << "kind " << static_cast<int>(answer.kind) << " first " << answer.first << " bytes "
       << answer.bytes;
}

namespace {

constexpr auto kWhole = RangeAnswer::Kind::whole;
constexpr auto kPart = RangeAnswer::Kind::part;
constexpr auto kNothing = RangeAnswer::Kind::unsatisfiable;
constexpr std::string_view kTag = "\"ab\"";

struct Case {
  const char* name;
  const char* range;
  std::uint64_t size;
  RangeAnswer expected;
};

class SingleRange : public testing::TestWithParam<Case> {};

TEST_P(SingleRange, IsExact) {
  const Case& c = GetParam();
  EXPECT_EQ(resolve_range(c.range, std::nullopt, kTag, c.size), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SingleRange,
    testing::Values(
        Case{"first_byte", "bytes=0-0", 10, {kPart, 0, 1}},
        Case{"closed", "bytes=2-5", 10, {kPart, 2, 4}}, Case{"open", "bytes=2-", 10, {kPart, 2, 8}},
        Case{"suffix", "bytes=-3", 10, {kPart, 7, 3}},
        Case{"suffix_longer_than_object", "bytes=-30", 10, {kPart, 0, 10}},
        Case{"suffix_of_nothing", "bytes=-0", 10, {kNothing, 0, 0}},
        Case{"end_beyond_object", "bytes=8-100", 10, {kPart, 8, 2}},
        Case{"last_byte", "bytes=9-", 10, {kPart, 9, 1}},
        Case{"start_at_end", "bytes=10-", 10, {kNothing, 0, 0}},
        Case{"start_beyond_end", "bytes=11-12", 10, {kNothing, 0, 0}},
        Case{"empty_object", "bytes=0-", 0, {kNothing, 0, 0}},
        Case{"empty_object_suffix", "bytes=-1", 0, {kNothing, 0, 0}},
        Case{"unit_in_capitals", "BYTES=0-1", 10, {kPart, 0, 2}},
        Case{"blanks_around", " bytes= 0-1 ", 10, {kPart, 0, 2}},
        Case{"start_of_100_bits", "bytes=1267650600228229401496703205376-", 10, {kNothing, 0, 0}},
        Case{"end_of_100_bits", "bytes=1-1267650600228229401496703205376", 10, {kPart, 1, 9}},
        Case{"backwards", "bytes=5-2", 10, {kWhole, 0, 10}},
        Case{"several", "bytes=0-1,3-4", 10, {kWhole, 0, 10}},
        Case{"other_unit", "seconds=0-1", 10, {kWhole, 0, 10}},
        Case{"no_unit", "0-1", 10, {kWhole, 0, 10}},
        Case{"no_dash", "bytes=5", 10, {kWhole, 0, 10}},
        Case{"only_a_dash", "bytes=-", 10, {kWhole, 0, 10}},
        Case{"sign", "bytes=+1-2", 10, {kWhole, 0, 10}},
        Case{"negative", "bytes=--2", 10, {kWhole, 0, 10}},
        Case{"hex", "bytes=0x1-2", 10, {kWhole, 0, 10}},
        Case{"inner_blank", "bytes=1 -2", 10, {kWhole, 0, 10}},
        Case{"empty", "", 10, {kWhole, 0, 10}}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Range, NoneAsksForTheWholeObject) {
  EXPECT_EQ(resolve_range(std::nullopt, std::nullopt, kTag, 7), (RangeAnswer{kWhole, 0, 7}));
}

TEST(Range, IfRangeHoldsOnlyForTheSameStrongTag) {
  const RangeAnswer part{kPart, 1, 2};
  const RangeAnswer all{kWhole, 0, 10};
  EXPECT_EQ(resolve_range("bytes=1-2", "\"ab\"", kTag, 10), part);
  EXPECT_EQ(resolve_range("bytes=1-2", "W/\"ab\"", kTag, 10), all);
  EXPECT_EQ(resolve_range("bytes=1-2", "\"cd\"", kTag, 10), all);
  EXPECT_EQ(resolve_range("bytes=1-2", "Sun, 01 Mar 2026 00:00:00 GMT", kTag, 10), all);
  EXPECT_EQ(resolve_range("bytes=99-", "\"cd\"", kTag, 10), all);
}

TEST(Range, ContentRangeNamesWhatIsSent) {
  EXPECT_EQ(content_range({kPart, 2, 4}, 10), "bytes 2-5/10");
  EXPECT_EQ(content_range({kNothing, 0, 0}, 10), "bytes */10");
}

TEST(NoneMatch, ComparesListsWeakly) {
  EXPECT_TRUE(none_match_holds("*", kTag));
  EXPECT_TRUE(none_match_holds("\"ab\"", kTag));
  EXPECT_TRUE(none_match_holds("W/\"ab\"", kTag));
  EXPECT_TRUE(none_match_holds("\"x,y\", \"ab\"", kTag));
  EXPECT_TRUE(none_match_holds("\"x\" ,, W/\"ab\"", kTag));
  EXPECT_FALSE(none_match_holds("\"x\"", kTag));
  EXPECT_FALSE(none_match_holds("", kTag));
  EXPECT_FALSE(none_match_holds("ab", kTag));
  EXPECT_FALSE(none_match_holds("\"x\" \"ab\"", kTag));
  EXPECT_FALSE(none_match_holds("W/", kTag));
  EXPECT_FALSE(none_match_holds("\"ab", kTag));
}

}  // namespace
}  // namespace matinee::edge
