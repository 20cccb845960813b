#pragma once
// store/file_object_store: ObjectStore as files of one folder.

#include <filesystem>
#include <memory>

#include "store/object_store.h"

namespace matinee::store {

/// What file:// opens. Layout (format 1):
///   FORMAT            kind "object_store", format
///   incoming/<hex>    objects being written; emptied when the store is opened (one process only)
///   objects/<2 hex>/<62 hex>   SHA-256 of the key; no part of a key ever becomes a path
/// A file holds the object's bytes, the key, and a footer of 24 bytes, little-endian: object bytes
/// (8), key bytes (4), CRC-32C of key and both lengths (4), "MTNOBJ1\n" (8).
Result<std::unique_ptr<ObjectStore>> open_file_object_store(const std::filesystem::path& folder,
                                                            const Environment& environment);

}  // namespace matinee::store
