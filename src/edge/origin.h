#pragma once
// edge/origin: what the edge needs of an origin, as functions that the wiring fills in.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"
#include "base/time.h"
#include "store/object_id.h"

namespace matinee::edge {

/// Blocking reads of an origin that is not trusted: everything is checked against object ids.
/// Called by several fetch threads at once.
/// Errors: not_found; unavailable or limited when trying again may help.
struct Origin {
  /// Fills `out` with the object's bytes from `offset`; returns how many came. Fewer than asked
  /// for counts as unavailable.
  std::function<Result<std::size_t>(const store::ObjectId& object, std::uint64_t offset,
                                    std::span<char> out, Deadline deadline)>
      read;
  /// The object's extent hashes.
  std::function<Result<store::ExtentHashes>(const store::ObjectId& object, Deadline deadline)>
      extents;
  /// True when it is known that no answer will come (the role is broken): waiting is useless.
  std::function<bool()> is_gone = [] { return false; };
};

}  // namespace matinee::edge
