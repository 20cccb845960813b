#include "thumbnails.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "jpeg.h"
#include "picture_graph.h"
#include "picture_reader.h"
#include "poster.h"
#include "report.h"

namespace matinee::codec {
namespace {

constexpr int kOnSheet = media::kSheetColumns * media::kSheetRows;
constexpr int kHeightMax = 4 * media::kThumbnailWidth;
constexpr std::int64_t kWholeEveryMs = 2'000;  // plans this fine are of films worth decoding whole
constexpr std::int64_t kTooEarlyMs = 60'000;   // a key frame so far back means: no index to seek by

Size thumbnail_size(AVFormatContext* format, const AVStream& stream) {
  const Size full = upright_size(format, stream, 16'384);
  const double height = static_cast<double>(full.height) * media::kThumbnailWidth / full.width;
  return {media::kThumbnailWidth, std::clamp(static_cast<int>(height) & ~1, 2, kHeightMax)};
}

// Puts thumbnails next to each other and writes each sheet when it is full.
class Sheets {
 public:
  Sheets(Size size, std::int64_t count, const std::vector<std::ostream*>& outs)
      : size_(size), count_(count), outs_(outs) {}

  Result<void> add(const AVFrame& thumbnail) {
    MATINEE_CHECK(thumbnail.width == size_.width && thumbnail.height == size_.height);
    if (added_ % kOnSheet == 0) {
      if (auto begun = begin_sheet(); !begun) return begun;
    }
    const auto place = static_cast<int>(added_ % kOnSheet);
    copy(thumbnail, place % media::kSheetColumns * size_.width,
         place / media::kSheetColumns * size_.height);
    ++added_;
    return added_ % kOnSheet == 0 || added_ == count_ ? end_sheet() : Result<void>{};
  }
  [[nodiscard]] std::int64_t added() const { return added_; }
  [[nodiscard]] Json json() const {
    return {{"width", size_.width}, {"height", size_.height}, {"sheets", written_}};
  }

 private:
  Result<void> begin_sheet() {
    const auto left = static_cast<int>(std::min<std::int64_t>(count_ - added_, kOnSheet));
    const int columns = std::min(left, media::kSheetColumns);
    const int rows = (left + media::kSheetColumns - 1) / media::kSheetColumns;
    sheet_ = new_frame();
    sheet_->format = AV_PIX_FMT_YUVJ420P;
    sheet_->width = columns * size_.width;
    sheet_->height = rows * size_.height;
    if (const int code = av_frame_get_buffer(sheet_.get(), 0); code < 0) {
      return av_fail(code, "making a sheet of thumbnails");
    }
    for (int plane = 0; plane < 3; ++plane) {
      const int height = plane == 0 ? sheet_->height : sheet_->height / 2;
      std::memset(
          sheet_->data[plane], plane == 0 ? 0 : 128,
          static_cast<std::size_t>(sheet_->linesize[plane]) * static_cast<std::size_t>(height));
    }
    return {};
  }

  void copy(const AVFrame& thumbnail, int x, int y) {
    for (int plane = 0; plane < 3; ++plane) {
      const int shift = plane == 0 ? 0 : 1;
      for (int row = 0; row < size_.height >> shift; ++row) {
        std::memcpy(sheet_->data[plane] +
                        std::ptrdiff_t{(y >> shift) + row} * sheet_->linesize[plane] + (x >> shift),
                    thumbnail.data[plane] + std::ptrdiff_t{row} * thumbnail.linesize[plane],
                    static_cast<std::size_t>(size_.width >> shift));
      }
    }
  }

  Result<void> end_sheet() {
    auto jpeg = encode_jpeg(*sheet_);
    if (!jpeg) return std::unexpected(jpeg.error());
    auto& out = *outs_.at(written_.size());
    out.write(reinterpret_cast<const char*>((*jpeg)->data), (*jpeg)->size);
    if (!out) return fail(ErrorCode::unavailable, "writing thumbnails: the disk may be full");
    written_.push_back(
        {{"width", sheet_->width}, {"height", sheet_->height}, {"bytes", (*jpeg)->size}});
    return {};
  }

  Size size_;
  std::int64_t count_;
  const std::vector<std::ostream*>& outs_;
  std::int64_t added_ = 0;
  Frame sheet_;
  Json written_ = Json::array();
};

class Maker {
 public:
  Maker(Source& source, const media::ThumbnailPlan& plan, const std::vector<std::ostream*>& outs,
        AVStream& stream)
      : source_(source),
        plan_(plan),
        size_(thumbnail_size(source.format(), stream)),
        sheets_(size_, plan.count, outs),
        small_(new_frame()),
        graph_({.sizes = {size_},
                .rotation = rotation_of(stream),
                .full_range = true,
                .time_base = stream.time_base},
               [this](std::size_t, AVFrame& frame) -> Result<void> {
                 av_frame_unref(small_.get());
                 av_frame_ref(small_.get(), &frame);
                 has_picture_ = true;
                 return {};
               }) {}

  Result<Json> run() {
    if (plan_.every_ms <= kWholeEveryMs) {
      if (auto done = decode_all(); !done) return std::unexpected(done.error());
    } else {
      const auto could = decode_key_frames();
      if (!could) return std::unexpected(could.error());
      if (!*could) {
        if (auto done = decode_all(); !done) return std::unexpected(done.error());
      }
    }
    if (!has_picture_) return fail(ErrorCode::corrupt, "no picture can be decoded");
    while (sheets_.added() < plan_.count) {
      if (auto done = sheets_.add(*small_); !done) return std::unexpected(done.error());
    }
    return sheets_.json();
  }

 private:
  // From where the thumbnails have come to.
  Result<void> decode_all() {
    return read_pictures(source_, 0, [this](AVFrame& frame, AVRational time_base) -> Result<bool> {
      const std::int64_t time_ms = to_ms_floor(frame.pts, time_base);
      if (sheets_.added() == plan_.count) return false;
      if (time_ms < sheets_.added() * plan_.every_ms) return true;
      if (auto done = graph_.push(frame); !done) return std::unexpected(done.error());
      while (has_picture_ && sheets_.added() < plan_.count &&
             time_ms >= sheets_.added() * plan_.every_ms) {
        if (auto done = sheets_.add(*small_); !done) return std::unexpected(done.error());
        note_progress();
      }
      return sheets_.added() < plan_.count;
    });
  }

  // False when the container cannot find key frames: then nothing more was added.
  Result<bool> decode_key_frames() {
    while (sheets_.added() < plan_.count) {
      const std::int64_t time_ms = sheets_.added() * plan_.every_ms;
      const auto found = decode_key_frame(time_ms);
      if (!found) return found;
      if (!*found) return false;
      if (!has_picture_) return false;
      if (auto done = sheets_.add(*small_); !done) return std::unexpected(done.error());
      note_progress();
    }
    return true;
  }

  Result<bool> decode_key_frame(std::int64_t time_ms) {
    auto stream = source_.video();
    if (!stream) return std::unexpected(stream.error());
    const std::int64_t target = av_rescale_q(time_ms, AVRational{1, 1000}, (*stream)->time_base);
    if (auto done = source_.seek(**stream, target); !done) return std::unexpected(done.error());
    stream = source_.video();  // seeking may have opened the file anew
    if (!stream) return std::unexpected(stream.error());
    source_.read_only(*stream);
    const Packet packet = new_packet();
    for (;;) {
      const auto more = source_.read(*packet);
      if (!more) return std::unexpected(more.error());
      if (!*more) return true;  // behind the last key frame: the picture before stands for it
      if (packet->stream_index == (*stream)->index && (packet->flags & AV_PKT_FLAG_KEY) != 0) break;
    }
    const std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    const std::int64_t key_ms =
        to_ms_floor(source_.on_time_line(**stream, stamp), (*stream)->time_base);
    if (time_ms - key_ms > kTooEarlyMs) return false;
    if (last_stamp_ == stamp && has_picture_) return true;
    last_stamp_ = stamp;
    return decode(**stream, *packet);
  }

  Result<bool> decode(const AVStream& stream, const AVPacket& packet) {
    auto decoder = open_decoder(stream, 1);
    if (!decoder) return std::unexpected(decoder.error());
    const Frame frame = new_frame();
    int code = avcodec_send_packet(decoder->get(), &packet);
    if (code >= 0) code = avcodec_send_packet(decoder->get(), nullptr);
    if (code >= 0) code = avcodec_receive_frame(decoder->get(), frame.get());
    if (code < 0) return true;  // damaged: the picture before stands for it
    frame->pts = frame->best_effort_timestamp;
    if (auto done = graph_.push(*frame); !done) return std::unexpected(done.error());
    return true;
  }

  void note_progress() const {
    report_progress(static_cast<double>(sheets_.added()) / static_cast<double>(plan_.count));
  }

  Source& source_;
  const media::ThumbnailPlan& plan_;
  Size size_;
  Sheets sheets_;
  Frame small_;
  bool has_picture_ = false;
  std::optional<std::int64_t> last_stamp_;
  PictureGraph graph_;
};

}  // namespace

Result<Json> make_thumbnails(Source& source, const media::ThumbnailPlan& plan,
                             const std::vector<std::ostream*>& sheets) {
  MATINEE_CHECK(static_cast<std::int64_t>(sheets.size()) == plan.sheets());
  const auto stream = source.video();
  if (!stream) return std::unexpected(stream.error());
  return Maker(source, plan, sheets, **stream).run();
}

}  // namespace matinee::codec
