#include "captions.h"

#include <fmt/format.h>

#include <algorithm>

#include "report.h"

namespace matinee::codec {
namespace {

constexpr int kFieldsBeforeText = 8;
constexpr std::int64_t kCuesMax = 200'000;

// "{\i1}" and the like; others say nothing here.
std::string tag_of_override(std::string_view block) {
  std::string out;
  for (const char style : {'i', 'b'}) {
    const std::string on = std::string("\\") + style + "1";
    const std::string off = std::string("\\") + style + "0";
    if (block.find(on) != std::string_view::npos) out += fmt::format("<{}>", style);
    if (block.find(off) != std::string_view::npos) out += fmt::format("</{}>", style);
  }
  return out;
}

std::string clock_text(std::int64_t ms, char point) {
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1'000 % 60,
                     point, ms % 1'000);
}

struct Subtitle {
  AVSubtitle value{};
  ~Subtitle() { avsubtitle_free(&value); }
};

std::string text_of(const AVSubtitle& subtitle) {
  std::string text;
  for (unsigned i = 0; i < subtitle.num_rects; ++i) {
    const AVSubtitleRect& rect = *subtitle.rects[i];
    std::string line;
    if (rect.type == SUBTITLE_ASS && rect.ass != nullptr) line = plain_text_of_ass(rect.ass);
    if (rect.type == SUBTITLE_TEXT && rect.text != nullptr) line = rect.text;
    if (line.empty()) continue;
    if (!text.empty()) text += "\n";
    text += line;
  }
  return text;
}

}  // namespace

std::string plain_text_of_ass(const std::string& event) {
  std::size_t at = 0;
  for (int i = 0; i < kFieldsBeforeText; ++i) {
    const auto comma = event.find(',', at);
    if (comma == std::string::npos) return {};
    at = comma + 1;
  }
  std::string text;
  for (; at < event.size(); ++at) {
    const char c = event[at];
    if (c == '{') {
      const auto close = event.find('}', at);
      if (close != std::string::npos) {
        text += tag_of_override(std::string_view(event).substr(at, close - at));
        at = close;
        continue;
      }
    }
    if (c == '\\' && at + 1 < event.size()) {
      const char next = event[at + 1];
      if (next == 'N' || next == 'n' || next == 'h') {
        text.push_back(next == 'h' ? ' ' : '\n');
        ++at;
        continue;
      }
    }
    if (c != '\r') text.push_back(c);
  }
  // A blank line would end the cue.
  for (auto gap = text.find("\n\n"); gap != std::string::npos; gap = text.find("\n\n")) {
    text.erase(gap, 1);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<Json> captions(Source& source, std::int64_t index, bool as_vtt, std::ostream& out) {
  const auto stream = source.stream(index, AVMEDIA_TYPE_SUBTITLE);
  if (!stream) return std::unexpected(stream.error());
  const AVCodecDescriptor* codec = avcodec_descriptor_get((*stream)->codecpar->codec_id);
  if (codec == nullptr || (codec->props & AV_CODEC_PROP_TEXT_SUB) == 0) {
    return fail(ErrorCode::invalid, "these captions are pictures, not text");
  }
  auto decoder = open_decoder(**stream, 1);
  if (!decoder) return std::unexpected(decoder.error());
  source.read_only(*stream);
  const Packet packet = new_packet();
  std::int64_t cues = 0;
  if (as_vtt) out << "WEBVTT\n\n";
  for (;;) {
    const auto more = source.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    report_progress(source.progress());
    if (packet->stream_index != (*stream)->index || packet->pts == AV_NOPTS_VALUE) continue;
    Subtitle subtitle;
    int got = 0;
    if (avcodec_decode_subtitle2(decoder->get(), &subtitle.value, &got, packet.get()) < 0) continue;
    const std::string text = got != 0 ? text_of(subtitle.value) : std::string();
    const std::int64_t start =
        to_ms_floor(source.on_time_line(**stream, packet->pts), (*stream)->time_base);
    std::int64_t lasts = to_ms_floor(packet->duration, (*stream)->time_base);
    if (lasts <= 0 && subtitle.value.end_display_time != UINT32_MAX) {
      lasts = subtitle.value.end_display_time;
    }
    if (lasts <= 0) lasts = 3'000;
    if (text.empty() || start + lasts <= 0) continue;
    if (++cues > kCuesMax) return fail(ErrorCode::invalid, "there are too many captions");
    const char point = as_vtt ? '.' : ',';
    if (!as_vtt) out << cues << "\n";
    out << clock_text(std::max<std::int64_t>(0, start), point) << " --> "
        << clock_text(start + lasts, point) << "\n"
        << text << "\n\n";
  }
  out.flush();
  if (!out) return fail(ErrorCode::unavailable, "writing the captions: the disk may be full");
  return Json{{"cues", cues}};
}

}  // namespace matinee::codec
