#include "media/hls.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "media/track_index.h"

namespace matinee::media {
namespace {

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";
constexpr std::string_view kSubtitlesGroup = "subs";

// A quoted-string may not hold quotes or line ends. Source: RFC 8216 section 4.2.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') {
      out += '\'';
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      out += c;
    }
  }
  return out += '"';
}

// Seconds with six digits, rounded down to the microsecond.
std::string seconds(std::uint64_t ticks, std::uint32_t timescale) {
  const auto micros =
      static_cast<std::uint64_t>(static_cast<unsigned __int128>(ticks) * 1'000'000 / timescale);
  return fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000);
}

// Names must be unique in a group, and not empty.
class Names {
 public:
  std::string unique(const std::string& name, const std::string& language,
                     std::string_view otherwise) {
    std::string base = name.empty() ? language : name;
    if (base.empty()) base = std::string(otherwise);
    std::string candidate = base;
    for (int i = 2; !taken_.insert(candidate).second; ++i) {
      candidate = fmt::format("{} ({})", base, i);
    }
    return candidate;
  }

 private:
  std::set<std::string> taken_;
};

// What is needed to write one pathway's part.
struct Part {
  std::string suffix;      // of group and stable ids' groups: "" or "-<pathway>"
  std::string base_uri;    // "" or the pathway's
  std::string attributes;  // PATHWAY-ID
};

std::vector<Part> parts_of(const ManifestOptions& options) {
  if (options.pathways.empty()) return {Part{}};
  std::vector<Part> parts;
  for (const Pathway& pathway : options.pathways) {
    parts.push_back({.suffix = "-" + pathway.id,
                     .base_uri = pathway.base_uri,
                     .attributes = ",PATHWAY-ID=" + in_quotes(pathway.id)});
  }
  return parts;
}

// The audio tracks of one codec, which a variant names as its AUDIO group.
struct AudioGroup {
  std::string codec;
  std::vector<const Track*> tracks;
  std::uint64_t average_bps = 0;  // the largest of the tracks
  std::uint64_t peak_bps = 0;
};

std::vector<AudioGroup> audio_groups(const Package& package) {
  std::vector<AudioGroup> groups;
  for (const Track& track : package.tracks) {
    if (track.is_video()) continue;
    auto group = std::ranges::find(groups, track.codec, &AudioGroup::codec);
    if (group == groups.end())
      group = groups.insert(groups.end(), AudioGroup{track.codec, {}, 0, 0});
    group->tracks.push_back(&track);
    group->average_bps = std::max(group->average_bps, track.average_bps);
    group->peak_bps = std::max(group->peak_bps, track.peak_bps);
  }
  return groups;
}

std::string group_id(const AudioGroup& group, const Part& part) {
  std::string id = "audio-" + group.codec + part.suffix;
  std::ranges::replace(id, '.', '-');
  return id;
}

void add_audio(std::string& out, const AudioGroup& group, const Part& part) {
  Names names;
  const auto chosen = std::ranges::find(group.tracks, true, &Track::is_default);
  const Track* chosen_track = chosen == group.tracks.end() ? group.tracks.front() : *chosen;
  for (const Track* track : group.tracks) {
    out +=
        fmt::format("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID={},NAME={}", in_quotes(group_id(group, part)),
                    in_quotes(names.unique(track->name, track->language, "Audio")));
    if (!track->language.empty()) out += ",LANGUAGE=" + in_quotes(track->language);
    out += fmt::format(",DEFAULT={},AUTOSELECT=YES,CHANNELS=\"{}\",STABLE-RENDITION-ID={}",
                       track == chosen_track ? "YES" : "NO", track->channels,
                       in_quotes(track->track_id));
    out += fmt::format("{},URI={}\n", part.attributes,
                       in_quotes(part.base_uri + object_uri(track->playlist, kPlaylistType)));
  }
}

void add_captions(std::string& out, const Package& package, const Part& part) {
  Names names;
  for (std::size_t i = 0; i < package.captions.size(); ++i) {
    const CaptionTrack& captions = package.captions[i];
    out += fmt::format("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID={},NAME={}",
                       in_quotes(std::string(kSubtitlesGroup) + part.suffix),
                       in_quotes(names.unique(captions.name, captions.language, "Subtitles")));
    if (!captions.language.empty()) out += ",LANGUAGE=" + in_quotes(captions.language);
    out += ",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO";
    if (captions.kind == "captions") {
      out +=
          ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,"
          "public.accessibility.describes-music-and-sound\"";
    }
    out += fmt::format(",STABLE-RENDITION-ID=\"c{}\"{},URI={}\n", i, part.attributes,
                       in_quotes(part.base_uri + object_uri(captions.playlist, kPlaylistType)));
  }
}

