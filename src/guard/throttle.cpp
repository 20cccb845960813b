#include "guard/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.h"

namespace matinee::guard {
namespace {

using Ipv6 = std::array<unsigned char, 16>;

// IPv4 comes as a mapped address (::ffff:a.b.c.d).
std::optional<Ipv6> parse(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  Ipv6 bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

bool is_ipv4(const Ipv6& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
         bytes[10] == 0xFF && bytes[11] == 0xFF;
}

}  // namespace

GuessThrottle::Level& GuessThrottle::level_of(const GuessBucket& bucket) {
  const MonotonicInstant now = clock_.monotonic();
  const auto [entry, is_new] = levels_.try_emplace(bucket.key);
  Level& level = entry->second;
  if (is_new) {
    recent_.push_front(bucket.key);
    level = {.guesses = bucket.burst, .at = now, .place = recent_.begin()};
    if (levels_.size() > kBucketsMax) {
      levels_.erase(recent_.back());
      recent_.pop_back();
    }
    return level;
  }
  recent_.splice(recent_.begin(), recent_, level.place);
  const std::chrono::duration<double, std::milli> passed = now - level.at;
  level.guesses = std::min(
      bucket.burst, level.guesses + passed.count() / static_cast<double>(bucket.refill.count()));
  level.at = now;
  return level;
}

std::chrono::milliseconds GuessThrottle::take(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  std::chrono::milliseconds wait{0};
  for (const GuessBucket& bucket : buckets) {
    const double missing = 1 - level_of(bucket).guesses;
    if (missing <= 0) continue;
    const auto ms = missing * static_cast<double>(bucket.refill.count());
    wait = std::max(wait, std::chrono::milliseconds(static_cast<std::int64_t>(ms) + 1));
  }
  if (wait.count() > 0) return wait;
  for (const GuessBucket& bucket : buckets) level_of(bucket).guesses -= 1;
  return wait;
}

void GuessThrottle::forgive(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  for (const GuessBucket& bucket : buckets) level_of(bucket).guesses = bucket.burst;
}

void GuessThrottle::give_back(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  for (const GuessBucket& bucket : buckets) {
    Level& level = level_of(bucket);
    level.guesses = std::min(bucket.burst, level.guesses + 1);
  }
}

std::string guesser_of(std::string_view client_address) {
  const auto address = parse(client_address);
  if (!address || is_ipv4(*address)) return std::string(client_address);
  return to_hex(std::span(*address).first(8)) + "/64";
}

bool is_loopback(std::string_view client_address) {
  if (client_address == "unix") return true;
  const auto address = parse(client_address);
  if (!address) return false;
  if (is_ipv4(*address)) return (*address)[12] == 127;
  Ipv6 one{};
  one[15] = 1;
  return *address == one;
}

bool is_local_network(std::string_view client_address) {
  if (is_loopback(client_address)) return true;
  const auto address = parse(client_address);
  if (!address) return false;
  const Ipv6& bytes = *address;
  if (!is_ipv4(bytes)) {
    const bool is_unique_local = (bytes[0] & 0xFEU) == 0xFC;
    return is_unique_local || (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80);
  }
  const unsigned a = bytes[12];
  const unsigned b = bytes[13];
  return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
         (a == 169 && b == 254);
}

}  // namespace matinee::guard
