#pragma once
// delivery/steer_answer: what players are told: the steering document of HLS and DASH, and until
// when a drained edge has to serve those who were told of it.
// Source: draft-pantos-hls-rfc8216bis section 7 (content steering); ETSI TS 103 998.

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace matinee::delivery {

/// How long a player keeps to an answer; only moving load waits for it, a failure does not.
inline constexpr std::chrono::seconds kTtlDefault{300};
inline constexpr std::chrono::seconds kTtlMin{1};
inline constexpr std::chrono::seconds kTtlMax{3'600};
/// While an edge drains, answers hold for this at most.
inline constexpr std::chrono::seconds kTtlDraining{10};
/// A player's time begins when the answer reaches it, and the next answer has to reach it too.
inline constexpr std::chrono::seconds kTravelMax{2};
/// Of edges whose promises are remembered.
inline constexpr std::size_t kPromisesMax = 65'536;

/// The JSON that both HLS and DASH players read. `pathways`: best first, not empty;
/// `reload_uri`: where the next answer is, absolute where the document stands in a manifest.
std::string steering_document(std::span<const std::string> pathways, std::chrono::seconds ttl,
                              std::string_view reload_uri);

/// The same inside a manifest, so that a player that never reaches the server knows all pathways.
std::string steering_data_uri(std::span<const std::string> pathways, std::chrono::seconds ttl,
                              std::string_view reload_uri);

/// Until when players hold answers that name an edge. A drained edge is in no new answer, so its
/// drain may end when the last promise has. Not for two threads at once.
class SteerPromises {
 public:
  /// An answer went out. At most kPromisesMax edges are remembered; those of the past are dropped.
  void answered(std::span<const std::string> edges, Instant now, std::chrono::seconds ttl);
  /// The end of the last promise that names the edge; `now` when there is none in the future.
  [[nodiscard]] Instant held_until(const std::string& edge, Instant now) const;

 private:
  std::map<std::string, Instant> until_;
};

}  // namespace matinee::delivery
