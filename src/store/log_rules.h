#pragma once
// store/log_rules: what every EventLog refuses, in the same words.

#include <span>
#include <string>
#include <string_view>

#include "store/event_log.h"

namespace matinee::store {

/// Errors: invalid.
Result<void> check_log_partition(std::uint32_t partition, std::uint32_t partitions);
/// Errors: invalid for no record, too many, or too large ones.
Result<void> check_log_append(std::span<const std::string_view> records);

}  // namespace matinee::store
