#include "encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/check.h"
#include "picture_graph.h"
#include "picture_reader.h"
#include "report.h"
#include "rung_encoder.h"

namespace matinee::codec {
namespace {

constexpr std::int64_t kPrerollMs = 500;  // what a deinterlacer sees before the chunk

bool is_interlaced(const AVStream& stream) {
  const AVFieldOrder order = stream.codecpar->field_order;
  return order != AV_FIELD_PROGRESSIVE && order != AV_FIELD_UNKNOWN;
}

AVRational frame_rate_of(AVFormatContext* format, AVStream& stream) {
  AVRational rate = av_guess_frame_rate(format, &stream, nullptr);
  if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > 1000) rate = {25, 1};
  return rate;
}

// Feeds the pictures of one chunk to its encoders.
class Chunk {
 public:
  Chunk(const EncodeJob& job, AVStream& stream, AVRational frame_rate)
      : job_(job),
        ticks_(tick_rate_of(stream.time_base)),
        time_base_(stream.time_base),
        interlaced_(is_interlaced(stream)),
        frame_ticks_(
            std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(frame_rate), ticks_.time_base()))) {}

  Result<void> open(AVStream& stream, AVRational frame_rate) {
    PictureGraph::Options graph;
    const AVCodecParameters& parameters = *stream.codecpar;
    for (const RungTarget& target : job_.rungs) {
      RungOptions options{.track_id = target.track_id,
                          .width = target.width,
                          .height = target.height,
                          .crf = target.crf,
                          .maxrate_bps = target.maxrate_bps,
                          .frame_rate = frame_rate,
                          .ticks = ticks_,
                          .primaries = parameters.color_primaries,
                          .transfer = parameters.color_trc,
                          .matrix = parameters.color_space};
      if (options.matrix == AVCOL_SPC_RGB) options.matrix = AVCOL_SPC_BT709;
      auto rung = RungEncoder::create(std::move(options), *target.out);
      if (!rung) return fail(rung.error(), target.track_id);
      rungs_.push_back({std::move(*rung)});
      graph.sizes.push_back({target.width, target.height});
    }
    graph.rotation = rotation_of(stream);
    graph.deinterlace = interlaced_;
    graph.time_base = stream.time_base;
    graph_ = std::make_unique<PictureGraph>(
        std::move(graph),
        [this](std::size_t output, AVFrame& frame) { return encode(rungs_[output], frame); });
    return {};
  }

  Result<bool> take(AVFrame& frame, AVRational time_base) {
    const std::int64_t ms = to_ms_floor(frame.pts, time_base);
    if (ms >= job_.end_ms) {
      end_ = av_rescale_q(frame.pts, time_base, ticks_.time_base());
      if (interlaced_) {
        if (auto done = graph_->push(frame); !done) return std::unexpected(done.error());
      }
      return false;
    }
    if (!in_chunk(ms) && !(interlaced_ && ms >= job_.start_ms - kPrerollMs)) return true;
    report_progress(static_cast<double>(ms - job_.start_ms) /
                    static_cast<double>(std::max<std::int64_t>(1, job_.end_ms - job_.start_ms)));
    frame.flags &= ~AV_FRAME_FLAG_CORRUPT;
    if (auto done = graph_->push(frame); !done) return std::unexpected(done.error());
    return true;
  }

  Result<Json> finish() {
    if (auto done = graph_->finish(); !done) return std::unexpected(done.error());
    Json json;
    json["rungs"] = Json::array();
    for (Rung& rung : rungs_) {
      if (rung.frames == 0) {
        return fail(ErrorCode::corrupt, fmt::format("no picture can be decoded from {} ms to {} ms",
                                                    job_.start_ms, job_.end_ms));
      }
      const std::int64_t end =
          end_ > rung.last
              ? end_
              : rung.last + (rung.last_duration > 0 ? rung.last_duration : frame_ticks_);
      if (auto done = rung.encoder->finish(end); !done) return std::unexpected(done.error());
      json["rungs"].push_back(Json{{"track_id", rung.encoder->options().track_id},
                                   {"samples", rung.encoder->samples()},
                                   {"bytes", rung.encoder->bytes()}});
    }
    json["frames"] = rungs_.front().frames;
    return json;
  }

 private:
  struct Rung {
    std::unique_ptr<RungEncoder> encoder;
    std::size_t next_idr = 0;
    std::int64_t frames = 0;
    std::int64_t last = std::numeric_limits<std::int64_t>::min() / 2;
    std::int64_t last_duration = 0;
  };

  // The first chunk also takes what little may come before 0.
  [[nodiscard]] bool in_chunk(std::int64_t ms) const {
    return (ms >= job_.start_ms || job_.start_ms == 0) && ms < job_.end_ms;
  }

  Result<void> encode(Rung& rung, AVFrame& frame) {
    const std::int64_t ms = to_ms_floor(frame.pts, time_base_);
    if (!in_chunk(ms)) return {};
    bool idr = rung.frames == 0;
    while (rung.next_idr < job_.idr_ms.size() && ms >= job_.idr_ms[rung.next_idr]) {
      idr = true;
      ++rung.next_idr;
    }
    const std::int64_t pts = av_rescale_q(frame.pts, time_base_, ticks_.time_base());
    frame.pts = std::max({pts, rung.last + 1, std::int64_t{0}});
    rung.last = frame.pts;
    rung.last_duration = av_rescale_q(frame.pkt_duration, time_base_, ticks_.time_base());
    ++rung.frames;
    return rung.encoder->encode(frame, idr);
  }

  const EncodeJob& job_;
  TickRate ticks_;
  AVRational time_base_;
  bool interlaced_;
  std::int64_t frame_ticks_;
  std::int64_t end_ = std::numeric_limits<std::int64_t>::min();
  std::vector<Rung> rungs_;
  std::unique_ptr<PictureGraph> graph_;
};

}  // namespace

