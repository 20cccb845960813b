#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace matinee {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string rendered(const Labels& labels, std::string_view extra = {}) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out.append(out.empty() ? "{" : ",");
    out.append(name).append("=\"").append(escaped(value)).append("\"");
  }
  if (!extra.empty()) out.append(out.empty() ? "{" : ",").append(extra);
  if (!out.empty()) out.append("}");
  return out;
}

}  // namespace

void Histogram::observe(double seconds) {
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  const auto index = static_cast<std::size_t>(bound - kBounds.begin());
  buckets_.at(index).fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(static_cast<std::uint64_t>(std::max(seconds, 0.0) * 1e6),
                    std::memory_order_relaxed);
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
  return series(Type::counter, name, help, std::move(labels)).counter;
}
Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
  return series(Type::gauge, name, help, std::move(labels)).gauge;
}
Histogram& Metrics::histogram(std::string_view name, std::string_view help, Labels labels) {
  return series(Type::histogram, name, help, std::move(labels)).histogram;
}

Metrics::Series& Metrics::series(Type type, std::string_view name, std::string_view help,
                                 Labels labels) {
  const std::scoped_lock lock(mutex_);
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.try_emplace(std::string(name)).first;
    found->second.type = type;
    found->second.help = help;
  }
  MATINEE_CHECK(found->second.type == type);
  for (auto& known : found->second.series) {
    if (known.labels == labels) return known;
  }
  if (series_count_ == kSeriesMax) return beyond_limit_;
  ++series_count_;
  auto& made = found->second.series.emplace_back();
  made.labels = std::move(labels);
  return made;
}

void Metrics::append(std::string& out, const std::string& name, const Family& family) {
  static constexpr std::array<std::string_view, 3> kTypes{"counter", "gauge", "histogram"};
  out.append(fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                         kTypes.at(static_cast<std::size_t>(family.type))));
  for (const auto& one : family.series) {
    if (family.type == Type::counter) {
      out.append(fmt::format("{}{} {}\n", name, rendered(one.labels), one.counter.value()));
    } else if (family.type == Type::gauge) {
      out.append(fmt::format("{}{} {}\n", name, rendered(one.labels), one.gauge.value()));
    } else {
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
        count += one.histogram.bucket(i);
        const auto bound = fmt::format("le=\"{}\"", Histogram::kBounds.at(i));
        out.append(fmt::format("{}_bucket{} {}\n", name, rendered(one.labels, bound), count));
      }
      count += one.histogram.bucket(Histogram::kBounds.size());
      out.append(fmt::format("{}_bucket{} {}\n", name, rendered(one.labels, "le=\"+Inf\""), count));
      out.append(
          fmt::format("{}_sum{} {}\n", name, rendered(one.labels), one.histogram.sum_seconds()));
      out.append(fmt::format("{}_count{} {}\n", name, rendered(one.labels), count));
    }
  }
}

std::string Metrics::to_prometheus() const {
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) append(out, name, family);
  return out;
}

}  // namespace matinee
