#include "media/probe.h"

#include "media/json_members.h"

namespace matinee::media {
namespace {

constexpr std::int64_t kTimeMsMax = 1'000'000'000'000;

using Members = detail::Members<Json>;

Result<ProbeVideo> read_video(const Json& json) {
  ProbeVideo video;
  Members in(json);
  in.read("index", video.index);
  in.read("codec", video.codec);
  in.read("profile", video.profile);
  in.read("width", video.width);
  in.read("height", video.height);
  in.read("display_width", video.display_width);
  in.read("display_height", video.display_height);
  in.read("rotation", video.rotation);
  in.read("frame_rate_num", video.frame_rate_num);
  in.read("frame_rate_den", video.frame_rate_den);
  in.read("variable_frame_rate", video.variable_frame_rate);
  in.read("pixel_format", video.pixel_format);
  in.read("bitrate_bps", video.bitrate_bps);
  in.read("language", video.language);
  in.read("default", video.is_default);
  return detail::done(in, std::move(video));
}

Result<ProbeAudio> read_audio(const Json& json) {
  ProbeAudio audio;
  Members in(json);
  in.read("index", audio.index);
  in.read("codec", audio.codec);
  in.read("channels", audio.channels);
  in.read("sample_rate", audio.sample_rate);
  in.read("bitrate_bps", audio.bitrate_bps);
  in.read("language", audio.language);
  in.read("title", audio.title);
  in.read("default", audio.is_default);
  in.read("profile", audio.profile);
  return detail::done(in, std::move(audio));
}

Result<ProbeCaptions> read_captions(const Json& json) {
  ProbeCaptions captions;
  Members in(json);
  in.read("index", captions.index);
  in.read("codec", captions.codec);
  in.read("language", captions.language);
  in.read("text", captions.text);
  return detail::done(in, std::move(captions));
}

Result<ProbeChapter> read_chapter(const Json& json) {
  ProbeChapter chapter;
  Members in(json);
  in.read("start_ms", chapter.start_ms);
  in.read("name", chapter.name);
  return detail::done(in, std::move(chapter));
}

Result<ProbeTag> read_tag(const Json& json) {
  ProbeTag tag;
  Members in(json);
  in.read("name", tag.name);
  in.read("value", tag.value);
  return detail::done(in, std::move(tag));
}

template <typename T, typename Read>
void read_list(Members& in, std::string_view name, std::vector<T>& to, Read read,
               std::size_t count_max = kStreamsMax) {
  const Json* list = in.array(name, count_max);
  if (!list) return;
  for (const Json& each : *list) {
    auto item = read(each);
    if (!in.accept(name, item)) return;
    to.push_back(std::move(*item));
  }
}

}  // namespace

Json to_json(const Probe& probe) {
  Json video = Json::array();
  for (const ProbeVideo& v : probe.video) {
    video.push_back(Json{{"index", v.index},
                         {"codec", v.codec},
                         {"profile", v.profile},
                         {"width", v.width},
                         {"height", v.height},
                         {"display_width", v.display_width},
                         {"display_height", v.display_height},
                         {"rotation", v.rotation},
                         {"frame_rate_num", v.frame_rate_num},
                         {"frame_rate_den", v.frame_rate_den},
                         {"variable_frame_rate", v.variable_frame_rate},
                         {"pixel_format", v.pixel_format},
                         {"bitrate_bps", v.bitrate_bps},
                         {"language", v.language},
                         {"default", v.is_default}});
  }
  Json audio = Json::array();
  for (const ProbeAudio& a : probe.audio) {
    audio.push_back(Json{{"index", a.index},
                         {"codec", a.codec},
                         {"profile", a.profile},
                         {"channels", a.channels},
                         {"sample_rate", a.sample_rate},
                         {"bitrate_bps", a.bitrate_bps},
                         {"language", a.language},
                         {"title", a.title},
                         {"default", a.is_default}});
  }
  Json captions = Json::array();
  for (const ProbeCaptions& c : probe.captions) {
    captions.push_back(
        Json{{"index", c.index}, {"codec", c.codec}, {"language", c.language}, {"text", c.text}});
  }
  Json chapters = Json::array();
  for (const ProbeChapter& c : probe.chapters) {
    chapters.push_back(Json{{"start_ms", c.start_ms}, {"name", c.name}});
  }
  Json tags = Json::array();
  for (const ProbeTag& t : probe.tags) {
    tags.push_back(Json{{"name", t.name}, {"value", t.value}});
  }
  return Json{{"duration_ms", probe.duration_ms},
              {"bytes", probe.bytes},
              {"container", probe.container},
              {"video", std::move(video)},
              {"audio", std::move(audio)},
              {"captions", std::move(captions)},
              {"chapters", std::move(chapters)},
              {"tags", std::move(tags)},
              {"browser_safe", probe.browser_safe},
              {"reason", probe.reason},
              {"key_frames_ms", probe.key_frames_ms},
              {"frames", probe.frames}};
}

Result<Probe> parse_probe(const Json& json) {
  Probe probe;
  Members in(json);
  in.read("duration_ms", probe.duration_ms);
  in.read("bytes", probe.bytes);
  in.read("container", probe.container);
  in.read("browser_safe", probe.browser_safe);
  in.read("reason", probe.reason);
  in.read("frames", probe.frames);
  read_list(in, "video", probe.video, read_video);
  read_list(in, "audio", probe.audio, read_audio);
  read_list(in, "captions", probe.captions, read_captions);
  read_list(in, "chapters", probe.chapters, read_chapter, kProbeChaptersMax);
  read_list(in, "tags", probe.tags, read_tag, kProbeTagsMax);
  if (const Json* times = in.array("key_frames_ms", kKeyFramesMax)) {
    probe.key_frames_ms.reserve(times->size());
    for (const Json& each : *times) {
      std::int64_t at = 0;
      if (!Members::integer(each, at) || at < -kTimeMsMax || at > kTimeMsMax) {
        in.wrong("key_frames_ms", "must hold integers in range");
        break;
      }
      probe.key_frames_ms.push_back(at);
    }
  }
  if (probe.duration_ms < 0 || probe.duration_ms > kTimeMsMax) {
    in.wrong("duration_ms", "is out of range");
  }
  if (probe.frames < 0) in.wrong("frames", "is negative");
  return detail::done(in, std::move(probe));
}

}  // namespace matinee::media
