#pragma once
// edge/admission: how many requests may be under way, and which are turned away first.

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "http/message.h"

namespace matinee::edge {

/// Counts the requests that are passed on to roles. Up to `in_flight_max` at once for playback;
/// lower priorities have to leave room for those above them, so that they are turned away first.
/// Thread-safe: all loops share one.
class Admission {
 public:
  static constexpr std::size_t kPriorities = 6;
  /// Share of in_flight_max, in percent, up to which a priority is let in.
  static constexpr std::array<std::size_t, kPriorities> kShares{100, 95, 80, 65, 55, 45};

  /// The place of one request; gives it back at its end.
  class Ticket {
   public:
    Ticket() = default;
    explicit Ticket(Admission& admission) : admission_(&admission) {}
    Ticket(Ticket&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(admission_, other.admission_);
      return *this;
    }
    ~Ticket() {
      if (admission_ != nullptr) admission_->leave();
    }
    [[nodiscard]] explicit operator bool() const { return admission_ != nullptr; }

   private:
    Admission* admission_ = nullptr;
  };

  Admission(std::size_t in_flight_max, Metrics& metrics)
      : in_flight_max_(in_flight_max),
        gauge_(metrics.gauge("matinee_edge_proxied", "Requests at a role right now.")) {
    for (std::size_t i = 0; i < kPriorities; ++i) {
      const auto name = http::name_of(static_cast<http::Priority>(i));
      shed_.push_back(&metrics.counter("matinee_edge_shed_total", "Requests turned away.",
                                       Labels{{"priority", std::string(name)}}));
    }
  }

  /// An empty ticket when there is no room for this priority.
  [[nodiscard]] Ticket enter(http::Priority priority) {
    const auto index = static_cast<std::size_t>(priority);
    const std::size_t limit = in_flight_max_ * kShares.at(index) / 100;
    std::size_t now = in_flight_.load(std::memory_order_relaxed);
    do {
      if (now >= limit) {
        shed_.at(index)->add();
        return {};
      }
    } while (!in_flight_.compare_exchange_weak(now, now + 1, std::memory_order_relaxed));
    gauge_.add(1);
    return Ticket(*this);
  }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.load(); }

 private:
  void leave() {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    gauge_.add(-1);
  }

  const std::size_t in_flight_max_;
  std::atomic<std::size_t> in_flight_{0};
  Gauge& gauge_;
  std::vector<Counter*> shed_;  // the registry's
};

}  // namespace matinee::edge
