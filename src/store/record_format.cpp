#include "store/record_format.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <set>

#include "store/little_endian.h"

namespace matinee::store {
namespace {

constexpr char kVersion = 1;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
enum class Type : unsigned char { null, integer, number, text, blob };

void append_text(std::string& out, std::string_view text) {
  append_little_endian(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

void append_value(std::string& out, const Value& value) {
  const auto append_type = [&](Type type) { out += static_cast<char>(type); };
  if (value.is_null()) {
    append_type(Type::null);
  } else if (value.is_integer()) {
    append_type(Type::integer);
    append_little_endian(out, static_cast<std::uint64_t>(value.integer()));
  } else if (value.is_number()) {
    append_type(Type::number);
    append_little_endian(out, std::bit_cast<std::uint64_t>(value.number()));
  } else if (value.is_text()) {
    append_type(Type::text);
    append_text(out, value.text());
  } else {
    append_type(Type::blob);
    append_text(out, value.blob());
  }
}

// Takes fields off the front; `failed` once one was not whole.
struct Reader {
  std::string_view left;
  bool failed = false;

  std::string_view take(std::size_t bytes) {
    if (bytes > left.size()) failed = true;
    const std::string_view taken = failed ? std::string_view() : left.substr(0, bytes);
    left.remove_prefix(taken.size());
    return taken;
  }
  template <typename T>
  T number() {
    const std::string_view bytes = take(sizeof(T));
    return failed ? T{} : little_endian<T>(bytes);
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }
  Value value() {
    switch (static_cast<Type>(number<unsigned char>())) {
      case Type::null:
        return {};
      case Type::integer:
        return static_cast<std::int64_t>(number<std::uint64_t>());
      case Type::number:
        return std::bit_cast<double>(number<std::uint64_t>());
      case Type::text:
        return text();
      case Type::blob:
        return Blob{text()};
    }
    failed = true;
    return {};
  }
};

std::size_t value_bytes(const Value& value) {
  if (value.is_text()) return value.text().size();
  if (value.is_blob()) return value.blob().size();
  return 8;
}

}  // namespace

RecordQuery prefix_query(std::string partition, std::string prefix) {
  RecordQuery query;
  query.partition = std::move(partition);
  query.sort_from = prefix;
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    query.sort_to = std::move(prefix);
  }
  return query;
}

Result<void> check_record_key(const RecordKey& key) {
  if (!key.partition.empty() && key.partition.size() <= kRecordKeyBytesMax &&
      key.sort.size() <= kRecordKeyBytesMax) {
    return {};
  }
  return fail(ErrorCode::invalid, "a record's partition has 1 to " +
                                      std::to_string(kRecordKeyBytesMax) +
                                      " bytes, its sort key at most as many");
}

Result<void> check_record(const Record& record) {
  if (auto valid = check_record_key(record.key); !valid) return valid;
  if (record_bytes(record.attributes) > kRecordBytesMax) {
    return fail(ErrorCode::limited, "record " + record.key.partition + "/" + record.key.sort +
                                        " has more than " + std::to_string(kRecordBytesMax) +
                                        " bytes");
  }
  return {};
}

Result<void> check_query(const RecordQuery& query) {
  if (auto valid = check_record_key({query.partition, query.sort_from}); !valid) return valid;
  if (query.limit < 1 || query.limit > kRecordPageMax) {
    return fail(ErrorCode::invalid,
                "a query has a limit of 1 to " + std::to_string(kRecordPageMax));
  }
  return {};
}

Result<void> check_batch(const std::vector<BatchWrite>& writes) {
  if (writes.size() > kRecordBatchMax) {
    return fail(ErrorCode::invalid,
                "a batch has at most " + std::to_string(kRecordBatchMax) + " writes");
  }
  std::set<RecordKey> keys;
  for (const auto& write : writes) {
    const Record record{write.key, write.attributes.value_or(Attributes{}), write.expires_at};
    if (auto valid = check_record(record); !valid) return valid;
    if (!keys.insert(write.key).second) {
      return fail(ErrorCode::invalid, "a batch writes a record twice");
    }
  }
  return {};
}

Result<void> check_conditions(const Conditions& conditions, const Record* current,
                              const RecordKey& key) {
  const auto conflict = [&](std::string_view why) {
    return fail(ErrorCode::conflict,
                "record " + key.partition + "/" + key.sort + ": " + std::string(why));
  };
  for (const auto& condition : conditions) {
    const Value* value = nullptr;
    if (current != nullptr) {
      const auto found = current->attributes.find(condition.attribute);
      if (found != current->attributes.end()) value = &found->second;
    }
    const bool about_record = condition.attribute.empty();
    const bool present = about_record ? current != nullptr : value != nullptr;
    const bool same = value == nullptr ? condition.value.is_null() : *value == condition.value;
    switch (condition.kind) {
      case Condition::Kind::absent:
        if (present) return conflict(about_record ? "exists" : condition.attribute + " is set");
        break;
      case Condition::Kind::present:
        if (!present) {
          return conflict(about_record ? "does not exist" : condition.attribute + " is not set");
        }
        break;
      case Condition::Kind::equals:
        if (!same) return conflict(condition.attribute + " is not what was expected");
        break;
      case Condition::Kind::not_equals:
        if (same) return conflict(condition.attribute + " is what must not be");
        break;
    }
  }
  return {};
}

Result<Record> apply_update(const RecordKey& key, const Record* current, const Update& change) {
  Record record = current != nullptr ? *current : Record{key, {}, {}};
  for (const auto& [name, value] : change.set) record.attributes[name] = value;
  for (const auto& name : change.remove) record.attributes.erase(name);
  for (const auto& [name, by] : change.add) {
    Value& value = record.attributes[name];
    std::int64_t sum = 0;
    if (!(value.is_null() || value.is_integer()) ||
        __builtin_add_overflow(value.integer(), by, &sum)) {
      return fail(ErrorCode::invalid, "record " + key.partition + "/" + key.sort + ": cannot add " +
                                          std::to_string(by) + " to " + name);
    }
    value = sum;
  }
  if (change.expires_at) record.expires_at = change.expires_at;
  if (auto valid = check_record(record); !valid) return std::unexpected(valid.error());
  return record;
}

std::size_t record_bytes(const Attributes& attributes) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : attributes) bytes += name.size() + value_bytes(value);
  return bytes;
}

