#pragma once
// delivery/fill_schedule: from what edges should fill to transfers: from where, when, in which
// order. Pure: plan in, transfers out. Read by the fill role to be and the simulator.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "delivery/fill_window.h"
#include "delivery/placement.h"

namespace matinee::delivery {

inline constexpr std::uint32_t kOrigin = UINT32_MAX;  // as a transfer's source
inline constexpr std::uint32_t kNoSite = UINT32_MAX;

/// An edge of the whole fleet, by its place in the list.
struct FillEdge {
  std::uint32_t site = 0;
  std::uint64_t fill_bps = 0;  // of fill that comes in, bits/s; 0 takes none
};

struct FillSite {
  FillWindow window;
  std::uint32_t parent = kNoSite;  // a site to fill from when it has the unit; no cycles
};

/// One unit that an edge should have.
struct FillWant {
  Unit unit;
  std::uint32_t edge = 0;
  std::uint32_t bytes = 0;
  double density = 0;
  std::optional<Instant> deadline;  // of a launch: then it should be there
};

/// A unit that an edge has already.
struct FillHolding {
  Unit unit;
  std::uint32_t edge = 0;
};

enum class FillReason : std::uint8_t {
  quiet_hour,  // in the site's window
  deadline,    // outside it, as it would be late otherwise
  late,        // as soon as it can be, and yet after its deadline
};

struct Transfer {
  Unit unit;
  std::uint32_t to = 0;          // edge
  std::uint32_t from = kOrigin;  // edge, or kOrigin
  std::uint32_t bytes = 0;
  Instant start;
  Instant end;
  FillReason reason = FillReason::quiet_hour;
  std::uint32_t after = UINT32_MAX;  // the transfer that brings it to `from`; none when it is there
};

struct FillSchedule {
  std::vector<Transfer> transfers;  // in the order in which they were given their time
  std::vector<FillWant> left;       // did not fit before the horizon's end
};

/// Earliest deadline first, then densest. A unit enters a site once: the first edge takes it from
/// the parent site if that has it or is getting it, else from the origin; the others take it from
/// that one. An edge takes one unit after the other at its rate, in its site's window; what has a
/// deadline that the window would miss goes at once. Wants of what the edge holds are dropped.
/// Deterministic. Times are those of the clock that the caller goes by: it may run fast.
FillSchedule schedule_fill(std::span<const FillWant> wants, std::span<const FillHolding> holdings,
                           std::span<const FillEdge> edges, std::span<const FillSite> sites,
                           Instant now, Instant until);

}  // namespace matinee::delivery
