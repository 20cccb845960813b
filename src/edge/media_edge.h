#pragma once
// edge/media_edge: what all loops share to serve media: extents, packages, token keys.

#include <chrono>
#include <cstdint>

#include "base/metrics.h"
#include "base/time.h"
#include "edge/extent_cache.h"
#include "edge/package_cache.h"
#include "guard/path_token.h"

namespace matinee::edge {

/// One per process. stop() (or its end) must come after the server was drained and before the
/// server's loops end: fetch threads post to them until then.
class MediaEdge {
 public:
  struct Options {
    ExtentCache::Options extents{};
    PackageCache::Options packages{};
    std::chrono::milliseconds first_byte_longest{5'000};  // then 503
    std::chrono::milliseconds body_longest{15'000};       // without a further extent; then abort
    std::uint64_t ahead_max = 3;                          // extents read ahead of a response
  };

  /// `clock` and `metrics` must outlive it.
  MediaEdge(Options media_options, Origin origin, guard::PathTokenRing tokens,
            const Clock& media_clock, Metrics& metrics)
      : options(media_options),
        ring(std::move(tokens)),
        clock(media_clock),
        extents(options.extents, std::move(origin), clock, metrics),
        packages(options.packages, extents, metrics),
        bytes_sent(metrics.counter("matinee_edge_media_bytes_total", "Bytes of media sent.")),
        broken_off(metrics.counter("matinee_edge_media_broken_off_total",
                                   "Responses aborted because bytes could not be had.")),
        refused(metrics.counter("matinee_edge_media_refused_total", "Requests without a token.")) {}
  void stop() { extents.stop(); }

  const Options options;
  const guard::PathTokenRing ring;
  const Clock& clock;
  ExtentCache extents;
  PackageCache packages;
  Counter& bytes_sent;
  Counter& broken_off;
  Counter& refused;
};

}  // namespace matinee::edge
