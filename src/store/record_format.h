#pragma once
// store/record_format: records as bytes: their key in order, their attributes typed.

#include <string>
#include <string_view>

#include "store/record_store.h"

namespace matinee::store {

/// What every RecordStore refuses, in the same words. Errors: invalid.
Result<void> check_record_key(const RecordKey& key);
/// Errors: as check_record_key; limited for a record over kRecordBytesMax.
Result<void> check_record(const Record& record);
/// Errors: invalid.
Result<void> check_query(const RecordQuery& query);
/// Errors: invalid for too many, for one key twice, or as check_record.
Result<void> check_batch(const std::vector<BatchWrite>& writes);

/// Does the write go ahead? `current` is null when there is no (living) record. Errors: conflict.
Result<void> check_conditions(const Conditions& conditions, const Record* current,
                              const RecordKey& key);
/// The record after the change. Errors: as RecordStore::update.
Result<Record> apply_update(const RecordKey& key, const Record* current, const Update& change);
/// Names and values together.
std::size_t record_bytes(const Attributes& attributes);
bool is_expired(const Record& record, Instant now);

/// partition with 00 as 00 FF, then 00 01, then the sort key: sorts by partition, then by sort key.
std::string encode_record_key(const RecordKey& key);
/// What all keys of a partition start with.
std::string encode_partition(std::string_view partition);
/// The sort key behind encode_partition(partition) in `encoded`.
std::string_view sort_key_of(std::string_view encoded, std::size_t partition_bytes);

/// Version (1 byte: 1), expiry in ms (8, INT64_MAX: never), then for each attribute: name length
/// (4) and bytes, type (1), value: integers and doubles 8 bytes, text and blobs length (4) and
/// bytes. Little-endian.
std::string encode_record_value(const Attributes& attributes,
                                const std::optional<Instant>& expires_at);
/// True for an encoded value that has expired; false for one that is damaged.
bool is_expired_value(std::string_view value, Instant now);
/// Errors: corrupt.
Result<Record> decode_record(RecordKey key, std::string_view value);

}  // namespace matinee::store
