#pragma once
// api/revocation_push: control tells the edge at once when a session ended or changed.

#include <functional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/metrics.h"
#include "base/time.h"
#include "http/client.h"

namespace matinee::api {

/// POST /internal/revocations {"session_ids":[...]} to `edge`, which answers when it has forgotten.
/// The caller waits at most kPushPatience: an edge that is away has forgotten everything when it is
/// back, one that hangs forgets in a minute. Thread-safe.
class RevocationPush {
 public:
  static constexpr std::chrono::milliseconds kPushPatience{1'000};
  static constexpr std::size_t kIdsMax = 1'000;  // in one request

  /// All must outlive it; `authorization` gives the header of each request.
  RevocationPush(http::Client& edge, std::function<std::string()> authorization, const Clock& clock,
                 Metrics& metrics);

  void operator()(const std::vector<SessionId>& ids);

 private:
  http::Client& edge_;
  std::function<std::string()> authorization_;
  const Clock& clock_;
  Counter& pushed_;
  Counter& failed_;
};

}  // namespace matinee::api
