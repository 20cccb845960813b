// Goal: boxes read back as they were written, by hand-checked bytes, and bad ones are refused.
#include "media/bmff.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "media/cmaf.h"
#include "media/test_streams.h"

namespace matinee::media {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST(BoxWriter, EntersSizesWhenBoxesClose) {
  BoxWriter out;
  out.open("moof");
  out.open_full("mfhd", 0, 0);
  out.u32(7);
  out.close();
  out.close();
  EXPECT_EQ(out.take(), hex("000000186d6f6f66000000106d6668640000000000000007"));
}

TEST(BoxReader, KnowsTheThreeFormsOfASize) {
  const Bytes plain = hex("00000009667265656100000008736b6970");
  const auto boxes = read_boxes(plain);
  ASSERT_TRUE(boxes.has_value());
  ASSERT_EQ(boxes->size(), 2U);
  EXPECT_EQ((*boxes)[0].type, "free");
  EXPECT_EQ((*boxes)[0].body.size(), 1U);
  EXPECT_EQ((*boxes)[1].offset, 9U);
  const Bytes wide = hex("00000001667265650000000000000011aa");
  EXPECT_EQ(read_boxes(wide).value()[0].body.size(), 1U);
  const Bytes to_the_end = hex("000000006d646174aabbcc");
  EXPECT_EQ(read_boxes(to_the_end).value()[0].body.size(), 3U);
}

TEST(BoxReader, RefusesBoxesThatDoNotFit) {
  for (const char* bad : {"00",
                          "0000000866726565"
                          "00",
                          "0000000766726565", "0000000966726565", "000000016672656500000000",
                          "0000000166726565000000000000000f", "0000000166726565ffffffffffffffff"}) {
    const auto boxes = read_boxes(hex(bad));
    ASSERT_FALSE(boxes.has_value()) << bad;
    EXPECT_EQ(boxes.error().code, ErrorCode::corrupt);
  }
}

TEST(BoxReader, LimitsDepth) {
  Bytes nested;
  for (int i = 0; i < 50; ++i) {
    BoxWriter out;
    out.open("moov");
    out.raw(nested);
    out.close();
    nested = out.take();
  }
  const auto text = describe_boxes(nested);
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().code, ErrorCode::limited);
}

TEST(InitSegment, OfVideoHasTheseBoxes) {
  SampleFileHeader header = testing::video_header();
  header.sar_num = 4;
  header.sar_den = 3;
  header.colour_primaries = header.colour_transfer = header.colour_matrix = 1;
  const Bytes init = write_init_segment(header, "en");
  EXPECT_EQ(describe_boxes(init).value(),
            "ftyp 32\n"
            "moov 633\n"
            "  mvhd 108\n"
            "  trak 477\n"
            "    tkhd 92\n"
            "    mdia 377\n"
            "      mdhd 32\n"
            "      hdlr 45\n"
            "      minf 292\n"
            "        vmhd 20\n"
            "        dinf 36\n"
            "          dref 28\n"
            "            url  12\n"
            "        stbl 228\n"
            "          stsd 152\n"
            "            avc1 136\n"
            "          stts 16\n"
            "          stsc 16\n"
            "          stsz 20\n"
            "          stco 16\n"
            "  mvex 40\n"
            "    trex 32\n");
  const Box avc1 = find_box(init, "moov/trak/mdia/minf/stbl/stsd/avc1").value();
  const auto inner = read_boxes(avc1.body.subspan(78)).value();
  ASSERT_EQ(inner.size(), 3U);
  EXPECT_EQ(Bytes(inner[0].body.begin(), inner[0].body.end()), header.config);
  EXPECT_EQ(text_of(inner[1].body.first(4)), "nclx");
  EXPECT_EQ(to_hex(inner[2].body), "0000000400000003");
  // tkhd shows square pixels: 640 * 4 / 3.
  const Box tkhd = find_box(init, "moov/trak/tkhd").value();
  EXPECT_EQ(to_hex(tkhd.body.subspan(76, 8)), "0355000001680000");
  EXPECT_EQ(write_init_segment(header, "en"), init);
}

TEST(InitSegment, OfAudioCarriesTheDecoderConfiguration) {
  const Bytes init = write_init_segment(testing::audio_header(), "deu");
  const Box mp4a = find_box(init, "moov/trak/mdia/minf/stbl/stsd/mp4a").value();
  const auto esds = read_boxes(mp4a.body.subspan(28)).value();
  ASSERT_EQ(esds.size(), 1U);
  EXPECT_EQ(to_hex(esds[0].body),
            "00000000"
            "0380808022"
            "000000"
            "0480808014"
            "4015000000"
            "0000000000000000"
            "0580808002"
            "1190"
            "0680808001"
            "02");
  const Box mdhd = find_box(init, "moov/trak/mdia/mdhd").value();
  EXPECT_EQ(to_hex(mdhd.body.subspan(20, 2)), "10b5");  // d e u in five bits each
}

TEST(Segment, ReadsBackWithSignedCompositionOffsets) {
  const SegmentLayout layout{
      .sequence = 3,
      .decode_time = 0x1'0000'0002,
      .samples = {{40, 500, true, 0}, {40, 90, false, 40}, {41, 80, false, -40}}};
  const Bytes head = write_segment_head(layout);
  EXPECT_EQ(head.size(), segment_head_bytes(layout));
  Bytes whole = head;
  whole.resize(head.size() + 670);
  const auto boxes = read_boxes(whole).value();
  ASSERT_EQ(boxes.size(), 2U);
  const Fragment fragment = read_fragment(boxes[0].body).value();
  EXPECT_EQ(fragment.sequence, 3U);
  EXPECT_EQ(fragment.track_id, kCmafTrackId);
  EXPECT_EQ(fragment.decode_time, layout.decode_time);
  EXPECT_EQ(fragment.data_offset, static_cast<std::int32_t>(head.size()));
  EXPECT_EQ(fragment.samples, layout.samples);
}

TEST(Segment, WritesWhatIsAlikeOnce) {
  const SegmentLayout audio{
      .sequence = 1, .decode_time = 0, .samples = {{1024, 9, true, 0}, {1024, 8, true, 0}}};
  const Bytes head = write_segment_head(audio);
  EXPECT_EQ(to_hex(head),
            "00000068"
            "6d6f6f66"
            "00000010"
            "6d666864"
            "00000000"
            "00000001"
            "00000050"
            "74726166"
            "00000018"
            "74666864"
            "00020028"
            "00000001"
            "00000400"
            "02000000"
            "00000014"
            "74666474"
            "01000000"
            "0000000000000000"
            "0000001c"
            "7472756e"
            "01000201"
            "00000002"
            "00000070"
            "00000009"
            "00000008"
            "00000019"
            "6d646174");
}

TEST(SegmentIndex, ReadsBack) {
  const std::vector<SegmentIndexEntry> entries{{1000, 4000, true}, {2000, 3960, true}};
  const Bytes sidx = write_segment_index(1000, 80, entries);
  const SegmentIndex index = read_segment_index(read_boxes(sidx).value()[0].body).value();
  EXPECT_EQ(index.timescale, 1000U);
  EXPECT_EQ(index.earliest_presentation_time, 80U);
  EXPECT_EQ(index.first_offset, 0U);
  EXPECT_EQ(index.entries, entries);
}

}  // namespace
}  // namespace matinee::media
