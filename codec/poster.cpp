#include "poster.h"

#include <algorithm>
#include <cmath>

#include "jpeg.h"
#include "picture_graph.h"
#include "picture_reader.h"

namespace matinee::codec {
namespace {

constexpr int kPosterSideMax = 1280;
constexpr Size kGlance{64, 36};
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr std::int64_t kLookForMs = 20'000;
constexpr double kContrastEnough = 18;  // standard deviation of luma, 0..255
constexpr double kLightEnough = 24;     // mean of luma

// How much there is to see: at least 1 for a picture that will do.
double interest_of(const AVFrame& luma) {
  double sum = 0;
  double squares = 0;
  for (int y = 0; y < luma.height; ++y) {
    const unsigned char* row = luma.data[0] + std::ptrdiff_t{y} * luma.linesize[0];
    for (int x = 0; x < luma.width; ++x) {
      sum += row[x];
      squares += static_cast<double>(row[x]) * row[x];
    }
  }
  const double count = static_cast<double>(luma.width) * luma.height;
  const double mean = sum / count;
  const double contrast = std::sqrt(std::max(0.0, squares / count - mean * mean));
  return std::min(contrast / kContrastEnough, mean / kLightEnough);
}

// Keeps the picture that has most to show of those it is offered.
class Choice {
 public:
  explicit Choice(AVRational time_base)
      : graph_({.sizes = {kGlance}, .full_range = true, .time_base = time_base},
               [this](std::size_t, AVFrame& frame) -> Result<void> {
                 interest_ = interest_of(frame);
                 return {};
               }) {}

  // True when it will do.
  Result<bool> offer(AVFrame& frame) {
    if (auto done = graph_.push(frame); !done) return std::unexpected(done.error());
    if (best_ != nullptr && interest_ <= best_interest_) return false;
    best_interest_ = interest_;
    best_ = new_frame();
    av_frame_ref(best_.get(), &frame);
    return best_interest_ >= 1;
  }
  [[nodiscard]] AVFrame* best() const { return best_.get(); }

 private:
  double interest_ = 0;
  double best_interest_ = -1;
  Frame best_;
  PictureGraph graph_;
};

}  // namespace

Size upright_size(AVFormatContext* format, const AVStream& stream, int side_max) {
  const AVRational aspect =
      av_guess_sample_aspect_ratio(format, const_cast<AVStream*>(&stream), nullptr);  // NOLINT
  double width = stream.codecpar->width;
  double height = stream.codecpar->height;
  if (aspect.num > 0 && aspect.den > 0 && av_q2d(aspect) > 0.1 && av_q2d(aspect) < 10) {
    width *= av_q2d(aspect);
  }
  if (rotation_of(stream) % 180 != 0) std::swap(width, height);
  const double by = std::min({1.0, side_max / width, side_max / height});
  const auto even = [by](double length) { return std::max(2, static_cast<int>(length * by) & ~1); };
  return {even(width), even(height)};
}

Result<Json> poster(Source& source, std::int64_t at_ms, std::ostream& out) {
  const auto stream = source.video();
  if (!stream) return std::unexpected(stream.error());
  PictureGraph::Options options;
  options.sizes = {upright_size(source.format(), **stream, kPosterSideMax)};
  options.rotation = rotation_of(**stream);
  options.full_range = true;
  options.time_base = (*stream)->time_base;
  Choice choice((*stream)->time_base);
  const Frame last = new_frame();
  std::int64_t look_ms = at_ms;
  auto read =
      read_pictures(source, at_ms, [&](AVFrame& frame, AVRational time_base) -> Result<bool> {
        const std::int64_t time_ms = to_ms_floor(frame.pts, time_base);
        if (choice.best() == nullptr) {
          av_frame_unref(last.get());
          av_frame_ref(last.get(), &frame);
        }
        if (time_ms < look_ms) return true;
        const auto will_do = choice.offer(frame);
        if (!will_do) return will_do;
        look_ms = time_ms + kLookEveryMs;
        return !*will_do && look_ms <= at_ms + kLookForMs;
      });
  if (!read) return std::unexpected(read.error());
  AVFrame& chosen = choice.best() != nullptr ? *choice.best() : *last;
  Packet jpeg;
  Json json;
  PictureGraph graph(std::move(options), [&](std::size_t, AVFrame& frame) -> Result<void> {
    auto packet = encode_jpeg(frame);
    if (!packet) return std::unexpected(packet.error());
    jpeg = std::move(*packet);
    json = Json{{"width", frame.width}, {"height", frame.height}, {"bytes", jpeg->size}};
    return {};
  });
  if (auto done = graph.push(chosen); !done) return std::unexpected(done.error());
  if (auto done = graph.finish(); !done) return std::unexpected(done.error());
  if (!jpeg) return fail(ErrorCode::corrupt, "no picture can be decoded");
  out.write(reinterpret_cast<const char*>(jpeg->data), jpeg->size);
  out.flush();
  if (!out) return fail(ErrorCode::unavailable, "writing the poster: the disk may be full");
  return json;
}

}  // namespace matinee::codec
