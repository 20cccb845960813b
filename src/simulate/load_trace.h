#pragma once
// simulate/load_trace: audiences to scale for: evenings, premieres, outages, crowds from nowhere.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace matinee::simulate {

inline constexpr std::chrono::seconds kTraceStep{5};
inline constexpr int kTraceDays = 3;
inline constexpr Instant kTraceBegin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};

enum class TraceKind {
  diurnal,   // days with an evening peak
  premiere,  // and a first night that its operator announced, with a wrong guess of how many come
  outage,    // and a failure elsewhere: nearly all viewers go, and come back together
  flash_crowd,  // and a crowd that nobody announced
  restless      // days of two peaks and more noise, with a crowd and an outage
};
inline constexpr std::array kTraceKinds{TraceKind::diurnal, TraceKind::premiere, TraceKind::outage,
                                        TraceKind::flash_crowd, TraceKind::restless};

std::string_view name_of(TraceKind kind);

/// What an operator wrote down before a premiere.
struct Announced {
  Instant begins;
  Instant ends;
  double streams = 0;
};

/// Streams wanted, each kTraceStep from kTraceBegin on, and what the machines are like.
struct LoadTrace {
  TraceKind kind = TraceKind::diurnal;
  std::vector<double> streams;
  double instance_streams = 100;        // what one instance can carry
  std::chrono::seconds start_time{30};  // of an instance, from the order to serving
  std::optional<Announced> announced;
};

/// The same for the same kind and seed, on every machine with IEEE doubles.
LoadTrace make_trace(TraceKind kind, std::uint64_t seed);

}  // namespace matinee::simulate
