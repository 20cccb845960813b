#include "probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "avc.h"
#include "report.h"

namespace matinee::codec {
namespace {

constexpr std::int64_t kKeyFrameGapMsMax = 10'000;
constexpr std::size_t kFramesMax = 40'000'000;
constexpr std::size_t kTagBytesMax = 256;        // of a title that a file gives a stream
constexpr std::size_t kLongTagBytesMax = 8'192;  // of a tag of the whole file
constexpr std::size_t kLanguageBytesMax = 35;    // as RFC 5646 section 4.4.1 recommends

std::string tag(const AVStream& stream, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(stream.metadata, name, nullptr, 0);
  return entry == nullptr ? std::string() : cut_text(entry->value, kTagBytesMax);
}

// What is no language tag says nothing.
std::string language_of(const AVStream& stream) {
  std::string language = tag(stream, "language");
  const bool plain =
      language.size() <= kLanguageBytesMax && std::ranges::all_of(language, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
      });
  return !plain || language == "und" ? std::string() : language;
}

bool is_default(const AVStream& stream) {
  return (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
}

std::string profile_of(const AVCodecParameters& parameters) {
  const char* profile = avcodec_profile_name(parameters.codec_id, parameters.profile);
  return profile == nullptr ? std::string() : std::string(profile);
}

media::ProbeVideo describe_video(AVFormatContext* format, AVStream& stream) {
  const AVCodecParameters& parameters = *stream.codecpar;
  media::ProbeVideo video;
  video.index = stream.index;
  video.codec = avcodec_get_name(parameters.codec_id);
  video.profile = profile_of(parameters);
  video.width = static_cast<std::uint32_t>(parameters.width);
  video.height = static_cast<std::uint32_t>(parameters.height);
  const AVRational aspect = av_guess_sample_aspect_ratio(format, &stream, nullptr);
  video.display_width = video.width;
  video.display_height = video.height;
  if (aspect.num > 0 && aspect.den > 0 && av_q2d(aspect) > 0.1 && av_q2d(aspect) < 10) {
    video.display_width =
        static_cast<std::uint32_t>(std::lround(parameters.width * av_q2d(aspect)));
  }
  video.rotation = rotation_of(stream);
  if (video.rotation % 180 != 0) std::swap(video.display_width, video.display_height);
  AVRational rate = stream.avg_frame_rate;
  if (rate.num <= 0 || rate.den <= 0) rate = stream.r_frame_rate;
  if (rate.num <= 0 || rate.den <= 0) rate = {25, 1};
  video.frame_rate_num = static_cast<std::uint32_t>(rate.num);
  video.frame_rate_den = static_cast<std::uint32_t>(rate.den);
  const char* pixels = av_get_pix_fmt_name(static_cast<AVPixelFormat>(parameters.format));
  video.pixel_format = pixels == nullptr ? "" : pixels;
  video.bitrate_bps = static_cast<std::uint64_t>(std::max<std::int64_t>(0, parameters.bit_rate));
  video.language = language_of(stream);
  video.is_default = is_default(stream);
  return video;
}

void describe_streams(const Source& source, const AVStream& shown, media::Probe& probe) {
  AVFormatContext* format = source.format();
  probe.video.push_back(describe_video(format, *format->streams[shown.index]));
  for (unsigned i = 0; i < format->nb_streams; ++i) {
    AVStream& stream = *format->streams[i];
    const AVCodecParameters& parameters = *stream.codecpar;
    if (parameters.codec_type == AVMEDIA_TYPE_AUDIO && parameters.sample_rate > 0 &&
        parameters.ch_layout.nb_channels > 0) {
      probe.audio.push_back(
          {.index = stream.index,
           .codec = avcodec_get_name(parameters.codec_id),
           .profile = profile_of(parameters),
           .channels = static_cast<std::uint32_t>(parameters.ch_layout.nb_channels),
           .sample_rate = static_cast<std::uint32_t>(parameters.sample_rate),
           .bitrate_bps =
               static_cast<std::uint64_t>(std::max<std::int64_t>(0, parameters.bit_rate)),
           .language = language_of(stream),
           .title = tag(stream, "title"),
           .is_default = is_default(stream)});
    }
    if (parameters.codec_type == AVMEDIA_TYPE_SUBTITLE) {
      const AVCodecDescriptor* codec = avcodec_descriptor_get(parameters.codec_id);
      probe.captions.push_back(
          {.index = stream.index,
           .codec = avcodec_get_name(parameters.codec_id),
           .language = language_of(stream),
           .text = codec != nullptr && (codec->props & AV_CODEC_PROP_TEXT_SUB) != 0});
    }
  }
}

// Chapters and tags of the whole file.
void describe_whole(const AVFormatContext& format, media::Probe& probe) {
  for (unsigned i = 0; i < format.nb_chapters && i < media::kProbeChaptersMax; ++i) {
    const AVChapter& chapter = *format.chapters[i];
    if (chapter.start == AV_NOPTS_VALUE) continue;
    const AVDictionaryEntry* name = av_dict_get(chapter.metadata, "title", nullptr, 0);
    probe.chapters.push_back(
        {std::max<std::int64_t>(0, to_ms_floor(chapter.start, chapter.time_base)),
         name == nullptr ? "" : cut_text(name->value, kTagBytesMax)});
  }
  std::ranges::stable_sort(probe.chapters, {}, &media::ProbeChapter::start_ms);
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(format.metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr &&
         probe.tags.size() < media::kProbeTagsMax) {
    std::string name = cut_text(entry->key, kTagBytesMax);
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    probe.tags.push_back({std::move(name), cut_text(entry->value, kLongTagBytesMax)});
  }
}

// What one pass over the packets finds out.
struct Scan {
  std::vector<std::int64_t> times;  // of pictures, on the time line, in the stream's time base
  std::vector<std::int64_t> keys;
  std::int64_t end = 0;     // of the video, same units
  std::int64_t end_ms = 0;  // of all streams
  bool begins_with_key = false;
  bool hidden_pictures = false;   // an edit list leaves some out
  bool open_groups = false;       // H.264: a key frame that is no IDR picture
  bool other_parameters = false;  // H.264: parameter sets change on the way
  std::set<int> streams;          // those that have any packet
};

void scan_picture(const Source& source, const AVStream& shown, const AVPacket& packet,
                  const std::optional<AvcFormatter>& avc, Scan& scan) {
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) {
    scan.hidden_pictures = true;
    return;
  }
  std::int64_t time = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (time == AV_NOPTS_VALUE) return;
  time = source.on_time_line(shown, time);
  if (scan.times.empty()) scan.begins_with_key = key;
  scan.times.push_back(time);
  if (key) scan.keys.push_back(time);
  scan.end = std::max(scan.end, time + std::max<std::int64_t>(packet.duration, 0));
  if (avc) {
    const auto sample = avc->format({packet.data, static_cast<std::size_t>(packet.size)});
    if (sample && key && !sample->idr) scan.open_groups = true;
    if (!sample || sample->other_parameters) scan.other_parameters = true;
  }
}

Result<Scan> scan_packets(Source& source, AVStream& shown) {
  std::optional<AvcFormatter> avc;
  const AVCodecParameters& parameters = *shown.codecpar;
  if (parameters.codec_id == AV_CODEC_ID_H264 && parameters.extradata_size > 0) {
    auto made = AvcFormatter::create(
        {parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)});
    if (made) avc = std::move(*made);
  }
  Scan scan;
  const Packet packet = new_packet();
  for (;;) {
    const auto more = source.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    report_progress(source.progress() * 0.99);
    const AVStream& stream = *source.format()->streams[packet->stream_index];
    const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (time != AV_NOPTS_VALUE) {
      scan.end_ms = std::max(
          scan.end_ms,
          to_ms_floor(time + std::max<std::int64_t>(packet->duration, 0), stream.time_base));
    }
    scan.streams.insert(packet->stream_index);
    if (packet->stream_index == shown.index) scan_picture(source, shown, *packet, avc, scan);
    if (scan.times.size() > kFramesMax) {
      return fail(ErrorCode::invalid, "there are more pictures than can be handled");
    }
  }
  if (scan.times.empty()) return fail(ErrorCode::corrupt, "truncated: there is no picture in it");
  std::ranges::sort(scan.times);
  std::ranges::sort(scan.keys);
  return scan;
}

