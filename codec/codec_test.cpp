// Goal: whatever file it is given, matinee-codec makes what was asked or says clearly why not; and
// once it reads, it can do no harm.
#include <random>
#include <string>
#include <vector>

#include "avc.h"
#include "captions.h"
#include "codec_test_world.h"

namespace matinee::codec {
namespace {

TEST_F(Codec, CanDoNothingOutsideItsSandbox) {
  const auto outcome = codec({"self-test-sandbox"});
  ASSERT_TRUE(outcome.ok());
  for (const char* what :
       {"socket", "unix_socket", "connect", "open", "kill", "ptrace", "fork", "exec"}) {
    EXPECT_EQ(outcome.json.value(what, ""), "EPERM") << what;
  }
}

TEST_F(Codec, ProbesAndCopiesABrowserSafeFilm) {
  const auto file = plain_clip();
  const auto probe = probed(file);
  EXPECT_TRUE(probe.browser_safe) << probe.reason;
  EXPECT_EQ(probe.frames, 125);
  EXPECT_EQ(probe.duration_ms, 5000);
  EXPECT_EQ(probe.key_frames_ms, (std::vector<std::int64_t>{0, 1000, 2000, 3000, 4000}));
  ASSERT_EQ(probe.audio.size(), 1U);

  ASSERT_TRUE(codec({"extract", file, "--stream", "0", "--out", path("v")}).ok());
  ASSERT_TRUE(codec({"extract", file, "--stream", "1", "--out", path("a")}).ok());
  media::SampleFileHeader header;
  const auto video = samples("v", header);
  EXPECT_EQ(header.codec_string.substr(0, 5), "avc1.");
  ASSERT_EQ(video.size(), 125U);
  std::uint64_t ticks = 0;
  for (const auto& sample : video) ticks += sample.duration;
  EXPECT_EQ(ticks, std::uint64_t{header.timescale} * 5);
  EXPECT_EQ(video.front().pts, 0);
  const auto audio = samples("a", header);
  EXPECT_EQ(header.timescale, 48'000U);
  EXPECT_EQ(audio.front().pts, 0);
  EXPECT_NEAR(static_cast<double>(audio.back().pts), 5 * 48'000, 2'048);
}

TEST_F(Codec, ChunksHoldEveryPictureOnceWithTheSameParameterSetsAndBytes) {
  const auto file = plain_clip();
  media::SampleFileHeader first;
  std::size_t pictures = 0;
  std::int64_t at = 0;
  for (const auto& [from, to] : {std::pair{"0", "1500"}, {"1500", "3200"}, {"3200", "5000"}}) {
    for (const char* folder : {"x", "y"}) fs::create_directories(folder_ / folder);
    for (const char* folder : {"x", "y"}) {
      const auto done = codec({"encode", file, "--start-ms", from, "--end-ms", to, "--idr-ms",
                               std::string(from) + ",4000", "--rung", "v90:160x90:26:400000",
                               "--rung", "v44:78x44:30:100000", "--out-dir", path(folder)});
      ASSERT_TRUE(done.ok()) << done.message();
    }
    EXPECT_EQ(bytes_of(path("x/v90.samples")), bytes_of(path("y/v90.samples")));
    media::SampleFileHeader header;
    auto chunk = samples("x/v90.samples", header);
    if (pictures == 0) first = header;
    EXPECT_EQ(header, first);
    ASSERT_FALSE(chunk.empty());
    EXPECT_TRUE(chunk.front().key);
    EXPECT_EQ(chunk.front().pts, at);
    for (const auto& sample : chunk) {
      at += sample.duration;
      const bool listed = &sample == &chunk.front() || sample.pts == 4 * header.timescale;
      EXPECT_EQ(sample.key, listed) << sample.pts;
    }
    pictures += chunk.size();
    EXPECT_EQ(samples("x/v44.samples", header).size(), chunk.size());
  }
  EXPECT_EQ(pictures, 125U);
  EXPECT_EQ(at, std::int64_t{first.timescale} * 5);
}

TEST_F(Codec, EncodesSurroundSoundToStereoInItsPlace) {
  // The sound begins 0.5 s after the pictures.
  const auto file =
      ffmpeg("late.mkv",
             {"-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=3", "-itsoffset", "0.5", "-f", "lavfi",
              "-i", "anoisesrc=d=2:r=44100", "-c:v", "mpeg4", "-c:a", "ac3", "-ac", "6"});
  const auto done = codec({"audio", file, "--stream", "1", "--out", path("a")});
  ASSERT_TRUE(done.ok()) << done.message();
  media::SampleFileHeader header;
  const auto sound = samples("a", header);
  EXPECT_EQ(header.channels, 2U);
  EXPECT_EQ(header.sample_rate, 48'000U);
  EXPECT_EQ(sound.front().pts, -1024);
  EXPECT_NEAR(static_cast<double>(sound.back().pts + 1024) / 48'000, 2.5, 0.1);
  // Silence is small: the noise begins where it belongs.
  std::size_t first_loud = 0;
  while (first_loud < sound.size() && sound[first_loud].bytes < 100) ++first_loud;
  ASSERT_LT(first_loud, sound.size());
  EXPECT_NEAR(static_cast<double>(sound[first_loud].pts) / 48'000, 0.5, 0.06);
}

TEST_F(Codec, KeepsTheTimesOfVariableFrameRates) {
  const auto file =
      ffmpeg("vfr.mkv", {"-f", "lavfi", "-i", "testsrc2=s=64x64:r=50:d=4", "-vf",
                         "select='lt(t,2)+not(mod(n,5))'", "-vsync", "vfr", "-c:v", "mpeg4"});
  const auto probe = probed(file);
  EXPECT_TRUE(probe.video.front().variable_frame_rate);
  EXPECT_EQ(probe.frames, 120);
  ASSERT_TRUE(
      codec({"encode", file, "--start-ms", "0", "--end-ms", std::to_string(probe.duration_ms),
             "--rung", "v64:64x64:28:0", "--out-dir", folder_.string()})
          .ok());
  media::SampleFileHeader header;
  const auto video = samples("v64.samples", header);
  ASSERT_EQ(video.size(), 120U);
  std::int64_t last = 0;
  for (const auto& sample : video) last = std::max(last, sample.pts);
  EXPECT_EQ(last * 1000 / header.timescale, 3'900);
}

TEST_F(Codec, TurnsRotatedPicturesUpright) {
  const auto plain = plain_clip();
  const auto file =
      ffmpeg("turned.mp4", {"-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=90"});
  const auto probe = probed(file);
  EXPECT_FALSE(probe.browser_safe);
  EXPECT_EQ(probe.reason, "the pictures are rotated");
  EXPECT_NE(probe.video.front().rotation, 0);
  EXPECT_EQ(probe.video.front().display_width, 90U);
  EXPECT_EQ(probe.video.front().display_height, 160U);
  const auto poster = codec({"poster", file, "--at-ms", "2000", "--out", path("p.jpg")});
  ASSERT_TRUE(poster.ok()) << poster.message();
  EXPECT_EQ(poster.json.value("width", 0), 90);
  EXPECT_EQ(poster.json.value("height", 0), 160);
}

TEST_F(Codec, TakesOddSizes) {
  const auto file = ffmpeg("odd.mkv", {"-f", "lavfi", "-i", "testsrc=s=161x91:r=25:d=1", "-pix_fmt",
                                       "yuv444p", "-c:v", "ffv1"});
  const auto probe = probed(file);
  EXPECT_EQ(probe.video.front().width, 161U);
  EXPECT_TRUE(probe.audio.empty());
  EXPECT_TRUE(codec({"encode", file, "--start-ms", "0", "--end-ms", "1000", "--rung",
                     "v90:160x90:28:0", "--out-dir", folder_.string()})
                  .ok());
}

TEST_F(Codec, ReadsTextCaptions) {
  write("in.srt", "1\n00:00:00,500 --> 00:00:01,250\n<i>Hello</i>\nthere\n\n");
  const auto file = ffmpeg("captions.mkv", {"-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=2", "-i",
                                            path("in.srt"), "-c:v", "mpeg4", "-c:s", "ass"});
  ASSERT_TRUE(probed(file).captions.front().text);
  ASSERT_TRUE(codec({"captions", file, "--stream", "1", "--out", path("out.vtt")}).ok());
  EXPECT_EQ(bytes_of(path("out.vtt")),
            "WEBVTT\n\n00:00:00.500 --> 00:00:01.250\n<i>Hello</i>\nthere\n\n");
}

TEST_F(Codec, SaysWhatIsWrongWithABadFile) {
  const auto plain = bytes_of(plain_clip());
  write("empty.mp4", "");
  write("cut.mp4", plain.substr(0, plain.size() / 2));
  write("text.mp4", std::string(5000, 'x') + "\n");
  write("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n");
  write("list.ffconcat", "ffconcat version 1.0\nfile /etc/passwd\n");
  const auto sound = ffmpeg("sound.mp4", {"-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"});
  const auto front =
      ffmpeg("front.mp4", {"-i", path("plain.mp4"), "-c", "copy", "-movflags", "+faststart"});
  const auto whole = bytes_of(front);
  write("front_cut.mp4", whole.substr(0, whole.size() * 2 / 3));
  struct Case {
    const char* file;
    const char* code;
    const char* says;
  };
  for (const Case& one : {Case{"empty.mp4", "invalid", "empty"},
                          {"cut.mp4", "corrupt", "truncated"},
                          {"front_cut.mp4", "corrupt", "truncated"},
                          {"text.mp4", "invalid", "not a media file"},
                          {"list.m3u8", "invalid", "not a media file"},
                          {"list.ffconcat", "invalid", "not a media file"},
                          {"sound.mp4", "invalid", "no video stream"},
                          {"absent.mp4", "not_found", "No such file"}}) {
    const auto outcome = codec({"probe", path(one.file)});
    EXPECT_TRUE(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 1) << one.file;
    EXPECT_EQ(outcome.code(), one.code) << one.file << ": " << outcome.message();
    EXPECT_NE(outcome.message().find(one.says), std::string::npos)
        << one.file << ": " << outcome.message();
  }
  EXPECT_EQ(codec({"probe", folder_.string()}).code(), "invalid");
}

TEST_F(Codec, AFileThatBeginsLateIsWhole) {
  const auto file =
      ffmpeg("late.mkv", {"-itsoffset", "3", "-i", plain_clip(), "-map", "0", "-c", "copy"});
  const auto probe = probed(file);
  EXPECT_EQ(probe.frames, 125);
  EXPECT_NEAR(static_cast<double>(probe.duration_ms), 5'000, 40);
}

TEST_F(Codec, CutsAndRefusesTextsThatAFileMakesUp) {
  std::string title = "title=";
  for (int i = 0; i < 3'000; ++i) title += "\u20AC";  // three bytes each
  const auto file =
      ffmpeg("texts.mkv", {"-i", plain_clip(), "-map", "0", "-c", "copy", "-metadata:s:a:0", title,
                           "-metadata:s:a:0", "language=no language; at all"});
  const auto probe = probed(file);
  ASSERT_EQ(probe.audio.size(), 1U);
  EXPECT_EQ(probe.audio.front().title.size(), 255U);
  EXPECT_TRUE(probe.audio.front().title.ends_with("\u20AC"));
  EXPECT_EQ(probe.audio.front().language, "");
}

TEST_F(Codec, GoesByTheContentAndNotByTheName) {
  const auto file = plain_clip();
  fs::rename(file, folder_ / "film.txt");
  EXPECT_TRUE(probed(path("film.txt")).browser_safe);
}

class MutatedFiles : public Codec {
 protected:
  void survive_mutations(unsigned seeds);
};

void MutatedFiles::survive_mutations(unsigned seeds) {
  const std::string original = bytes_of(plain_clip());
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    std::mt19937 random(seed);
    std::string bytes = original;
    for (int i = 0; i < 40; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    write("mutated.mp4", bytes);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"probe", path("mutated.mp4")},
          {"encode", path("mutated.mp4"), "--start-ms", "0", "--end-ms", "5000", "--rung",
           "v90:160x90:30:0", "--out-dir", folder_.string()},
          {"audio", path("mutated.mp4"), "--stream", "1", "--out", path("a")}}) {
      const auto outcome = codec(words);
      EXPECT_TRUE(WIFEXITED(outcome.status)) << words.front() << " seed " << seed;
      EXPECT_TRUE(outcome.ok() || !outcome.message().empty()) << words.front() << " seed " << seed;
    }
  }
}

TEST_F(MutatedFiles, AreSurvived) { survive_mutations(4); }

class SlowMutatedFiles : public MutatedFiles {};
TEST_F(SlowMutatedFiles, AreSurvivedInNumbers) { survive_mutations(60); }

TEST_F(Codec, MakesTheSameFilmFromTheSamePicturesAndRefusesAnUnfinishedOne) {
  const auto record = [](char kind, const std::string& data) {
    std::string head(1, kind);
    for (int shift = 0; shift < 32; shift += 8) {
      head.push_back(static_cast<char>(data.size() >> shift));
    }
    return head + data;
  };
  std::string film;
  for (int i = 0; i < 48; ++i) {
    film += record('A', std::string(2000 * 4, static_cast<char>(i % 5)));
    film += record('V', std::string(64 * 48 * 3 / 2, static_cast<char>(60 + i)));
  }
  write("unfinished", film);
  write("film", film + record('E', ""));
  for (const char* out : {"one.mp4", "two.mp4"}) {
    const auto made = codec({"make", path(out), "--size", "64x48", "--rate", "24"}, path("film"));
    ASSERT_TRUE(made.ok()) << made.message();
    EXPECT_EQ(made.json.value("frames", 0), 48);
  }
  EXPECT_EQ(bytes_of(path("one.mp4")), bytes_of(path("two.mp4")));
  EXPECT_TRUE(probed(path("one.mp4")).browser_safe) << probed(path("one.mp4")).reason;
  ASSERT_TRUE(
      codec({"make", path("old.mkv"), "--size", "64x48", "--codec", "mpeg4"}, path("film")).ok());
  EXPECT_FALSE(probed(path("old.mkv")).browser_safe);
  const auto refused = codec({"make", path("no.mp4"), "--size", "64x48"}, path("unfinished"));
  EXPECT_NE(refused.message().find("end mark"), std::string::npos) << refused.message();
}

TEST(Avc, TurnsByteStreamsIntoSamples) {
  const std::vector<unsigned char> stream{0, 0, 0, 1, 0x67, 0x64, 0, 0x1e, 9, 0, 0, 1, 0x68, 1};
  const auto avc = AvcFormatter::create(stream);
  ASSERT_TRUE(avc.has_value());
  EXPECT_EQ(avc->codec_string(), "avc1.64001e");
  const std::vector<unsigned char> packet{0, 0, 0, 1, 9, 0xF0, 0, 0, 1, 0x65, 7, 8};
  const auto sample = avc->format(packet);
  ASSERT_TRUE(sample.has_value());
  EXPECT_TRUE(sample->idr);
  EXPECT_EQ(sample->data, (std::vector<unsigned char>{0, 0, 0, 3, 0x65, 7, 8}));
  // The configuration reads back as its own input.
  const auto again = AvcFormatter::create(avc->configuration());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->configuration(), avc->configuration());
  EXPECT_FALSE(again->format(std::vector<unsigned char>{0, 0, 0, 9, 1}).has_value());
  EXPECT_FALSE(AvcFormatter::create({}).has_value());
}

TEST(Captions, DropsStylesFromAssText) {
  EXPECT_EQ(plain_text_of_ass("0,0,Default,,0,0,0,,{\\an8}{\\i1}Hi{\\i0}\\N\\Nyou, {x"),
            "<i>Hi</i>\nyou, {x");
  EXPECT_EQ(plain_text_of_ass("too,few"), "");
}

}  // namespace
}  // namespace matinee::codec
