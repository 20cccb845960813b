// Goal: a package reads back as written, refuses what does not hold together, and its playlists and
// MPD say exactly what lies where.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "media/dash.h"
#include "media/hls.h"
#include "media/package.h"
#include "media/track_index.h"

namespace matinee::media {
namespace {

std::string id(char digit) { return std::string(64, digit); }

Track video_track() {
  Track track;
  track.track_id = "v360";
  track.kind = "video";
  track.codec = "avc1.64001e";
  track.width = 640;
  track.height = 360;
  track.frame_rate_num = 24000;
  track.frame_rate_den = 1001;
  track.average_bps = 700'000;
  track.peak_bps = 900'000;
  track.timescale = 24000;
  track.init = {id('a'), 0, 700};
  track.segments = {{0, 68, 350'000, 0, 96096},
                    {0, 350'068, 300'000, 96096, 96096},
                    {1, 68, 200'000, 192192, 48048}};
  track.objects = {id('b'), id('c')};
  track.playlist = id('d');
  return track;
}

Track audio_track() {
  Track track;
  track.track_id = "a1";
  track.kind = "audio";
  track.codec = "mp4a.40.2";
  track.language = "en";
  track.name = "English <\"stereo\">";
  track.is_default = true;
  track.channels = 2;
  track.sample_rate = 48000;
  track.average_bps = 128'000;
  track.peak_bps = 130'000;
  track.timescale = 48000;
  track.init = {id('e'), 0, 600};
  track.segments = {{0, 44, 160'000, 0, 480'000}};
  track.objects = {id('f')};
  track.playlist = id('0');
  return track;
}

Package whole_package() {
  Package package;
  package.title_id = std::string(32, '1');
  package.duration_ms = 10'010;
  package.tracks = {video_track(), audio_track()};
  package.captions = {{"de", "Deutsch", "subtitles", id('2'), id('3'), {id('4')}}};
  package.poster = {id('5'), 640, 360};
  package.thumbnails = {id('7'), {id('8')}, 2'000, 160, 90};
  for (const Track& track : package.tracks) add_track_objects(package, track);
  package.objects[id('d')] = {500, "application/vnd.apple.mpegurl"};
  package.objects[id('0')] = {500, "application/vnd.apple.mpegurl"};
  package.objects[id('3')] = {500, "application/vnd.apple.mpegurl"};
  package.objects[id('2')] = {5'000, "text/vtt"};
  package.objects[id('4')] = {5'000, "text/vtt"};
  package.objects[id('5')] = {30'000, "image/jpeg"};
  package.objects[id('7')] = {300, "text/vtt"};
  package.objects[id('8')] = {9'000, "image/jpeg"};
  return package;
}

TEST(Package, ReadsBackAndIsDeterministic) {
  const Package package = whole_package();
  const std::string text = serialise_package(package);
  const auto read = parse_package(text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, package);
  EXPECT_EQ(serialise_package(*read), text);
  EXPECT_EQ(package.objects.at(id('b')).bytes, 650'068U);
}

TEST(Package, OnesFromBeforeThumbnailsStillRead) {
  Package package = whole_package();
  package.thumbnails = {};
  const std::string text = serialise_package(package);
  EXPECT_EQ(text.find("thumbnails"), std::string::npos);
  EXPECT_EQ(parse_package(text).value(), package);
}

TEST(Package, PartsReadBack) {
  EXPECT_EQ(parse_track(to_json(video_track())).value(), video_track());
  const Package package = whole_package();
  EXPECT_EQ(parse_captions(to_json(package.captions[0])).value(), package.captions[0]);
  EXPECT_EQ(parse_poster(to_json(package.poster)).value(), package.poster);
  EXPECT_EQ(parse_thumbnails(to_json(package.thumbnails)).value(), package.thumbnails);
  EXPECT_FALSE(parse_track(Json{{"width", "wide"}}).has_value());
  EXPECT_FALSE(parse_track(Json{{"width", -1}}).has_value());
  EXPECT_FALSE(parse_track(Json::array()).has_value());
}

TEST(Package, RefusesWhatDoesNotHoldTogether) {
  struct Case {
    const char* name;
    std::function<void(Package&)> change;
  };
  const std::vector<Case> cases{
      {"no tracks", [](Package& p) { p.tracks.clear(); }},
      {"range beyond its object", [](Package& p) { p.tracks[0].segments[2].bytes = 200'001; }},
      {"overflowing range", [](Package& p) { p.tracks[0].segments[2].offset = ~std::uint64_t{0}; }},
      {"segment of no object", [](Package& p) { p.tracks[0].segments[2].object = 2; }},
      {"gap in time", [](Package& p) { p.tracks[0].segments[1].start += 1; }},
      {"empty segment", [](Package& p) { p.tracks[0].segments[2].duration = 0; }},
      {"unlisted init", [](Package& p) { p.objects.erase(id('a')); }},
      {"unlisted playlist", [](Package& p) { p.objects.erase(id('d')); }},
      {"unlisted captions", [](Package& p) { p.objects.erase(id('4')); }},
      {"unlisted poster", [](Package& p) { p.objects.erase(id('5')); }},
      {"unlisted sheet", [](Package& p) { p.objects.erase(id('8')); }},
      {"unlisted map", [](Package& p) { p.objects.erase(id('7')); }},
      {"thumbnails without sheets", [](Package& p) { p.thumbnails.sheets.clear(); }},
      {"thumbnails without time", [](Package& p) { p.thumbnails.every_ms = 0; }},
      {"wrong type", [](Package& p) { p.objects[id('b')].type = "audio/mp4"; }},
      {"unknown type", [](Package& p) { p.objects[id('6')] = {1, "text/html"}; }},
      {"bad object id", [](Package& p) { p.objects["../x"] = {1, "text/vtt"}; }},
      {"bad title id", [](Package& p) { p.title_id = "x"; }},
      {"same track twice", [](Package& p) { p.tracks[1].track_id = "v360"; }},
      {"bad track id", [](Package& p) { p.tracks[1].track_id = "a\"1"; }},
      {"bad codec", [](Package& p) { p.tracks[1].codec = "mp4a\n"; }},
      {"no timescale", [](Package& p) { p.tracks[1].timescale = 0; }},
  };
  for (const Case& each : cases) {
    Package package = whole_package();
    each.change(package);
    const auto read = parse_package(serialise_package(package));
    ASSERT_FALSE(read.has_value()) << each.name;
    EXPECT_EQ(read.error().code, ErrorCode::invalid) << each.name;
  }
  EXPECT_FALSE(parse_package("").has_value());
  EXPECT_FALSE(parse_package("[]").has_value());
  EXPECT_FALSE(parse_package(R"({"format":2})").has_value());
  EXPECT_FALSE(parse_package(std::string(100'000, '[')).has_value());
}

TEST(Hls, MediaPlaylist) {
  const std::string b = id('b') + ".mp4\n";
  EXPECT_EQ(hls_media_playlist(video_track()),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MAP:URI=\"" +
                id('a') +
                ".mp4\",BYTERANGE=\"700@0\"\n"
                "#EXTINF:4.004000,\n#EXT-X-BYTERANGE:350000@68\n" +
                b + "#EXTINF:4.004000,\n#EXT-X-BYTERANGE:300000@350068\n" + b +
                "#EXTINF:2.002000,\n#EXT-X-BYTERANGE:200000@68\n" + id('c') +
                ".mp4\n"
                "#EXT-X-ENDLIST\n");
}

TEST(Hls, Multivariant) {
  EXPECT_EQ(hls_multivariant(whole_package()),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio-mp4a-40-2\",NAME=\"English <'stereo'>\","
            "LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",STABLE-RENDITION-ID=\"a1\","
            "URI=\"" +
                id('0') +
                ".m3u8\"\n"
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\",NAME=\"Deutsch\",LANGUAGE=\"de\","
                "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,STABLE-RENDITION-ID=\"c0\","
                "URI=\"" +
                id('3') +
                ".m3u8\"\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=1030000,AVERAGE-BANDWIDTH=828000,"
                "CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=23.976,"
                "AUDIO=\"audio-mp4a-40-2\",SUBTITLES=\"subs\",CLOSED-CAPTIONS=NONE,"
                "STABLE-VARIANT-ID=\"v360-mp4a.40.2\"\n" +
                id('d') + ".m3u8\n");
}

TEST(Hls, MultivariantWithoutAudioOrWithoutVideo) {
  Package silent = whole_package();
  silent.tracks.pop_back();
  silent.captions.clear();
  EXPECT_EQ(
      hls_multivariant(silent),
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS=\"avc1.64001e\","
      "RESOLUTION=640x360,FRAME-RATE=23.976,CLOSED-CAPTIONS=NONE,STABLE-VARIANT-ID=\"v360\"\n" +
          id('d') + ".m3u8\n");
  Package radio = whole_package();
  radio.tracks.erase(radio.tracks.begin());
  radio.captions.clear();
  EXPECT_EQ(hls_multivariant(radio),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS=\"mp4a.40.2\","
            "CLOSED-CAPTIONS=NONE,STABLE-VARIANT-ID=\"a1\"\n" +
                id('0') + ".m3u8\n");
}

TEST(Hls, NamesInAGroupAreUnique) {
  Package package = whole_package();
  package.tracks.push_back(audio_track());
  package.tracks.back().track_id = "a2";
  package.tracks.back().is_default = false;
  const std::string text = hls_multivariant(package);
  EXPECT_NE(text.find("NAME=\"English <'stereo'> (2)\",LANGUAGE=\"en\",DEFAULT=NO"),
            std::string::npos);
}

TEST(Hls, WritesPathwaysOut) {
  const ManifestOptions options{
      .pathways = {{"e1", "http://127.0.0.2:80/m/t/"}, {"e2", "http://127.0.0.3:80/m/u/"}},
      .steering_uri = "data:application/json,{}"};
  const std::string text = hls_multivariant(whole_package(), options);
  EXPECT_NE(text.find("#EXT-X-CONTENT-STEERING:SERVER-URI=\"data:application/json,{}\","
                      "PATHWAY-ID=\"e1\"\n"),
            std::string::npos);
  EXPECT_NE(text.find("AUDIO=\"audio-mp4a-40-2-e2\",SUBTITLES=\"subs-e2\",CLOSED-CAPTIONS=NONE,"
                      "STABLE-VARIANT-ID=\"v360-mp4a.40.2\",PATHWAY-ID=\"e2\"\n"
                      "http://127.0.0.3:80/m/u/" +
                      id('d') + ".m3u8\n"),
            std::string::npos);
}

// The shape that was measured to fail over without a stall: every pathway written out, each with
// an audio group of its own, absolute URIs, stable ids that are the same on all, the first answer
// inside.
TEST(Hls, PathwaysInFull) {
  Package package = whole_package();
  const ManifestOptions options{
      .pathways = {{"e1", "http://127.0.0.2:80/m/t/"}, {"e2", "http://127.0.0.3:80/m/t/"}},
      .steering_uri = "data:application/json;base64,e30="};
  const auto part = [](const std::string& pathway, const std::string& base) {
    return "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio-mp4a-40-2-" + pathway +
           "\",NAME=\"English <'stereo'>\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,"
           "CHANNELS=\"2\",STABLE-RENDITION-ID=\"a1\",PATHWAY-ID=\"" +
           pathway + "\",URI=\"" + base + id('0') +
           ".m3u8\"\n"
           "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs-" +
           pathway +
           "\",NAME=\"Deutsch\",LANGUAGE=\"de\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,"
           "STABLE-RENDITION-ID=\"c0\",PATHWAY-ID=\"" +
           pathway + "\",URI=\"" + base + id('3') +
           ".m3u8\"\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=1030000,AVERAGE-BANDWIDTH=828000,"
           "CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=23.976,"
           "AUDIO=\"audio-mp4a-40-2-" +
           pathway + "\",SUBTITLES=\"subs-" + pathway +
           "\",CLOSED-CAPTIONS=NONE,STABLE-VARIANT-ID=\"v360-mp4a.40.2\",PATHWAY-ID=\"" + pathway +
           "\"\n" + base + id('d') + ".m3u8\n";
  };
  EXPECT_EQ(hls_multivariant(package, options),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-CONTENT-STEERING:SERVER-URI=\"data:application/json;base64,e30=\","
            "PATHWAY-ID=\"e1\"\n" +
                part("e1", "http://127.0.0.2:80/m/t/") + part("e2", "http://127.0.0.3:80/m/t/"));
  // Without pathways there is nothing to steer.
  EXPECT_EQ(hls_multivariant(package, {.pathways = {}, .steering_uri = "data:,x"}),
            hls_multivariant(package));
}

TEST(Hls, CaptionPlaylist) {
  EXPECT_EQ(hls_caption_playlist({id('4'), id('5')}, {6000, 1040}),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:6.000,\n" +
                id('4') + ".vtt\n#EXTINF:1.040,\n" + id('5') + ".vtt\n#EXT-X-ENDLIST\n");
}

TEST(Dash, Mpd) {
  const std::string text = dash_mpd(whole_package());
  EXPECT_EQ(text.find("startNumber"), std::string::npos);
  EXPECT_EQ(text.find("SegmentBase"), std::string::npos);
  for (const std::string& part : {
           std::string("mediaPresentationDuration=\"PT10.010S\""),
           std::string("<Representation id=\"v360\" codecs=\"avc1.64001e\" bandwidth=\"900000\" "
                       "width=\"640\" height=\"360\" sar=\"1:1\" frameRate=\"24000/1001\">"),
           "<Initialization sourceURL=\"" + id('a') + ".mp4\" range=\"0-699\"/>",
           std::string("<S t=\"0\" d=\"96096\" r=\"1\"/>\n            <S d=\"48048\"/>"),
           "<SegmentURL media=\"" + id('b') + ".mp4\" mediaRange=\"350068-650067\"/>",
           "<SegmentURL media=\"" + id('c') + ".mp4\" mediaRange=\"68-200067\"/>",
           std::string("mimeType=\"audio/mp4\" segmentAlignment=\"true\" startWithSAP=\"1\" "
                       "lang=\"en\">"),
           std::string("<Label>English &lt;&quot;stereo&quot;&gt;</Label>"),
           "<BaseURL>" + id('2') + ".vtt</BaseURL>",
       }) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Dash, PathwaysAreBaseUrls) {
  const ManifestOptions options{.pathways = {{"e1", "http://127.0.0.2:80/m/t/"}},
                                .steering_uri = ""};
  EXPECT_NE(dash_mpd(whole_package(), options)
                .find("<BaseURL serviceLocation=\"e1\">http://127.0.0.2:80/m/t/</BaseURL>"),
            std::string::npos);
}

TEST(Dash, SteeringStandsAboveThePeriodAndChangesNothingBelow) {
  const ManifestOptions options{
      .pathways = {{"e1", "http://127.0.0.2:80/m/t/"}, {"e2", "http://127.0.0.3:80/m/t/"}},
      .steering_uri = "data:application/json;base64,e30="};
  const std::string plain = dash_mpd(whole_package());
  const std::size_t period = plain.find("  <Period");
  EXPECT_EQ(dash_mpd(whole_package(), options),
            plain.substr(0, period) +
                "  <BaseURL serviceLocation=\"e1\">http://127.0.0.2:80/m/t/</BaseURL>\n"
                "  <BaseURL serviceLocation=\"e2\">http://127.0.0.3:80/m/t/</BaseURL>\n"
                "  <ContentSteering defaultServiceLocation=\"e1\" queryBeforeStart=\"true\">"
                "data:application/json;base64,e30=</ContentSteering>\n" +
                plain.substr(period));
  EXPECT_EQ(dash_mpd(whole_package(), {.pathways = {}, .steering_uri = "data:,x"}), plain);
}

TEST(Bandwidth, PeakIsTheLargestRunOfAboutATargetDuration) {
  // 4 s each; the last, of 1 s, is too short to count alone.
  const std::vector<TrackSegment> segments{
      {0, 0, 400'000, 0, 4000}, {0, 0, 600'000, 4000, 4000}, {0, 0, 500'000, 8000, 1000}};
  EXPECT_EQ(segment_bandwidth(segments, 1000),
            (Bandwidth{.average_bps = 1'333'334, .peak_bps = 1'760'000}));
  EXPECT_EQ(segment_bandwidth({}, 1000), (Bandwidth{0, 0}));
}

TEST(TrackIndex, RefusesDisorder) {
  TrackIndex index(1000);
  EXPECT_TRUE(index.append("x", {0, 0, 10, 0, 4000}));
  EXPECT_FALSE(index.append("x", {0, 10, 0, 4000, 4000}));   // no bytes
  EXPECT_FALSE(index.append("x", {0, 10, 10, 4000, 0}));     // no time
  EXPECT_FALSE(index.append("x", {0, 9, 10, 4000, 4000}));   // overlaps
  EXPECT_FALSE(index.append("x", {0, 10, 10, 0, 4000}));     // not after
  EXPECT_FALSE(index.append("x", {0, 10, 10, 5001, 4000}));  // a hole
  EXPECT_TRUE(index.append("y", {0, 0, 10, 4020, 4000}));
  EXPECT_FALSE(index.append("x", {0, 10, 10, 8020, 4000}));  // back to an object
  EXPECT_EQ(index.segments()[0].duration, 4020U);            // drawn to the next
  EXPECT_EQ(index.segments()[1].object, 1U);
}

TEST(JoinChunks, JoinsAndRecomputesRates) {
  Track first = video_track();
  first.segments.pop_back();
  first.objects.pop_back();
  Track second = video_track();
  second.segments = {{0, 68, 200'000, 192192, 48048}};
  second.objects = {id('c')};
  const Track joined = join_chunks(std::vector{first, second}).value();
  EXPECT_EQ(joined.segments, video_track().segments);
  EXPECT_EQ(joined.objects, video_track().objects);
  EXPECT_EQ(joined.average_bps, segment_bandwidth(joined.segments, 24000).average_bps);
  EXPECT_TRUE(joined.playlist.empty());

  EXPECT_FALSE(join_chunks({}).has_value());
  EXPECT_FALSE(join_chunks(std::vector{second, first}).has_value());
  Track other = second;
  other.init.object = id('9');
  const auto differs = join_chunks(std::vector{first, other});
  ASSERT_FALSE(differs.has_value());
  EXPECT_EQ(differs.error().code, ErrorCode::invalid);
  EXPECT_NE(differs.error().message.find("decoder configuration"), std::string::npos);
}

}  // namespace
}  // namespace matinee::media