// A container that promises more than is there was cut off.
Result<void> check_whole(const Source& source, const AVStream& shown, const Scan& scan) {
  const AVFormatContext& format = *source.format();
  if (std::string_view(format.iformat->name).starts_with("mov") && shown.nb_frames > 0 &&
      !scan.hidden_pictures && static_cast<std::int64_t>(scan.times.size()) < shown.nb_frames) {
    return fail(ErrorCode::corrupt, fmt::format("truncated: {} of {} pictures are there",
                                                scan.times.size(), shown.nb_frames));
  }
  if (format.duration <= 0 || format.duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
    return {};
  }
  const std::int64_t start_ms = format.start_time == AV_NOPTS_VALUE ? 0 : format.start_time / 1000;
  const std::int64_t promised_ms = format.duration / 1000;
  // Of a file whose first time is not 0 some writers promise the end, others the length.
  const std::int64_t there_ms = scan.end_ms - std::min<std::int64_t>(start_ms, 0);
  if (there_ms + std::max<std::int64_t>(1'000, promised_ms / 50) < promised_ms) {
    return fail(
        ErrorCode::corrupt,
        fmt::format("truncated: the file ends after {:.1f} s of {:.1f} s",
                    static_cast<double>(there_ms) / 1e3, static_cast<double>(promised_ms) / 1e3));
  }
  return {};
}

bool varies(const std::vector<std::int64_t>& times, AVRational time_base) {
  if (times.size() < 3) return false;
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
  std::ranges::sort(steps);
  const std::int64_t usual = steps[steps.size() / 2];
  const std::int64_t slack =
      std::max(usual / 4, av_rescale_q(2, AVRational{1, 1000}, time_base) + 1);
  return usual - steps.front() > slack || steps.back() - usual > slack;
}

// Why browsers would not play it as it is; empty when they do.
std::string reason_against(const AVStream& shown, const Scan& scan, const media::Probe& probe) {
  const AVCodecParameters& parameters = *shown.codecpar;
  const int profile = parameters.profile;
  if (parameters.codec_id != AV_CODEC_ID_H264) {
    return fmt::format("the video is {}, not H.264", avcodec_get_name(parameters.codec_id));
  }
  if (profile != FF_PROFILE_H264_CONSTRAINED_BASELINE && profile != FF_PROFILE_H264_MAIN &&
      profile != FF_PROFILE_H264_HIGH) {
    return fmt::format("the H.264 profile is {}", probe.video.front().profile);
  }
  if (parameters.format != AV_PIX_FMT_YUV420P) {
    return fmt::format("the pixels are {}", probe.video.front().pixel_format);
  }
  if (parameters.field_order != AV_FIELD_PROGRESSIVE &&
      parameters.field_order != AV_FIELD_UNKNOWN) {
    return "the pictures are interlaced";
  }
  if (rotation_of(shown) != 0) return "the pictures are rotated";
  if (!scan.begins_with_key || scan.keys.empty() || scan.keys.front() != scan.times.front()) {
    return "the video does not begin with a key frame";
  }
  if (scan.hidden_pictures) return "an edit list leaves pictures out";
  if (scan.open_groups) return "the groups of pictures are open";
  if (scan.other_parameters) return "the H.264 parameter sets change on the way";
  if (scan.times.front() != 0) return "the first picture is not at the start";
  std::int64_t before = scan.keys.front();
  for (std::size_t i = 1; i <= scan.keys.size(); ++i) {
    const std::int64_t next = i < scan.keys.size() ? scan.keys[i] : scan.end;
    if (to_ms_floor(next - before, shown.time_base) > kKeyFrameGapMsMax) {
      return "key frames are more than 10 s apart";
    }
    before = next;
  }
  if (!probe.audio.empty() && std::ranges::none_of(probe.audio, [](const auto& audio) {
        return audio.codec == "aac" && audio.profile == "LC";
      })) {
    return fmt::format("the audio is {}, not AAC-LC", probe.audio.front().codec);
  }
  return {};
}

}  // namespace

