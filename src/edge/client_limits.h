#pragma once
// edge/client_limits: how often one client may ask, by the importance of what it asks for.

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "http/client_key.h"
#include "http/message.h"

namespace matinee::edge {

/// A bucket of tokens for each client and priority: a request takes one, time gives them back.
/// Of one loop, so that nobody waits for a lock: with n loops a client may get n times the rate.
/// Holds at most `clients_max` clients; beyond, the one that asked longest ago is forgotten, and
/// with it that it had asked.
class ClientLimits {
 public:
  struct Rate {
    double per_second = 0;  // 0 = no limit
    double burst = 0;
  };
  struct Options {
    /// By priority. Meant for a house, a school or an office behind one address; a viewer needs a
    /// few requests a second, and some dozens when a page opens.
    std::array<Rate, 6> rates{{{1'000, 4'000},  // playback
                               {50, 200},       // play start
                               {200, 1'000},    // browse
                               {200, 1'000},    // prefetch
                               {100, 500},      // telemetry
                               {200, 1'000}}};  // fill
    std::size_t clients_max = 16'384;
    bool limits_loopback = false;  // an own proxy or a bench comes from there
  };

  explicit ClientLimits(Options options) : options_(options) {}

  /// How long until the client may ask again; nothing when this request may go on.
  std::optional<std::chrono::milliseconds> enter(std::string_view address, http::Priority priority,
                                                 MonotonicInstant now);
  [[nodiscard]] std::size_t clients() const { return clients_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    MonotonicInstant filled{};  // 0 = full
  };
  struct Client {
    std::array<Bucket, 6> buckets{};
    std::list<std::uint64_t>::iterator place;
  };
  Client& client_of(std::uint64_t network);

  const Options options_;
  std::unordered_map<std::uint64_t, Client> clients_;
  std::list<std::uint64_t> recent_;  // front: asked last
};

}  // namespace matinee::edge
