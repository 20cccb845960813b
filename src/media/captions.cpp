#include "media/captions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace matinee::media {
namespace {

constexpr std::string_view kArrow = "-->";
constexpr std::int64_t kTimeMsMax = 1000LL * 3'600'000;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// [hours:]minutes:seconds, then . or , and up to three digits.
std::optional<std::int64_t> read_time(std::string_view text) {
  std::array<std::int64_t, 4> fields{};  // the last three before the point, then milliseconds
  std::size_t count = 0;
  std::size_t digits = 0;
  std::int64_t value = 0;
  bool fraction = false;
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\0';
    if (c >= '0' && c <= '9') {
      if (++digits > 6) return std::nullopt;
      value = value * 10 + (c - '0');
      continue;
    }
    if (digits == 0) return std::nullopt;
    const bool end = i == text.size();
    if (fraction) {
      if (!end || digits > 3) return std::nullopt;
      for (; digits < 3; ++digits) value *= 10;
      fields[3] = value;
    } else if (c == ':' || c == '.' || c == ',' || end) {
      if (count == parts.size()) return std::nullopt;
      parts[count++] = value;
      fraction = c == '.' || c == ',';
    } else {
      return std::nullopt;
    }
    value = 0;
    digits = 0;
  }
  if (count < 2) return std::nullopt;
  const std::int64_t hours = count == 3 ? parts[0] : 0;
  const std::int64_t minutes = parts[count - 2];
  const std::int64_t seconds = parts[count - 1];
  if (minutes > 59 || seconds > 59) return std::nullopt;
  const std::int64_t ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fields[3];
  return ms <= kTimeMsMax ? std::optional(ms) : std::nullopt;
}

// "start --> end settings"; settings are kept for WebVTT only.
std::optional<Cue> read_timing(std::string_view line, bool webvtt) {
  const auto arrow = line.find(kArrow);
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto start = read_time(trimmed(line.substr(0, arrow)));
  const std::string_view rest = trimmed(line.substr(arrow + kArrow.size()));
  const auto blank = std::min(rest.find_first_of(" \t"), rest.size());
  const auto end = read_time(rest.substr(0, blank));
  if (!start || !end) return std::nullopt;
  Cue cue{.start_ms = *start, .end_ms = *end, .settings = {}, .text = {}};
  const std::string_view settings = trimmed(rest.substr(blank));
  if (webvtt && settings.size() <= 256 && settings.find(kArrow) == std::string_view::npos) {
    cue.settings = settings;
  }
  return cue;
}

bool is_entity(std::string_view text) {
  return std::ranges::any_of(
      std::array<std::string_view, 6>{"&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&rlm;"},
      [&](std::string_view entity) { return text.starts_with(entity); });
}

// SRT marks up with <i> <b> <u>, <font> (dropped) and {\an8} (dropped); all else is text.
std::string from_srt(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("{\\")) {
      const auto end = rest.find('}');
      if (end != std::string_view::npos && end < 64) {
        i += end;
        continue;
      }
    }
    if (c == '<') {
      const auto end = std::min(rest.find('>'), rest.size());
      std::string name(rest.substr(1, end - std::min<std::size_t>(end, 1)));
      std::ranges::transform(name, name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
      });
      const std::string_view bare = std::string_view(name).substr(name.starts_with('/') ? 1 : 0);
      const bool style = bare == "i" || bare == "b" || bare == "u";
      if (end < rest.size() && (style || bare == "font" || bare.starts_with("font "))) {
        if (style) out += "<" + name + ">";
        i += end;
        continue;
      }
    }
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += is_entity(rest) ? "&" : "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// What both formats share: cues are collected, checked and limited here.
class CueList {
 public:
  Result<void> add(Cue cue, std::size_t line) {
    const auto bad = [&](std::string_view what) {
      return fail(ErrorCode::invalid, fmt::format("captions, line {}: {}", line, what));
    };
    if (cue.end_ms < cue.start_ms) return bad("the cue ends before it starts");
    if (cue.text.size() > kCueTextBytesMax) return bad("the cue's text is too long");
    if (cue.end_ms == cue.start_ms || cue.text.empty()) return {};
    if (cues_.size() == kCuesMax) {
      return fail(ErrorCode::limited,
                  fmt::format("captions, line {}: more than {} cues", line, kCuesMax));
    }
    cues_.push_back(std::move(cue));
    return {};
  }
  std::vector<Cue> take() {
    std::ranges::stable_sort(cues_, {}, &Cue::start_ms);
    return std::move(cues_);
  }

 private:
  std::vector<Cue> cues_;
};

void add_line(std::string& text, std::string_view line) {
  if (trimmed(line).empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

// Dropped markup can leave a line empty, which would end a WebVTT cue.
std::string without_blank_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : lines_of(text)) add_line(out, line);
  return out;
}

bool has_timing(std::string_view line) { return line.find(kArrow) != std::string_view::npos; }

