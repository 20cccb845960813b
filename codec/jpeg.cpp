#include "jpeg.h"

#include "base/check.h"

namespace matinee::codec {

Result<Packet> encode_jpeg(AVFrame& frame) {
  const AVCodec* mjpeg = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (mjpeg == nullptr) return fail(ErrorCode::unavailable, "this FFmpeg cannot write JPEG");
  CodecContext context(avcodec_alloc_context3(mjpeg));
  MATINEE_CHECK(context != nullptr);
  context->width = frame.width;
  context->height = frame.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  context->color_range = AVCOL_RANGE_JPEG;
  context->time_base = {1, 1000};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  context->global_quality = 4 * FF_QP2LAMBDA;
  frame.quality = context->global_quality;
  frame.pict_type = AV_PICTURE_TYPE_NONE;
  int code = avcodec_open2(context.get(), mjpeg, nullptr);
  if (code >= 0) code = avcodec_send_frame(context.get(), &frame);
  if (code >= 0) code = avcodec_send_frame(context.get(), nullptr);
  Packet packet = new_packet();
  if (code >= 0) code = avcodec_receive_packet(context.get(), packet.get());
  if (code < 0) return av_fail(code, "writing the JPEG");
  return packet;
}

}  // namespace matinee::codec