Result<media::Probe> probe(Source& source) {
  const auto video = source.video();
  if (!video) return std::unexpected(video.error());
  AVStream& shown = **video;
  media::Probe probe;
  probe.bytes = source.bytes();
  probe.container = source.format()->iformat->name;
  describe_streams(source, shown, probe);
  describe_whole(*source.format(), probe);

  const auto scan = scan_packets(source, shown);
  if (!scan) return std::unexpected(scan.error());
  if (auto whole = check_whole(source, shown, *scan); !whole) {
    return std::unexpected(whole.error());
  }
  // A stream that is announced and empty is none.
  std::erase_if(probe.audio,
                [&](const auto& audio) { return !scan->streams.contains(audio.index); });
  std::erase_if(probe.captions,
                [&](const auto& captions) { return !scan->streams.contains(captions.index); });
  auto& described = probe.video.front();
  described.variable_frame_rate = varies(scan->times, shown.time_base);
  std::int64_t end = scan->end;
  if (end <= scan->times.back()) {  // no duration given: the last picture lasts one frame
    end = scan->times.back() +
          std::max<std::int64_t>(
              1, av_rescale_q(1,
                              AVRational{static_cast<int>(described.frame_rate_den),
                                         static_cast<int>(described.frame_rate_num)},
                              shown.time_base));
  }
  probe.duration_ms = av_rescale_q_rnd(end, shown.time_base, AVRational{1, 1000}, AV_ROUND_UP);
  probe.frames = static_cast<std::int64_t>(scan->times.size());
  for (const std::int64_t key : scan->keys) {
    const std::int64_t ms = std::max<std::int64_t>(0, to_ms_floor(key, shown.time_base));
    if (probe.key_frames_ms.empty() || ms > probe.key_frames_ms.back()) {
      probe.key_frames_ms.push_back(ms);
    }
    if (probe.key_frames_ms.size() >= media::kKeyFramesMax) break;
  }
  probe.reason = reason_against(shown, *scan, probe);
  probe.browser_safe = probe.reason.empty();
  return probe;
}

}  // namespace matinee::codec
