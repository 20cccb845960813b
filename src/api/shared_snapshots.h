#pragma once
// api/shared_snapshots: the library in memory, as the routes that are answered from it share it.

#include <memory>

#include "catalog/library_snapshot.h"

namespace matinee::api {

/// Shared: each handler may be copied, and all of them use the same; it ends with the router.
using SharedSnapshots = std::shared_ptr<catalog::LibrarySnapshots>;

}  // namespace matinee::api