bool is_expired(const Record& record, Instant now) {
  return record.expires_at && *record.expires_at <= now;
}

std::string encode_partition(std::string_view partition) {
  std::string out;
  out.reserve(partition.size() + 2);
  for (const char c : partition) {
    out += c;
    if (c == '\0') out += '\xff';
  }
  out += '\0';
  out += '\1';
  return out;
}

std::string encode_record_key(const RecordKey& key) {
  return encode_partition(key.partition).append(key.sort);
}

std::string_view sort_key_of(std::string_view encoded, std::size_t partition_bytes) {
  return encoded.substr(partition_bytes);
}

std::string encode_record_value(const Attributes& attributes,
                                const std::optional<Instant>& expires_at) {
  std::string out(1, kVersion);
  append_little_endian(out, static_cast<std::uint64_t>(expires_at ? to_ms(*expires_at) : kNever));
  for (const auto& [name, value] : attributes) {
    append_text(out, name);
    append_value(out, value);
  }
  return out;
}

bool is_expired_value(std::string_view value, Instant now) {
  Reader reader{value};
  const auto version = reader.number<unsigned char>();
  const auto expires_ms = static_cast<std::int64_t>(reader.number<std::uint64_t>());
  return !reader.failed && version == kVersion && expires_ms <= to_ms(now);
}

Result<Record> decode_record(RecordKey key, std::string_view value) {
  Reader reader{value};
  const auto version = reader.number<unsigned char>();
  const auto expires_ms = static_cast<std::int64_t>(reader.number<std::uint64_t>());
  Record record{std::move(key), {}, {}};
  if (expires_ms != kNever) record.expires_at = from_ms(expires_ms);
  while (!reader.failed && !reader.left.empty()) {
    std::string name = reader.text();
    record.attributes[std::move(name)] = reader.value();
  }
  if (reader.failed || version != kVersion) {
    return fail(ErrorCode::corrupt,
                "record " + record.key.partition + "/" + record.key.sort + " is damaged");
  }
  return record;
}

}  // namespace matinee::store