Result<RungTarget> parse_rung_target(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t colon = std::min(text.find(':', from), text.size());
    parts.push_back(text.substr(from, colon - from));
    from = colon + 1;
  }
  if (parts.size() != 4) return fail(ErrorCode::invalid, text + " is no track_id:WxH:crf:maxrate");
  const bool plain =
      !parts[0].empty() && parts[0].size() <= 64 && std::ranges::all_of(parts[0], [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
      });
  if (!plain) return fail(ErrorCode::invalid, "a track id holds letters, digits, _ and - only");
  const auto size = parse_size(parts[1]);
  const auto crf = parse_integer(parts[2]);
  const auto maxrate = parse_integer(parts[3]);
  if (!size) return std::unexpected(size.error());
  if (size->width % 2 != 0 || size->height % 2 != 0) {
    return fail(ErrorCode::invalid, "a rung's sizes are even");
  }
  if (!crf || *crf < 1 || *crf > 51 || !maxrate || *maxrate < 0 || *maxrate > 500'000'000) {
    return fail(ErrorCode::invalid, text + ": crf is 1..51, maxrate 0..500000000");
  }
  return RungTarget{.track_id = parts[0],
                    .width = size->width,
                    .height = size->height,
                    .crf = static_cast<int>(*crf),
                    .maxrate_bps = *maxrate};
}

Result<Json> encode(Source& source, const EncodeJob& job) {
  const auto stream = source.video();
  if (!stream) return std::unexpected(stream.error());
  const AVRational frame_rate = frame_rate_of(source.format(), **stream);
  Chunk chunk(job, **stream, frame_rate);
  if (auto done = chunk.open(**stream, frame_rate); !done) return std::unexpected(done.error());
  auto done = read_pictures(source, job.start_ms, [&](AVFrame& frame, AVRational time_base) {
    return chunk.take(frame, time_base);
  });
  if (!done) return std::unexpected(done.error());
  return chunk.finish();
}

}  // namespace matinee::codec
