// Goal: no bytes crash the package reader; what it accepts can be written, read again and rendered.
#include <cstddef>
#include <cstdint>

#include "media/dash.h"
#include "media/hls.h"
#include "media/package.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee::media;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto package = parse_package(text);
  if (!package) return 0;
  const std::string again = serialise_package(*package);
  const auto reread = parse_package(again);
  if (!reread || serialise_package(*reread) != again) __builtin_trap();
  (void)hls_multivariant(*package);
  (void)dash_mpd(*package);
  for (const Track& track : package->tracks) (void)hls_media_playlist(track);
  return 0;
}
