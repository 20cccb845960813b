#pragma once
// codec/picture_graph: decoded pictures into upright, progressive, square-pixel 4:2:0 of some
// sizes.

#include <functional>
#include <memory>
#include <vector>

#include "arguments.h"
#include "av.h"
#include "base/result.h"

struct AVFilterGraph;
struct AVFilterContext;

namespace matinee::codec {

/// One decode feeds all sizes. Pictures keep their times. A change of the source's own size or
/// pixel format on the way is taken in. Same input, same output: single-threaded.
class PictureGraph {
 public:
  struct Options {
    std::vector<Size> sizes;  // of the outputs, after rotation
    int rotation = 0;         // clockwise, degrees
    bool deinterlace = false;
    bool full_range = false;  // JPEG wants 0..255, video 16..235
    AVRational time_base{1, 1000};
  };
  /// Takes output number `output` with pts in `time_base`. The frame is only lent.
  using Sink = std::function<Result<void>(std::size_t output, AVFrame& frame)>;

  PictureGraph(Options options, Sink sink);
  ~PictureGraph();
  PictureGraph(const PictureGraph&) = delete;
  PictureGraph& operator=(const PictureGraph&) = delete;

  /// Errors: invalid for pixels that cannot be converted; those of the sink.
  Result<void> push(AVFrame& frame);
  /// Gives what is held back.
  Result<void> finish();

 private:
  Result<void> build(const AVFrame& frame);
  Result<void> drain();

  Options options_;
  Sink sink_;
  struct FreeGraph {
    void operator()(AVFilterGraph* graph) const;
  };
  std::unique_ptr<AVFilterGraph, FreeGraph> graph_;
  AVFilterContext* input_ = nullptr;
  std::vector<AVFilterContext*> outputs_;
  Frame taken_;
  int width_ = 0;
  int height_ = 0;
  int format_ = -1;
};

}  // namespace matinee::codec
