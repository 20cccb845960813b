#include "media/encode_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "media/json_members.h"

namespace matinee::media {
namespace {

// Measured per million pixels and frame on one core of a small server: x264 veryfast, decoding,
// scaling. They only feed estimates.
constexpr double kEncodeSeconds = 0.011;
constexpr double kDecodeSeconds = 0.0026;
constexpr double kScaleSeconds = 0.0010;
constexpr double kAudioSecondsPerSecond = 0.012;
constexpr double kChunkStartSeconds = 0.15;
constexpr double kRepackageBytesPerSecond = 200e6;
constexpr std::uint64_t kAudioBps = 128'000;
constexpr std::int64_t kChunkRestMs = 10'000;

bool is_picture_codec(const std::string& codec) {
  return codec == "mjpeg" || codec == "png" || codec == "bmp" || codec == "webp" || codec == "gif";
}

// The stream to show: not a cover picture, the default one, else the first.
const ProbeVideo* choose_video(const Probe& probe) {
  const ProbeVideo* chosen = nullptr;
  for (const ProbeVideo& video : probe.video) {
    if (video.width == 0 || video.height == 0) continue;
    const bool cover =
        is_picture_codec(video.codec) && (probe.video.size() > 1 || probe.frames == 1);
    if (cover) continue;
    if (!chosen || (video.is_default && !chosen->is_default)) chosen = &video;
  }
  return chosen;
}

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

Size display_size(const ProbeVideo& video) {
  if (video.display_width > 0 && video.display_height > 0) {
    return {video.display_width, video.display_height};
  }
  const bool turned = std::abs(video.rotation) % 180 == 90;
  return turned ? Size{video.height, video.width} : Size{video.width, video.height};
}

double frame_rate(const Probe& probe, const ProbeVideo& video) {
  if (video.frame_rate_num > 0 && video.frame_rate_den > 0) {
    return static_cast<double>(video.frame_rate_num) / video.frame_rate_den;
  }
  if (probe.frames > 0 && probe.duration_ms > 0) {
    return static_cast<double>(probe.frames) * 1000 / static_cast<double>(probe.duration_ms);
  }
  return 25;
}

std::int64_t duration_of(const Probe& probe, const ProbeVideo& video, EncodePlan& plan) {
  if (probe.duration_ms > 0) return probe.duration_ms;
  std::int64_t duration = 0;
  if (probe.frames > 0) {
    duration = std::llround(static_cast<double>(probe.frames) * 1000 / frame_rate(probe, video));
  }
  if (!probe.key_frames_ms.empty()) duration = std::max(duration, probe.key_frames_ms.back() + 40);
  if (duration > 0) {
    plan.reasons.push_back(
        fmt::format("the source does not say how long it is; its frames make {} ms", duration));
  }
  return duration;
}

// Why a source that is browser-safe by itself is encoded nevertheless; empty = it is not.
std::string against_repackaging(const Probe& probe, const ProbeVideo& video) {
  if (!probe.browser_safe) {
    return probe.reason.empty() ? "browsers do not play the source as it is" : probe.reason;
  }
  if (video.rotation % 360 != 0) return "the picture is stored rotated";
  if (probe.key_frames_ms.empty()) return "the source's key frames are not known";
  std::int64_t longest = probe.duration_ms - probe.key_frames_ms.back();
  for (std::size_t i = 1; i < probe.key_frames_ms.size(); ++i) {
    longest = std::max(longest, probe.key_frames_ms[i] - probe.key_frames_ms[i - 1]);
  }
  if (longest > kKeyFrameGapMsMax) {
    return fmt::format("the source has no key frame for {:.1f} s",
                       static_cast<double>(longest) / 1000);
  }
  return "";
}

std::vector<std::int64_t> regular_grid(std::int64_t duration_ms) {
  std::vector<std::int64_t> times;
  for (std::int64_t at = 0; at < std::max<std::int64_t>(1, duration_ms); at += kSegmentTargetMs) {
    times.push_back(at);
  }
  if (times.size() > 1 && duration_ms - times.back() < kSegmentMinMs) times.pop_back();
  return times;
}

void plan_audio(const Probe& probe, EncodePlan& plan) {
  const auto chosen = std::ranges::find(probe.audio, true, &ProbeAudio::is_default);
  const std::size_t main =
      chosen == probe.audio.end() ? 0 : static_cast<std::size_t>(chosen - probe.audio.begin());
  for (std::size_t i = 0; i < probe.audio.size(); ++i) {
    const ProbeAudio& audio = probe.audio[i];
    if (audio.channels == 0 && audio.sample_rate == 0) {
      plan.reasons.push_back(
          fmt::format("audio stream {} cannot be decoded: left out", audio.index));
      continue;
    }
    const bool lc = audio.codec == "aac" && (audio.profile.empty() || audio.profile == "LC");
    plan.audio.push_back({.track_id = fmt::format("a{}", audio.index),
                          .stream = audio.index,
                          .repackage = plan.repackage && lc,
                          .language = audio.language,
                          .name = audio.title,
                          .is_default = i == main});
  }
  if (!plan.audio.empty() && std::ranges::none_of(plan.audio, &AudioPlan::is_default)) {
    plan.audio.front().is_default = true;
  }
  if (probe.audio.empty()) plan.reasons.emplace_back("the source has no audio");
}

void plan_captions(const Probe& probe, EncodePlan& plan) {
  for (const ProbeCaptions& captions : probe.captions) {
    if (captions.text) {
      plan.captions.push_back({.stream = captions.index, .language = captions.language});
    } else {
      plan.reasons.push_back(
          fmt::format("captions stream {} ({}) holds pictures, not text: left out", captions.index,
                      captions.codec));
    }
  }
}

void plan_video(const Probe& probe, const ProbeVideo& video, Size size, EncodePlan& plan) {
  const std::string against = against_repackaging(probe, video);
  plan.repackage = against.empty();
  plan.rungs = fixed_ladder(size.width, size.height);
  const std::uint32_t lines = std::min(size.width, size.height);
  if (plan.repackage) {
    const double seconds = static_cast<double>(plan.duration_ms) / 1000;
    const auto whole = static_cast<std::uint64_t>(static_cast<double>(probe.bytes) * 8 / seconds);
    const std::uint64_t rate = video.bitrate_bps > 0 ? video.bitrate_bps : whole;
    plan.repackaged = {.track_id = fmt::format("v{}", lines),
                       .width = size.width,
                       .height = size.height,
                       .crf = 0,
                       .maxrate_bps = rate,
                       .expected_bps = rate};
    std::erase_if(plan.rungs,
                  [&](const Rung& rung) { return std::min(rung.width, rung.height) + 1 >= lines; });
    plan.idr_ms = choose_idr_ms(probe.key_frames_ms, plan.duration_ms);
    plan.reasons.push_back(fmt::format(
        "browsers play the source as it is: it becomes the {}-line rung without loss, and its key "
        "frames rule where segments start",
        lines));
  } else {
    plan.idr_ms = regular_grid(plan.duration_ms);
    plan.reasons.push_back("encoded, as " + against);
  }
  if (plan.rungs.empty()) return;
  plan.chunks = cut_chunks(plan.idr_ms, plan.duration_ms);
  std::string names;
  for (const Rung& rung : plan.rungs) {
    names += fmt::format("{}{}x{}", names.empty() ? "" : ", ", rung.width, rung.height);
  }
  plan.reasons.push_back(
      fmt::format("{} to encode in {} chunks of about 30 s", names, plan.chunks.size()));
  if (video.variable_frame_rate) {
    plan.reasons.emplace_back("the frame rate varies: every frame keeps its own time");
  }
}

void estimate(const Probe& probe, const ProbeVideo& video, Size size, EncodePlan& plan) {
  const double seconds = static_cast<double>(plan.duration_ms) / 1000;
  const double frames =
      probe.frames > 0 ? static_cast<double>(probe.frames) : seconds * frame_rate(probe, video);
  const double source_pixels = static_cast<double>(size.width) * size.height / 1e6;
  double bits = 0;
  double cpu = 1;
  for (const Rung& rung : plan.rungs) {
    const double pixels = static_cast<double>(rung.width) * rung.height / 1e6;
    cpu += frames * (pixels * kEncodeSeconds + source_pixels * kScaleSeconds);
    double rate = static_cast<double>(rung.expected_bps);
    if (video.bitrate_bps > 0) rate = std::min(rate, static_cast<double>(video.bitrate_bps));
    bits += rate * seconds;
  }
  if (!plan.rungs.empty()) cpu += frames * source_pixels * kDecodeSeconds;
  cpu += kChunkStartSeconds * static_cast<double>(plan.chunks.size());
  if (plan.repackage) {
    cpu += static_cast<double>(probe.bytes) / kRepackageBytesPerSecond;
    bits += static_cast<double>(plan.repackaged.expected_bps) * seconds;
  }
  for (const AudioPlan& audio : plan.audio) {
    if (!audio.repackage) cpu += seconds * kAudioSecondsPerSecond;
    bits += static_cast<double>(kAudioBps) * seconds;
  }
  plan.cpu_seconds = std::round(cpu * 10) / 10;
  plan.bytes = static_cast<std::uint64_t>(bits / 8);
}

}  // namespace

std::vector<std::int64_t> choose_idr_ms(const std::vector<std::int64_t>& key_frames_ms,
                                        std::int64_t duration_ms) {
  std::vector<std::int64_t> chosen;
  std::optional<std::int64_t> candidate;  // the best key frame for the next segment so far
  const auto distance = [&](std::int64_t at) {
    return std::abs(at - chosen.back() - kSegmentTargetMs);
  };
  for (const std::int64_t at : key_frames_ms) {
    if (at < 0 || (duration_ms > 0 && at >= duration_ms)) continue;
    if (chosen.empty()) {
      chosen.push_back(at);
      continue;
    }
    if (candidate && (at <= *candidate || distance(at) <= distance(*candidate))) {
      candidate = std::max(at, *candidate);
      continue;
    }
    if (candidate) chosen.push_back(*std::exchange(candidate, std::nullopt));
    if (at >= chosen.back() + kSegmentMinMs) candidate = at;
  }
  if (candidate) chosen.push_back(*candidate);
  // A short rest goes to the segment before it, if that does not become too long.
  if (chosen.size() > 1 && duration_ms - chosen.back() < kSegmentMinMs &&
      duration_ms - chosen[chosen.size() - 2] <= kSegmentMaxMs) {
    chosen.pop_back();
  }
  return chosen;
}

std::vector<EncodeChunk> cut_chunks(const std::vector<std::int64_t>& idr_ms,
                                    std::int64_t duration_ms) {
  std::vector<EncodeChunk> chunks;
  for (std::size_t i = 0; i < idr_ms.size(); ++i) {
    const std::int64_t at = idr_ms[i];
    const std::int64_t next = i + 1 < idr_ms.size() ? idr_ms[i + 1] : duration_ms;
    bool cut = chunks.empty();
    if (!cut) {
      const std::int64_t start = chunks.back().start_ms;
      // Here, unless the next place is at least as near to the target.
      cut = at - start >= kChunkTargetMs ||
            (next - start > kChunkTargetMs &&
             kChunkTargetMs - (at - start) < next - start - kChunkTargetMs);
      cut = cut && duration_ms - at >= kChunkRestMs;
    }
    if (cut) {
      if (!chunks.empty()) chunks.back().end_ms = at;
      chunks.push_back({.index = static_cast<std::uint32_t>(chunks.size()),
                        .start_ms = at,
                        .end_ms = at,
                        .idr_ms = {}});
    }
    chunks.back().idr_ms.push_back(at);
  }
  if (!chunks.empty()) {
    EncodeChunk& last = chunks.back();
    last.end_ms = std::max(duration_ms, last.idr_ms.back()) + kChunkTailMs;
  }
  return chunks;
}

Result<EncodePlan> plan_encode(const Probe& probe) {
  EncodePlan plan;
  const ProbeVideo* video = choose_video(probe);
  if (!video) {
    return fail(ErrorCode::invalid, probe.audio.empty() ? "the source has neither video nor audio"
                                                        : "the source has no video, only audio");
  }
  const Size size = display_size(*video);
  if (size.width > 16384 || size.height > 16384) {
    return fail(ErrorCode::invalid, fmt::format("a picture of {}x{} is too large (16384 at most)",
                                                size.width, size.height));
  }
  plan.video_stream = video->index;
  plan.duration_ms = duration_of(probe, *video, plan);
  if (plan.duration_ms <= 0) {
    return fail(ErrorCode::invalid, "the source has no frames, or does not say how long it is");
  }
  if (plan.duration_ms > kTitleDurationMsMax) {
    return fail(ErrorCode::invalid,
                fmt::format("the source is {} h long (48 at most)", plan.duration_ms / 3'600'000));
  }
  plan_video(probe, *video, size, plan);
  plan_audio(probe, plan);
  plan_captions(probe, plan);
  plan.poster_at_ms = std::min<std::int64_t>(plan.duration_ms / 10, 180'000);
  estimate(probe, *video, size, plan);
  return plan;
}

Json to_json(const EncodeChunk& chunk) {
  return Json{{"index", chunk.index},
              {"start_ms", chunk.start_ms},
              {"end_ms", chunk.end_ms},
              {"idr_ms", chunk.idr_ms}};
}

Result<EncodeChunk> parse_chunk(const Json& json) {
  EncodeChunk chunk;
  detail::Members<Json> in(json);
  in.read("index", chunk.index);
  in.read("start_ms", chunk.start_ms);
  in.read("end_ms", chunk.end_ms);
  if (const Json* times = in.array("idr_ms", 100'000)) {
    for (const Json& each : *times) {
      std::int64_t at = 0;
      if (!detail::Members<Json>::integer(each, at)) {
        in.wrong("idr_ms", "must hold integers");
        break;
      }
      chunk.idr_ms.push_back(at);
    }
  }
  if (chunk.start_ms < 0 || chunk.end_ms <= chunk.start_ms) in.wrong("chunk", "is empty");
  if (chunk.idr_ms.empty() || chunk.idr_ms.front() != chunk.start_ms ||
      !std::ranges::is_sorted(chunk.idr_ms) || chunk.idr_ms.back() >= chunk.end_ms) {
    in.wrong("idr_ms", "must rise from start_ms to before end_ms");
  }
  return detail::done(in, std::move(chunk));
}

Json to_json(const EncodePlan& plan) {
  Json rungs = Json::array();
  for (const Rung& rung : plan.rungs) rungs.push_back(to_json(rung));
  Json chunks = Json::array();
  for (const EncodeChunk& chunk : plan.chunks) chunks.push_back(to_json(chunk));
  Json audio = Json::array();
  for (const AudioPlan& a : plan.audio) {
    audio.push_back(Json{{"track_id", a.track_id},
                         {"stream", a.stream},
                         {"repackage", a.repackage},
                         {"language", a.language},
                         {"name", a.name},
                         {"default", a.is_default}});
  }
  Json captions = Json::array();
  for (const CaptionPlan& c : plan.captions) {
    captions.push_back(Json{{"stream", c.stream}, {"language", c.language}});
  }
  Json json{{"video_stream", plan.video_stream},
            {"duration_ms", plan.duration_ms},
            {"repackage", plan.repackage}};
  if (plan.repackage) json["repackaged"] = to_json(plan.repackaged);
  json["rungs"] = std::move(rungs);
  json["idr_ms"] = plan.idr_ms;
  json["chunks"] = std::move(chunks);
  json["audio"] = std::move(audio);
  json["captions"] = std::move(captions);
  json["poster_at_ms"] = plan.poster_at_ms;
  json["cpu_seconds"] = plan.cpu_seconds;
  json["bytes"] = plan.bytes;
  json["reasons"] = plan.reasons;
  return json;
}

}  // namespace matinee::media
