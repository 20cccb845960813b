#pragma once
// store/object_rules: what every ObjectStore refuses, in the same words.

#include <string>
#include <string_view>

#include "store/object_store.h"

namespace matinee::store {

/// Errors: invalid.
Result<void> check_object_key(std::string_view key);
/// Errors: invalid.
Result<void> check_object_list_limit(std::size_t limit);

inline std::unexpected<Error> no_such_object(std::string_view key) {
  return fail(ErrorCode::not_found, "no object " + std::string(key));
}
inline std::unexpected<Error> beyond_object_end(std::string_view key, ByteRange range,
                                                std::uint64_t object_bytes) {
  return fail(ErrorCode::invalid, "range from " + std::to_string(range.offset) +
                                      " starts beyond the end of object " + std::string(key) +
                                      " (" + std::to_string(object_bytes) + " bytes)");
}

}  // namespace matinee::store
