#include "media/dash.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "media/track_index.h"

namespace matinee::media {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // Control characters have no place in XML 1.0.
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

std::string duration_text(std::int64_t ms) {
  return fmt::format("PT{}.{:03}S", ms / 1000, ms % 1000);
}

// Runs of equal durations become one S element; a jump in time gets its own t.
void add_timeline(std::string& out, const Track& track) {
  out += "          <SegmentTimeline>\n";
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < track.segments.size();) {
    const TrackSegment& first = track.segments[i];
    std::size_t same = i + 1;
    std::uint64_t end = first.start + first.duration;
    while (same < track.segments.size() && track.segments[same].duration == first.duration &&
           track.segments[same].start == end) {
      end += first.duration;
      ++same;
    }
    out += "            <S";
    if (i == 0 || first.start != expected) out += fmt::format(" t=\"{}\"", first.start);
    out += fmt::format(" d=\"{}\"", first.duration);
    if (same - i > 1) out += fmt::format(" r=\"{}\"", same - i - 1);
    out += "/>\n";
    expected = end;
    i = same;
  }
  out += "          </SegmentTimeline>\n";
}

void add_segments(std::string& out, const Track& track) {
  const std::string_view type = track.is_video() ? "video/mp4" : "audio/mp4";
  out += fmt::format("        <SegmentList timescale=\"{}\">\n", track.timescale);
  out += fmt::format("          <Initialization sourceURL=\"{}\" range=\"{}-{}\"/>\n",
                     object_uri(track.init.object, type), track.init.offset,
                     track.init.offset + track.init.bytes - 1);
  add_timeline(out, track);
  for (const TrackSegment& segment : track.segments) {
    out += fmt::format("          <SegmentURL media=\"{}\" mediaRange=\"{}-{}\"/>\n",
                       object_uri(track.objects.at(segment.object), type), segment.offset,
                       segment.offset + segment.bytes - 1);
  }
  out += "        </SegmentList>\n";
}

void add_video(std::string& out, const Track& track) {
  out += fmt::format(
      "      <Representation id=\"{}\" codecs=\"{}\" bandwidth=\"{}\" width=\"{}\" height=\"{}\" "
      "sar=\"1:1\"",
      escaped(track.track_id), escaped(track.codec), track.peak_bps, track.width, track.height);
  if (track.frame_rate_num > 0 && track.frame_rate_den > 0) {
    const std::uint32_t divisor = std::gcd(track.frame_rate_num, track.frame_rate_den);
    out += fmt::format(" frameRate=\"{}", track.frame_rate_num / divisor);
    if (track.frame_rate_den != divisor) out += fmt::format("/{}", track.frame_rate_den / divisor);
    out += '"';
  }
  out += ">\n";
  add_segments(out, track);
  out += "      </Representation>\n";
}

void add_audio(std::string& out, const Track& track) {
  out += fmt::format(
      "      <Representation id=\"{}\" codecs=\"{}\" bandwidth=\"{}\" audioSamplingRate=\"{}\">\n",
      escaped(track.track_id), escaped(track.codec), track.peak_bps, track.sample_rate);
  out += fmt::format(
      "        <AudioChannelConfiguration "
      "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"{}\"/>\n",
      track.channels);
  add_segments(out, track);
  out += "      </Representation>\n";
}

void open_set(std::string& out, std::size_t id, std::string_view kind, std::string_view mime,
              std::string_view language, std::string_view more) {
  out += fmt::format("    <AdaptationSet id=\"{}\" contentType=\"{}\" mimeType=\"{}\"{}", id, kind,
                     mime, more);
  if (!language.empty()) out += fmt::format(" lang=\"{}\"", escaped(language));
  out += ">\n";
}

void add_role(std::string& out, std::string_view role) {
  out += fmt::format("      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"{}\"/>\n", role);
}

void add_label(std::string& out, std::string_view name) {
  if (!name.empty()) out += fmt::format("      <Label>{}</Label>\n", escaped(name));
}

void add_captions(std::string& out, const CaptionTrack& captions, std::size_t id,
                  const Package& package) {
  open_set(out, id, "text", "text/vtt", captions.language, "");
  add_label(out, captions.name);
  add_role(out, captions.kind == "captions" ? "caption" : "subtitle");
  const auto object = package.objects.find(captions.vtt);
  const std::uint64_t bytes = object == package.objects.end() ? 0 : object->second.bytes;
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(1, package.duration_ms));
  out += fmt::format(
      "      <Representation id=\"c{}\" bandwidth=\"{}\">\n        <BaseURL>{}</BaseURL>\n"
      "      </Representation>\n    </AdaptationSet>\n",
      id, std::max<std::uint64_t>(1, bytes * 8000 / ms), object_uri(captions.vtt, "text/vtt"));
}

void add_period(std::string& out, const Package& package) {
  std::size_t id = 0;
  if (std::ranges::any_of(package.tracks, &Track::is_video)) {
    open_set(out, id++, "video", "video/mp4", "", " segmentAlignment=\"true\" startWithSAP=\"1\"");
    add_role(out, "main");
    for (const Track& track : package.tracks) {
      if (track.is_video()) add_video(out, track);
    }
    out += "    </AdaptationSet>\n";
  }
  const bool any_default = std::ranges::any_of(
      package.tracks, [](const Track& track) { return !track.is_video() && track.is_default; });
  bool first = true;
  for (const Track& track : package.tracks) {
    if (track.is_video()) continue;
    open_set(out, id++, "audio", "audio/mp4", track.language,
             " segmentAlignment=\"true\" startWithSAP=\"1\"");
    add_label(out, track.name);
    add_role(out, (any_default ? track.is_default : first) ? "main" : "alternate");
    add_audio(out, track);
    out += "    </AdaptationSet>\n";
    first = false;
  }
  for (const CaptionTrack& captions : package.captions) {
    add_captions(out, captions, id++, package);
  }
}

}  // namespace

std::string dash_mpd(const Package& package, const ManifestOptions& options) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
      "profiles=\"urn:mpeg:dash:profile:full:2011\" type=\"static\" "
      "mediaPresentationDuration=\"{}\" minBufferTime=\"PT4S\">\n",
      duration_text(package.duration_ms));
  for (const Pathway& pathway : options.pathways) {
    out += fmt::format("  <BaseURL serviceLocation=\"{}\">{}</BaseURL>\n", escaped(pathway.id),
                       escaped(pathway.base_uri));
  }
  if (!options.steering_uri.empty() && !options.pathways.empty()) {
    out += fmt::format(
        "  <ContentSteering defaultServiceLocation=\"{}\" queryBeforeStart=\"true\">{}"
        "</ContentSteering>\n",
        escaped(options.pathways.front().id), escaped(options.steering_uri));
  }
  out += fmt::format("  <Period id=\"0\" start=\"PT0S\" duration=\"{}\">\n",
                     duration_text(package.duration_ms));
  add_period(out, package);
  return out += "  </Period>\n</MPD>\n";
}

}  // namespace matinee::media
