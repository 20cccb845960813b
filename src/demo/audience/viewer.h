#pragma once
// demo/audience/viewer: one member of the synthetic audience at their device: signs in, chooses,
// fetches manifests and segments at the pace of playing, and posts the events that the page would.

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "demo/audience/habits.h"
#include "demo/audience/playlist.h"
#include "http/client.h"

namespace matinee::demo {

/// What a viewer acts in. All must outlive the viewer.
struct AudienceWorld {
  const Clock& clock;
  Random& random;
  http::Client& edge;
  /// The cookie ("name=value") of a member's session; signs in when need be.
  std::function<Result<std::string>(const AudienceMember&)> sign_in;
};

/// Of one thread. Errors of the service are waited out, as people do; they end no viewer.
class AudienceViewer {
 public:
  AudienceViewer(AudienceWorld world, AudienceMember member, std::uint32_t seed);

  /// Does what is due, in a few requests at most. Returns when there is something to do again.
  MonotonicInstant act(std::span<const Watchable> titles);
  /// Gets up: a play that runs ends as left.
  void leave();
  [[nodiscard]] bool is_watching() const { return play_.has_value(); }
  [[nodiscard]] const std::string& cookie() const { return cookie_; }

 private:
  struct Play {
    Sitting sitting;
    std::string play_id;
    std::string folder;  // of the manifests and media, with its slash
    Media video;
    Media audio;
    std::size_t next_part = 0;
    std::int64_t fetched_ms = 0;  // up to where the video is here
    std::int64_t position_ms = 0;
    std::int64_t duration_ms = 0;
    std::int64_t bandwidth_bps = 0;
    int height = 0;
    MonotonicInstant at{};  // when position_ms was brought up to date
    MonotonicInstant next_beat{};
    std::optional<MonotonicInstant> resumes{};  // pausing until then
  };

  MonotonicInstant choose(std::span<const Watchable> titles);
  Result<void> start(const Sitting& sitting);
  Result<void> open_manifests(const std::string& hls_url);
  Result<void> go_on();
  Result<void> fetch_part();
  MonotonicInstant next_moment() const;
  void finish(std::string_view reason);
  Result<http::WholeResponse> ask(http::ClientRequest request);
  Result<std::string> get(const std::string& target, const Part* part = nullptr);
  void record(std::string_view type, Json payload = Json::object());
  void post_events();

  AudienceWorld world_;
  AudienceMember member_;
  Dice dice_;
  Memory memory_;
  std::string cookie_;
  std::optional<Play> play_;
  std::optional<Sitting> planned_;
  MonotonicInstant due_{};
  MonotonicInstant born_;
  std::uint64_t sequence_;
  Json events_ = Json::array();
};

}  // namespace matinee::demo
