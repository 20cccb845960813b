#include "edge/client_limits.h"

#include <algorithm>
#include <cmath>

namespace matinee::edge {

std::optional<std::chrono::milliseconds> ClientLimits::enter(std::string_view address,
                                                             http::Priority priority,
                                                             MonotonicInstant now) {
  const auto index = static_cast<std::size_t>(priority);
  const Rate& rate = options_.rates.at(index);
  if (rate.per_second <= 0) return std::nullopt;
  const auto key = http::client_key_of(address);
  if (!key || (key->is_loopback && !options_.limits_loopback)) return std::nullopt;
  Bucket& bucket = client_of(key->network).buckets.at(index);
  if (bucket.filled == MonotonicInstant{}) {
    bucket.tokens = rate.burst;
  } else {
    const std::chrono::duration<double> since = now - bucket.filled;
    bucket.tokens = std::min(rate.burst, bucket.tokens + since.count() * rate.per_second);
  }
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  const double seconds = (1 - bucket.tokens) / rate.per_second;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1'000)));
}

ClientLimits::Client& ClientLimits::client_of(std::uint64_t network) {
  const auto [entry, is_new] = clients_.try_emplace(network);
  if (!is_new) {
    recent_.splice(recent_.begin(), recent_, entry->second.place);
    return entry->second;
  }
  recent_.push_front(network);
  entry->second.place = recent_.begin();
  if (clients_.size() > options_.clients_max) {
    clients_.erase(recent_.back());
    recent_.pop_back();
  }
  return entry->second;
}

}  // namespace matinee::edge
