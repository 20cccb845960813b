// Goal: SRT and WebVTT of any usual encoding become the same cues; bad files are refused by line;
// HLS segments lose no cue.
#include "media/captions.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace matinee::media {
namespace {

using namespace std::string_literals;

TEST(Captions, ReadsSrt) {
  const auto cues = read_cues(
      "\xEF\xBB\xBF"
      "1\r\n00:00:01,500 --> 00:00:03,000\r\n<I>Hello</I> & <font color=\"red\">you"
      "</font>\r\n{\\an8}1 < 2 --\r\n\r\n2\r\n00:01:00,000 --> 01:00:00,040 X1:0\r\nSecond\r\n");
  ASSERT_TRUE(cues.has_value()) << cues.error().message;
  EXPECT_EQ(*cues, (std::vector<Cue>{
                       {1500, 3000, "", "<i>Hello</i> &amp; you\n1 &lt; 2 --"},
                       {60'000, 3'600'040, "", "Second"},
                   }));
}

// Found by the fuzzer: the line that {\\an8} left empty ended the cue in WebVTT, without its text.
TEST(Captions, MarkupAloneOnALineLeavesNoBlankLine) {
  const auto cues = read_cues("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}\nText\n<font>\nMore\n");
  ASSERT_TRUE(cues.has_value()) << cues.error().message;
  EXPECT_EQ(*cues, (std::vector<Cue>{{1000, 2000, "", "Text\nMore"}}));
  EXPECT_EQ(read_cues(write_webvtt(*cues)).value(), *cues);
}

TEST(Captions, ReadsWebVtt) {
  const auto cues = read_cues(
      "WEBVTT - a film\nX-TIMESTAMP-MAP=MPEGTS:0\n\nSTYLE\n::cue{}\n\nNOTE a\nb\n\nid 1\n"
      "00:05.000 --> 00:07.250 line:0 align:start\n<v Anna>Yes\n\n"
      "00:01.000 --> 00:02.000\nFirst\n00:02.000 --> 00:02.000\nnever shown\n");
  ASSERT_TRUE(cues.has_value()) << cues.error().message;
  EXPECT_EQ(*cues, (std::vector<Cue>{
                       {1000, 2000, "", "First"},
                       {5000, 7250, "line:0 align:start", "<v Anna>Yes"},
                   }));
}

TEST(Captions, DecodesEncodings) {
  const std::string expected = "caf\xC3\xA9 \xE2\x82\xAC";
  EXPECT_EQ(decode_caption_text("caf\xE9 \x80").value(), expected);
  EXPECT_EQ(decode_caption_text(expected).value(), expected);
  EXPECT_EQ(decode_caption_text("\xFF\xFE"
                                "c\0a\0f\0\xE9\0 \0\xAC\x20"s)
                .value(),
            expected);
  EXPECT_EQ(decode_caption_text("\xFE\xFF\0c\0a\0f\0\xE9\0 \x20\xAC"s).value(), expected);
  EXPECT_EQ(decode_caption_text("\xFF\xFE\x3D\xD8\x00\xDE"s).value(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(decode_caption_text("a\rb\r\nc\n").value(), "a\nb\nc\n");
  EXPECT_FALSE(decode_caption_text(std::string(kCaptionBytesMax + 1, 'a')).has_value());
}

// The same two cues, however they were written.
TEST(Captions, AreReadInWrongEncodings) {
  const std::string text = "1\n00:00:01,000 --> 00:00:02,000\n%\n\n";
  const auto with = [&](std::string line) {
    std::string all = text;
    return all.replace(all.find('%'), 1, line);
  };
  const auto wide = [](std::string_view ascii, bool little) {
    std::string out;
    for (const char c : ascii) (out += little ? c : '\0') += little ? '\0' : c;
    return out;
  };
  const std::string hello = "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82";
  const std::vector<std::tuple<std::string, std::string, std::string>> cases{
      {"UTF-16LE with its mark", "\xFF\xFE" + wide(with("Hi"), true), "Hi"},
      {"UTF-16BE with its mark", "\xFE\xFF" + wide(with("Hi"), false), "Hi"},
      {"UTF-16LE without", wide(with("Hi"), true), "Hi"},
      {"UTF-16BE without", wide(with("Hi"), false), "Hi"},
      {"Latin-1", with("\xC9t\xE9"), "\xC3\x89t\xC3\xA9"},
      {"CP1251", with("\xCF\xF0\xE8\xE2\xE5\xF2"), hello},
      {"UTF-8 behind a mark of UTF-16", "\xFF\xFE" + with(hello), hello},
      {"CP1251 behind a mark of UTF-8", "\xEF\xBB\xBF" + with("\xCF\xF0\xE8\xE2\xE5\xF2"), hello},
  };
  for (const auto& [name, bytes, expected] : cases) {
    const auto decoded = decode_caption_text(bytes);
    ASSERT_TRUE(decoded) << name;
    EXPECT_EQ(*decoded, with(expected)) << name;
  }
  std::string binary;
  for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(i * 2654435761U >> 13);
  EXPECT_FALSE(read_cues(binary));
}

TEST(Captions, NamesTheLineThatIsWrong) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& each : std::vector<Case>{
           {"hello\n", "captions, line 1: neither a cue's number nor its times"},
           {"1\n00:00:01,000 --> soon\nx\n", "captions, line 2: the cue's times cannot be read"},
           {"1\n00:00:61,000 --> 00:01:02,000\nx\n",
            "captions, line 2: the cue's times cannot be read"},
           {"1\n00:00:02,000 --> 00:00:01,000\nx\n",
            "captions, line 2: the cue ends before it starts"},
           {"WEBVTT\n\n1 --> 2\nx\n", "captions, line 3: the cue's times cannot be read"},
       }) {
    const auto cues = read_cues(each.text);
    ASSERT_FALSE(cues.has_value()) << each.text;
    EXPECT_EQ(cues.error().code, ErrorCode::invalid);
    EXPECT_EQ(cues.error().message, each.message);
  }
  EXPECT_FALSE(read_cues("1\n00:01,000 --> 00:02,000\n" + std::string(9000, 'x')).has_value());
  EXPECT_TRUE(read_cues("").value().empty());
  EXPECT_TRUE(read_cues("WEBVTT").value().empty());
}

TEST(Captions, WhatIsWrittenReadsBack) {
  const std::vector<Cue> cues{{0, 1000, "line:0", "a\nb"},
                              {500, 3'600'000, "", "1 &lt; 2 --&gt; 3"}};
  EXPECT_EQ(write_webvtt(cues),
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000 line:0\na\nb\n\n"
            "00:00:00.500 --> 01:00:00.000\n1 &lt; 2 --&gt; 3\n\n");
  EXPECT_EQ(read_cues(write_webvtt(cues)).value(), cues);
}

TEST(CaptionSegments, RepeatCuesAcrossBoundaries) {
  std::vector<std::int64_t> idr;
  for (int at = 0; at < 150'000; at += 4000) idr.push_back(at);
  const std::vector<Cue> cues{{1000, 2000, "", "one"},
                              {59'000, 125'000, "", "long"},
                              {60'000, 61'000, "", "edge"},
                              {149'000, 160'000, "", "last"}};
  const auto segments = segment_webvtt(cues, idr, 150'000).value();
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].duration_ms, 60'000);
  EXPECT_EQ(segments[2].duration_ms, 30'000);
  const auto has = [&](std::size_t i, const char* text) {
    return segments[i].vtt.find(text) != std::string::npos;
  };
  EXPECT_TRUE(has(0, "one") && has(0, "long") && !has(0, "edge"));
  EXPECT_TRUE(has(1, "long") && has(1, "edge") && !has(1, "one"));
  EXPECT_TRUE(has(2, "long") && has(2, "last") && !has(2, "edge"));
  EXPECT_TRUE(segments[1].vtt.starts_with(
      "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:59.000 --> 00:02:05.000\n"));
  EXPECT_EQ(segment_webvtt({}, idr, 0).value().size(), 1U);
}

TEST(CaptionSegments, RefuseToExplode) {
  std::vector<std::int64_t> idr;
  for (std::int64_t at = 0; at < 100'000'000; at += 60'000) idr.push_back(at);
  const std::vector<Cue> cues(2000, Cue{0, 100'000'000, "", std::string(100, 'x')});
  const auto segments = segment_webvtt(cues, idr, 100'000'000);
  ASSERT_FALSE(segments.has_value());
  EXPECT_EQ(segments.error().code, ErrorCode::limited);
}

}  // namespace
}  // namespace matinee::media
