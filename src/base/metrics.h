#pragma once
// base/metrics: counters, gauges and histograms of a process, and their Prometheus text.
// Written by every module; read by /metrics, `cost` and `status`.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace matinee {

/// A count that only grows.
class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A value that goes up and down.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Durations in seconds, in fixed buckets from 1 ms to 60 s.
class Histogram {
 public:
  static constexpr std::array<double, 14> kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                  0.25,  0.5,    1,     2.5,  5,     10,   60};
  void observe(double seconds);
  [[nodiscard]] std::uint64_t bucket(std::size_t index) const {
    return buckets_.at(index).load(std::memory_order_relaxed);
  }
  [[nodiscard]] double sum_seconds() const {
    return static_cast<double>(sum_us_.load(std::memory_order_relaxed)) / 1e6;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// The metrics of one process. Asking twice for one name and labels gives the same metric.
/// Names follow Prometheus: `matinee_<noun>_<unit>[_total]`. Thread-safe; metrics live as long as
/// the registry. At most kSeriesMax series; beyond it all new ones share one that is not shown.
class Metrics {
 public:
  static constexpr std::size_t kSeriesMax = 4096;

  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});

  /// Source: Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string to_prometheus() const;

 private:
  enum class Type { counter, gauge, histogram };
  struct Series {
    Labels labels;
    Counter counter;
    Gauge gauge;
    Histogram histogram;
  };
  struct Family {
    Type type;
    std::string help;
    std::deque<Series> series;
  };
  Series& series(Type type, std::string_view name, std::string_view help, Labels labels);
  static void append(std::string& out, const std::string& name, const Family& family);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::size_t series_count_ = 0;
  Series beyond_limit_;
};

}  // namespace matinee
