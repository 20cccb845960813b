#pragma once
// codec/make: pictures and sound from standard input become a film; for generated films and tests.

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.h"
#include "base/json.h"
#include "base/result.h"

namespace matinee::codec {

struct MakeOptions {
  Size size;
  int frames_per_second = 24;
  std::int64_t key_frame_every_ms = 2'000;
  std::string codec = "h264";     // "h264": x264, High; "mpeg4": MPEG-4 part 2
  std::string container = "mp4";  // "mp4", "matroska", "avi"
  std::vector<std::string>
      audio_languages{};  // of the sound tracks in order, ISO 639-2; may be empty
};

/// Reads records from `input`: one byte of kind, four bytes of size (little-endian), then data.
/// 'V': one I420 picture (width*height*3/2 bytes); 'A': interleaved s16 stereo of 48 kHz, any
/// length; 'B': the same for a second sound track; 'E' (size 0): the end, without which the film is
/// refused. Sound should keep step with the pictures. Writes a seekable film to `output`. Same
/// input, same bytes. Takes both descriptors. Returns {"frames","samples","bytes"}. Errors: invalid
/// (framing), unavailable (disk full).
Result<Json> make_film(int input, int output, const MakeOptions& options);

}  // namespace matinee::codec
