#include "av.h"

#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "base/check.h"

namespace matinee::codec {
namespace {

std::mutex message_mutex;
std::string newest_message;

void keep_message(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  char line[400];
  int prefix = 1;
  av_log_format_line2(context, level, format, arguments, line, sizeof(line), &prefix);
  std::string text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  // "[mov,mp4 @ 0x55..] moov atom not found": the address differs from run to run.
  if (text.starts_with("[")) {
    if (const auto end = text.find("] "); end != std::string::npos) text.erase(0, end + 2);
  }
  const std::lock_guard lock(message_mutex);
  if (!text.empty()) newest_message = std::move(text);
}

}  // namespace

Packet new_packet() {
  Packet packet(av_packet_alloc());
  MATINEE_CHECK(packet != nullptr);
  return packet;
}

Frame new_frame() {
  Frame frame(av_frame_alloc());
  MATINEE_CHECK(frame != nullptr);
  return frame;
}

std::unexpected<Error> av_fail(int code, std::string_view what) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof(text));
  std::string message(what);
  message.append(": ").append(text);
  if (const std::string said = last_av_message(); !said.empty()) {
    message.append(" (").append(said).append(")");
  }
  const bool ours = code == AVERROR(ENOSPC) || code == AVERROR(ENOMEM) || code == AVERROR(EIO) ||
                    code == AVERROR(EFBIG);
  return fail(ours ? ErrorCode::unavailable : ErrorCode::corrupt, std::move(message));
}

void capture_av_log() { av_log_set_callback(keep_message); }

std::string last_av_message() {
  const std::lock_guard lock(message_mutex);
  return newest_message;
}

}  // namespace matinee::codec
