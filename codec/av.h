#pragma once
// codec/av: owners and error texts for FFmpeg's objects, used by all of matinee-codec.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace matinee::codec {

struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreeCodec {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using Frame = std::unique_ptr<AVFrame, FreeFrame>;
using CodecContext = std::unique_ptr<AVCodecContext, FreeCodec>;

Packet new_packet();
Frame new_frame();

/// An Error for an FFmpeg return code: `unavailable` for a full disk or lack of memory, `corrupt`
/// for what input caused; the last message that FFmpeg logged stands behind it.
std::unexpected<Error> av_fail(int code, std::string_view what);

/// From now on FFmpeg's log goes nowhere but into `last_av_message`.
void capture_av_log();
/// The newest line that FFmpeg logged as an error; empty when there was none.
std::string last_av_message();

}  // namespace matinee::codec
