// Goal: whatever calls itself a picture is either made into the pictures that were asked for or
// refused, inside the same walls as films; and a film's own pictures are the right ones.
#include <random>
#include <string>
#include <vector>

#include "codec_test_world.h"

namespace matinee::codec {
namespace {

class Image : public Codec {
 protected:
  // A picture of `size` ("600x900") with a clear gradient.
  std::string picture(const std::string& name, const std::string& size,
                      std::vector<std::string> more = {}) {
    std::vector<std::string> words{"-f",        "lavfi", "-i", "testsrc2=s=" + size + ":d=1",
                                   "-frames:v", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return ffmpeg(name, words);
  }
  [[nodiscard]] std::string make(const std::string& format, int width,
                                 const std::string& name) const {
    return format + ":" + std::to_string(width) + ":" + path(name);
  }
  // Width and height as ffprobe reads them: another program than made it.
  std::string seen(const std::string& name) {
    const auto looked =
        run("ffprobe", {"-v", "error", "-of", "json", "-show_entries", "stream=width,height", "-o",
                        path("seen.json"), path(name)});
    EXPECT_TRUE(looked.ok());
    const auto json = parse_json(bytes_of(path("seen.json")));
    if (!json || (*json)["streams"].empty()) return "nothing";
    const auto& stream = (*json)["streams"][0];
    return std::to_string(stream.value("width", 0)) + "x" +
           std::to_string(stream.value("height", 0));
  }
};

TEST_F(Image, IsMadeInEveryFormatAndNeverLargerThanItIs) {
  for (const char* const name : {"in.jpg", "in.png", "in.webp"}) {
    const auto file = picture(name, "600x900");
    const auto made = codec({"image", file, "--make", make("webp", 160, "a.webp"), "--make",
                             make("jpeg", 320, "a.jpg"), "--make", make("avif", 480, "a.avif"),
                             "--make", make("original", 1920, "a.original")});
    ASSERT_TRUE(made.ok()) << name << ": " << made.message();
    EXPECT_EQ(made.json.value("width", 0), 600);
    EXPECT_EQ(made.json.value("height", 0), 900);
    EXPECT_EQ(made.json["blurhash"].get<std::string>().size(), 28U);
    ASSERT_EQ(made.json["made"].size(), 4U);
    EXPECT_EQ(made.json["made"][3].value("width", 0), 600);
    EXPECT_EQ(seen("a.webp"), "160x240");
    EXPECT_EQ(seen("a.jpg"), "320x480");
    EXPECT_EQ(made.json["made"][2].value("height", 0), 720);
    EXPECT_EQ(bytes_of(path("a.avif")).substr(4, 8), "ftypavif");
    EXPECT_EQ(made.json["made"][2].value("bytes", 0U), bytes_of(path("a.avif")).size());
  }
  // What was made of it is a picture in turn; an AVIF too.
  EXPECT_TRUE(codec({"image", path("a.avif"), "--make", make("jpeg", 160, "b.jpg")}).ok());
}

TEST_F(Image, AWideOneIsNormalisedToItsLimit) {
  const auto file = picture("wide.png", "4000x1000");
  const auto made = codec({"image", file, "--make", make("original", 1920, "a")});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(made.json.value("width", 0), 1920);
  EXPECT_EQ(made.json.value("height", 0), 480);
  EXPECT_EQ(made.json["made"][0]["format"], "jpeg");
}

TEST_F(Image, TransparencyStaysWhereItCan) {
  const auto file = ffmpeg(
      "clear.png", {"-f", "lavfi", "-i", "color=c=red@0.5:s=64x64,format=rgba", "-frames:v", "1"});
  const auto made = codec(
      {"image", file, "--make", make("original", 64, "a"), "--make", make("jpeg", 64, "a.jpg")});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_TRUE(made.json.value("alpha", false));
  EXPECT_EQ(made.json["made"][0]["format"], "webp");
}

TEST_F(Image, IsTurnedUpright) {
  // Orientation 6 (turn clockwise) as the EXIF segment of a JPEG.
  auto bytes = bytes_of(picture("side.jpg", "300x200"));
  const std::string exif(
      "\xFF\xE1\x00\x22"
      "Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
      36);
  bytes.insert(2, exif);
  write("side.jpg", bytes);
  const auto made = codec({"image", path("side.jpg"), "--make", make("jpeg", 100, "a.jpg")});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(made.json.value("width", 0), 200);
  EXPECT_EQ(made.json.value("height", 0), 300);
  EXPECT_EQ(seen("a.jpg"), "100x150");
}

TEST_F(Image, ComesFromStandardInputAsWell) {
  const auto file = picture("in.jpg", "64x64");
  EXPECT_TRUE(codec({"image", "-", "--make", make("webp", 32, "a.webp")}, file).ok());
}

TEST_F(Image, WhatIsNoPictureIsRefused) {
  const std::string png = bytes_of(picture("in.png", "64x64"));
  write("empty", "");
  write("text.jpg", "this is no picture, whatever its name says");
  write("script.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
  write("document.pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n");
  write("magick.mvg", "push graphic-context\nimage over 0,0 0,0 'https://example.com/x'\n");
  write("cut.png", png.substr(0, 60));
  // A header that promises 30,000 x 30,000 pixels.
  std::string bomb = png;
  for (const std::size_t at : {std::size_t{16}, std::size_t{20}}) {
    bomb[at] = 0;
    bomb[at + 1] = 0;
    bomb[at + 2] = 0x75;
    bomb[at + 3] = 0x30;
  }
  write("bomb.png", bomb);
  for (const char* const name :
       {"empty", "text.jpg", "script.svg", "document.pdf", "magick.mvg", "cut.png", "bomb.png"}) {
    const auto made = codec({"image", path(name), "--make", make("jpeg", 32, "a.jpg")});
    EXPECT_FALSE(made.ok()) << name;
    EXPECT_TRUE(WIFEXITED(made.status)) << name;
    EXPECT_TRUE(made.code() == "invalid" || made.code() == "corrupt") << name << made.message();
  }
  for (const char* const wrong : {"webp", "webp:0:/tmp/x", "webp:1921:/tmp/x", "gif:10:/tmp/x"}) {
    EXPECT_EQ(codec({"image", path("in.png"), "--make", wrong}).code(), "invalid") << wrong;
  }
}

TEST_F(Image, DamagedOnesAreSurvived) {
  std::vector<std::string> originals;
  for (const char* const name : {"in.jpg", "in.png", "in.webp"}) {
    originals.push_back(bytes_of(picture(name, "120x80")));
  }
  codec({"image", path("in.png"), "--make", make("avif", 120, "in.avif")});
  originals.push_back(bytes_of(path("in.avif")));
  std::mt19937 random(7);
  for (int round = 0; round < 24; ++round) {
    std::string bytes = originals[static_cast<std::size_t>(round) % originals.size()];
    for (int i = 0; i < 12; ++i)
      bytes[12 + random() % (bytes.size() - 12)] = static_cast<char>(random());
    write("mutated", bytes);
    const auto made = codec({"image", path("mutated"), "--make", make("webp", 64, "a.webp")});
    EXPECT_TRUE(WIFEXITED(made.status)) << "round " << round;
    EXPECT_TRUE(made.ok() || !made.message().empty()) << "round " << round;
  }
}

TEST_F(Image, ThePosterPassesOverBlackAndFlatPictures) {
  // 4 s of black, 3 s of grey, then something to see.
  const auto file = ffmpeg("late.mp4", {"-f",
                                        "lavfi",
                                        "-i",
                                        "color=black:s=160x90:r=10:d=4",
                                        "-f",
                                        "lavfi",
                                        "-i",
                                        "color=gray:s=160x90:r=10:d=3",
                                        "-f",
                                        "lavfi",
                                        "-i",
                                        "testsrc2=s=160x90:r=10:d=5",
                                        "-filter_complex",
                                        "[0][1][2]concat=n=3",
                                        "-c:v",
                                        "libx264",
                                        "-preset",
                                        "ultrafast",
                                        "-pix_fmt",
                                        "yuv420p"});
  ASSERT_TRUE(codec({"poster", file, "--at-ms", "1000", "--out", path("p.jpg")}).ok());
  ASSERT_TRUE(codec({"poster", file, "--at-ms", "8000", "--out", path("q.jpg")}).ok());
  const auto flat = picture("flat.jpg", "160x90", {"-vf", "lutyuv=y=126:u=128:v=128"});
  EXPECT_GT(bytes_of(path("p.jpg")).size(), 2 * bytes_of(flat).size());
  // A film with nothing to see still gets one.
  const auto dark = ffmpeg("dark.mp4", {"-f", "lavfi", "-i", "color=black:s=160x90:r=10:d=2",
                                        "-c:v", "libx264", "-pix_fmt", "yuv420p"});
  EXPECT_TRUE(codec({"poster", dark, "--at-ms", "500", "--out", path("d.jpg")}).ok());
}

TEST_F(Image, ThumbnailsCoverTheFilm) {
  const auto file = plain_clip();  // 5 s
  const auto made =
      codec({"thumbnails", file, "--duration-ms", "5000", "--out-dir", folder_.string()});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(made.json.value("width", 0), 160);
  EXPECT_EQ(made.json.value("height", 0), 90);
  ASSERT_EQ(made.json["sheets"].size(), 1U);
  EXPECT_EQ(seen("sheet0.jpg"), "480x90");  // 0, 2 and 4 s
}

TEST_F(Image, ThumbnailsOfALongFilmAreItsKeyFrames) {
  const auto file = ffmpeg("long.mkv", {"-f", "lavfi", "-i", "testsrc2=s=64x36:r=2:d=640", "-c:v",
                                        "libx264", "-preset", "ultrafast", "-g", "12"});
  const auto made =
      codec({"thumbnails", file, "--duration-ms", "640000", "--out-dir", folder_.string()});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(seen("sheet0.jpg"), "1600x630");  // 64 of them: seven rows
  // Its times are those of the film: the same from a container that cannot seek by an index.
  const auto raw = ffmpeg("long.h264", {"-i", file, "-c", "copy"});
  const auto again =
      codec({"thumbnails", raw, "--duration-ms", "640000", "--out-dir", folder_.string()});
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(seen("sheet0.jpg"), "1600x630");
}

TEST_F(Image, ThumbnailsGoOnWhereAFilmIsDamagedOrShorterThanItSays) {
  const auto file = plain_clip();
  const auto made =
      codec({"thumbnails", file, "--duration-ms", "60000", "--out-dir", folder_.string()});
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(seen("sheet0.jpg"), "1600x270");
}

}  // namespace
}  // namespace matinee::codec
