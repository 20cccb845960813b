#pragma once
// app/config_groups: the [[group]] tables of a configuration file. Read by config.cpp.

#include <toml.hpp>
#include <vector>

#include "base/result.h"
#include "fleet/scaling/group_spec.h"

namespace matinee::app {

/// All groups of the array `group`, checked; at most fleet::kGroupsMax, each role and site once.
/// Errors: invalid, naming the group by its number (from 1) and the setting. Never throws.
Result<std::vector<fleet::GroupSpec>> read_groups(const toml::value& groups);

}  // namespace matinee::app
