#include "picture_graph.h"

#include <fmt/format.h>

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include "base/check.h"

namespace matinee::codec {
namespace {

std::string describe(const PictureGraph::Options& options, bool is_rgb) {
  std::string text = "[in]";
  if (options.deinterlace) text += "bwdif=mode=send_frame:deint=interlaced,";
  if (options.rotation == 90) text += "transpose=clock,";
  if (options.rotation == 180) text += "hflip,vflip,";
  if (options.rotation == 270) text += "transpose=cclock,";
  text += fmt::format("split={}", options.sizes.size());
  for (std::size_t i = 0; i < options.sizes.size(); ++i) text += fmt::format("[s{}]", i);
  for (std::size_t i = 0; i < options.sizes.size(); ++i) {
    text += fmt::format(
        ";[s{}]scale={}:{}:flags=bicubic+accurate_rnd:out_range={}{},format={},setsar=1[out{}]", i,
        options.sizes[i].width, options.sizes[i].height, options.full_range ? "pc" : "tv",
        is_rgb ? ":out_color_matrix=bt709" : "", options.full_range ? "yuvj420p" : "yuv420p", i);
  }
  return text;
}

bool is_rgb_format(int format) {
  const std::string_view name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(format));
  return name.find("rgb") != std::string_view::npos || name.find("bgr") != std::string_view::npos ||
         name.find("gbr") != std::string_view::npos || name == "pal8";
}

struct InOut {
  AVFilterInOut* list = nullptr;
  ~InOut() { avfilter_inout_free(&list); }
};

}  // namespace

void PictureGraph::FreeGraph::operator()(AVFilterGraph* graph) const {
  avfilter_graph_free(&graph);
}

PictureGraph::PictureGraph(Options options, Sink sink)
    : options_(std::move(options)), sink_(std::move(sink)), taken_(new_frame()) {}
PictureGraph::~PictureGraph() = default;

Result<void> PictureGraph::build(const AVFrame& frame) {
  graph_.reset(avfilter_graph_alloc());
  MATINEE_CHECK(graph_ != nullptr);
  graph_->nb_threads = 1;
  outputs_.assign(options_.sizes.size(), nullptr);
  const std::string source =
      fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}", frame.width, frame.height,
                  frame.format, options_.time_base.num, options_.time_base.den);
  int code = avfilter_graph_create_filter(&input_, avfilter_get_by_name("buffer"), "in",
                                          source.c_str(), nullptr, graph_.get());
  if (code < 0) return av_fail(code, "taking the pictures");
  InOut begins;
  InOut ends;
  begins.list = avfilter_inout_alloc();
  begins.list->name = av_strdup("in");
  begins.list->filter_ctx = input_;
  for (std::size_t i = options_.sizes.size(); i-- > 0;) {
    const std::string name = fmt::format("out{}", i);
    code = avfilter_graph_create_filter(&outputs_[i], avfilter_get_by_name("buffersink"),
                                        name.c_str(), nullptr, nullptr, graph_.get());
    if (code < 0) return av_fail(code, "making an output of the pictures");
    AVFilterInOut* end = avfilter_inout_alloc();
    end->name = av_strdup(name.c_str());
    end->filter_ctx = outputs_[i];
    end->next = ends.list;
    ends.list = end;
  }
  const std::string text = describe(options_, is_rgb_format(frame.format));
  code = avfilter_graph_parse_ptr(graph_.get(), text.c_str(), &ends.list, &begins.list, nullptr);
  if (code >= 0) code = avfilter_graph_config(graph_.get(), nullptr);
  if (code < 0) return av_fail(code, "converting the pictures");
  width_ = frame.width;
  height_ = frame.height;
  format_ = frame.format;
  return {};
}

Result<void> PictureGraph::push(AVFrame& frame) {
  if (graph_ == nullptr || frame.width != width_ || frame.height != height_ ||
      frame.format != format_) {
    if (graph_ != nullptr) {
      if (auto done = finish(); !done) return done;
    }
    if (auto done = build(frame); !done) return done;
  }
  const int code = av_buffersrc_add_frame_flags(input_, &frame, AV_BUFFERSRC_FLAG_KEEP_REF);
  if (code < 0) return av_fail(code, "converting a picture");
  return drain();
}

Result<void> PictureGraph::finish() {
  if (graph_ == nullptr) return {};
  const int code = av_buffersrc_add_frame_flags(input_, nullptr, 0);
  if (code < 0) return av_fail(code, "converting the last pictures");
  return drain();
}

Result<void> PictureGraph::drain() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    for (;;) {
      const int code = av_buffersink_get_frame(outputs_[i], taken_.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) break;
      if (code < 0) return av_fail(code, "converting a picture");
      taken_->pts =
          av_rescale_q(taken_->pts, av_buffersink_get_time_base(outputs_[i]), options_.time_base);
      auto done = sink_(i, *taken_);
      av_frame_unref(taken_.get());
      if (!done) return done;
    }
  }
  return {};
}

}  // namespace matinee::codec