void add_variant(std::string& out, const Package& package, const Track& track,
                 const AudioGroup* audio, const Part& part) {
  out += fmt::format("#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS={}",
                     track.peak_bps + (audio ? audio->peak_bps : 0),
                     track.average_bps + (audio ? audio->average_bps : 0),
                     in_quotes(audio ? track.codec + "," + audio->codec : track.codec));
  if (track.is_video()) {
    out += fmt::format(",RESOLUTION={}x{}", track.width, track.height);
    if (track.frame_rate_num > 0 && track.frame_rate_den > 0) {
      out += fmt::format(",FRAME-RATE={:.3f}",
                         static_cast<double>(track.frame_rate_num) / track.frame_rate_den);
    }
  }
  if (audio) out += ",AUDIO=" + in_quotes(group_id(*audio, part));
  if (!package.captions.empty()) {
    out += ",SUBTITLES=" + in_quotes(std::string(kSubtitlesGroup) + part.suffix);
  }
  out += fmt::format(",CLOSED-CAPTIONS=NONE,STABLE-VARIANT-ID={}{}\n{}\n",
                     in_quotes(audio ? track.track_id + "-" + audio->codec : track.track_id),
                     part.attributes, part.base_uri + object_uri(track.playlist, kPlaylistType));
}

}  // namespace

std::string hls_media_playlist(const Track& track) {
  MATINEE_CHECK(track.timescale > 0);
  const std::string_view type = track.is_video() ? "video/mp4" : "audio/mp4";
  std::string out = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
      "#EXT-X-MAP:URI=\"{}\",BYTERANGE=\"{}@{}\"\n",
      target_duration_s(track.segments, track.timescale), object_uri(track.init.object, type),
      track.init.bytes, track.init.offset);
  for (const TrackSegment& segment : track.segments) {
    out += fmt::format("#EXTINF:{},\n#EXT-X-BYTERANGE:{}@{}\n{}\n",
                       seconds(segment.duration, track.timescale), segment.bytes, segment.offset,
                       object_uri(track.objects.at(segment.object), type));
  }
  return out += "#EXT-X-ENDLIST\n";
}

std::string hls_caption_playlist(const std::vector<std::string>& segment_objects,
                                 const std::vector<std::int64_t>& durations_ms) {
  MATINEE_CHECK(segment_objects.size() == durations_ms.size());
  std::int64_t longest = 1000;
  for (const std::int64_t duration : durations_ms) longest = std::max(longest, duration);
  std::string out = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-PLAYLIST-TYPE:VOD\n",
      (longest + 500) / 1000);
  for (std::size_t i = 0; i < segment_objects.size(); ++i) {
    out += fmt::format("#EXTINF:{}.{:03},\n{}\n", durations_ms[i] / 1000, durations_ms[i] % 1000,
                       object_uri(segment_objects[i], "text/vtt"));
  }
  return out += "#EXT-X-ENDLIST\n";
}

std::string hls_multivariant(const Package& package, const ManifestOptions& options) {
  const std::vector<AudioGroup> groups = audio_groups(package);
  const bool has_video = std::ranges::any_of(package.tracks, &Track::is_video);
  std::string out = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";
  if (!options.steering_uri.empty() && !options.pathways.empty()) {
    out += fmt::format("#EXT-X-CONTENT-STEERING:SERVER-URI={},PATHWAY-ID={}\n",
                       in_quotes(options.steering_uri), in_quotes(options.pathways.front().id));
  }
  for (const Part& part : parts_of(options)) {
    if (has_video) {
      for (const AudioGroup& group : groups) add_audio(out, group, part);
    }
    add_captions(out, package, part);
    for (const Track& track : package.tracks) {
      if (track.is_video() != has_video) continue;
      if (!has_video || groups.empty()) {
        add_variant(out, package, track, nullptr, part);
        continue;
      }
      for (const AudioGroup& group : groups) add_variant(out, package, track, &group, part);
    }
  }
  return out;
}

}  // namespace matinee::media