Result<std::vector<Cue>> read_srt(const std::vector<std::string_view>& lines) {
  CueList list;
  std::optional<Cue> open;
  std::size_t opened = 0;
  std::string text;
  const auto close = [&]() -> Result<void> {
    if (!open) return {};
    open->text = without_blank_lines(from_srt(text));
    text.clear();
    auto added = list.add(std::move(*open), opened);
    open.reset();
    return added;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (has_timing(line)) {
      auto cue = read_timing(line, false);
      if (!cue) {
        return fail(ErrorCode::invalid,
                    fmt::format("captions, line {}: the cue's times cannot be read", i + 1));
      }
      if (auto closed = close(); !closed) return std::unexpected(closed.error());
      open = std::move(cue);
      opened = i + 1;
      continue;
    }
    // A number in front of a timing line is that cue's counter, not text.
    const bool counter = i + 1 < lines.size() && has_timing(lines[i + 1]) &&
                         !trimmed(line).empty() &&
                         trimmed(line).find_first_not_of("0123456789") == std::string_view::npos;
    if (counter || trimmed(line).empty()) continue;
    if (!open) {
      return fail(ErrorCode::invalid,
                  fmt::format("captions, line {}: neither a cue's number nor its times", i + 1));
    }
    if (text.size() <= kCueTextBytesMax) add_line(text, line);
  }
  if (auto closed = close(); !closed) return std::unexpected(closed.error());
  return list.take();
}

// A "<" or "&" may stand there as it is, but "-->" may not.
std::string vtt_payload(std::string_view line) {
  std::string out(line);
  for (auto at = out.find(kArrow); at != std::string::npos; at = out.find(kArrow)) {
    out.replace(at, kArrow.size(), "--&gt;");
  }
  return out;
}

Result<std::vector<Cue>> read_vtt(const std::vector<std::string_view>& lines) {
  CueList list;
  std::size_t i = 0;
  const auto blank = [&](std::size_t at) { return at >= lines.size() || lines[at].empty(); };
  while (!blank(i)) ++i;  // the header
  while (i < lines.size()) {
    if (lines[i].empty()) {
      ++i;
      continue;
    }
    // An identifier may stand before the times; NOTE, STYLE and REGION blocks have no times.
    if (!has_timing(lines[i]) && !blank(i + 1) && has_timing(lines[i + 1])) ++i;
    if (!has_timing(lines[i])) {
      while (!blank(i)) ++i;
      continue;
    }
    auto cue = read_timing(lines[i], true);
    if (!cue) {
      return fail(ErrorCode::invalid,
                  fmt::format("captions, line {}: the cue's times cannot be read", i + 1));
    }
    const std::size_t opened = i++;
    for (; !blank(i) && !has_timing(lines[i]); ++i) {
      if (cue->text.size() <= kCueTextBytesMax) add_line(cue->text, vtt_payload(lines[i]));
    }
    if (auto added = list.add(std::move(*cue), opened + 1); !added) {
      return std::unexpected(added.error());
    }
  }
  return list.take();
}

std::string time_text(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

void append_cue(std::string& out, const Cue& cue) {
  out += fmt::format("{} --> {}{}{}\n{}\n\n", time_text(cue.start_ms), time_text(cue.end_ms),
                     cue.settings.empty() ? "" : " ", cue.settings, cue.text);
}

}  // namespace

Result<std::vector<Cue>> read_cues(std::string_view bytes) {
  auto text = decode_caption_text(bytes);
  if (!text) return std::unexpected(text.error());
  const std::vector<std::string_view> lines = lines_of(*text);
  const std::string_view first = lines.empty() ? std::string_view() : lines.front();
  const bool webvtt =
      first == "WEBVTT" || first.starts_with("WEBVTT ") || first.starts_with("WEBVTT\t");
  return webvtt ? read_vtt(lines) : read_srt(lines);
}

std::string write_webvtt(std::span<const Cue> cues) {
  std::string out = "WEBVTT\n\n";
  for (const Cue& cue : cues) append_cue(out, cue);
  return out;
}

Result<std::vector<CaptionSegment>> segment_webvtt(std::span<const Cue> cues,
                                                   std::span<const std::int64_t> idr_ms,
                                                   std::int64_t duration_ms) {
  std::vector<std::int64_t> starts{0};
  for (const std::int64_t at : idr_ms) {
    if (at - starts.back() >= kCaptionSegmentMs && at < duration_ms) starts.push_back(at);
  }
  std::vector<CaptionSegment> segments;
  std::size_t bytes = 0;
  std::size_t next = 0;                // the first cue that no segment has begun with yet
  std::vector<const Cue*> still_open;  // cues that reach into the next segment
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const bool last = i + 1 == starts.size();
    const std::int64_t end = last ? std::max(duration_ms, starts[i] + 1) : starts[i + 1];
    std::string vtt = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n";
    std::erase_if(still_open, [&](const Cue* cue) { return cue->end_ms <= starts[i]; });
    for (; next < cues.size() && (cues[next].start_ms < end); ++next) {
      if (cues[next].end_ms > starts[i]) still_open.push_back(&cues[next]);
    }
    for (const Cue* cue : still_open) {
      append_cue(vtt, *cue);
      if (bytes + vtt.size() > kCaptionSegmentsBytesMax) {
        return fail(ErrorCode::limited, "the captions' cues overlap too much to be segmented");
      }
    }
    bytes += vtt.size();
    segments.push_back({.vtt = std::move(vtt), .duration_ms = end - starts[i]});
  }
  return segments;
}

}  // namespace matinee::media
