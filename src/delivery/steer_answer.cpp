#include "delivery/steer_answer.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "base/json.h"

namespace matinee::delivery {

std::string steering_document(std::span<const std::string> pathways, std::chrono::seconds ttl,
                              std::string_view reload_uri) {
  MATINEE_CHECK(!pathways.empty());
  Json document{{"VERSION", 1}, {"TTL", std::clamp(ttl, kTtlMin, kTtlMax).count()}};
  if (!reload_uri.empty()) document["RELOAD-URI"] = reload_uri;
  document["PATHWAY-PRIORITY"] = pathways;
  return to_text(document);
}

std::string steering_data_uri(std::span<const std::string> pathways, std::chrono::seconds ttl,
                              std::string_view reload_uri) {
  return "data:application/json;base64," +
         to_base64(bytes_of(steering_document(pathways, ttl, reload_uri)));
}

void SteerPromises::answered(std::span<const std::string> edges, Instant now,
                             std::chrono::seconds ttl) {
  const Instant until = now + std::clamp(ttl, kTtlMin, kTtlMax) + kTravelMax;
  for (const std::string& edge : edges) {
    if (until_.size() >= kPromisesMax && !until_.contains(edge)) {
      std::erase_if(until_, [&](const auto& each) { return each.second <= now; });
      if (until_.size() >= kPromisesMax) return;
    }
    Instant& promised = until_[edge];
    promised = std::max(promised, until);
  }
}

Instant SteerPromises::held_until(const std::string& edge, Instant now) const {
  const auto found = until_.find(edge);
  return found == until_.end() ? now : std::max(now, found->second);
}

}  // namespace matinee::delivery
