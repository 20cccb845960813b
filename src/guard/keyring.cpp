#include "guard/keyring.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "base/json.h"
#include "guard/secret_file.h"

namespace matinee::guard {
namespace {

constexpr int kFormat = 1;
constexpr unsigned char kWrapVersion = 1;
constexpr std::size_t kWrapHeaderBytes = 5;
constexpr std::size_t kFileBytesMax = 64 * 1024;

std::string wrap_context(std::string_view owner) {
  return std::string("matinee-data-key-1\n").append(owner);
}

Result<SecretKey> key_member(const Json& object, std::string_view name) {
  const auto text = text_member(object, name);
  if (!text) return std::unexpected(text.error());
  return SecretKey::from_hex_digits(*text);
}

// Calls `take(id, key, entry)` for each entry of an array of keys.
Result<void> each_key(
    const Json& root, const char* name, std::int64_t id_max,
    const std::function<bool(std::int64_t, const SecretKey&, const Json&)>& take) {
  const auto list = root.find(name);
  if (list == root.end() || !list->is_array() || list->empty() ||
      list->size() > Keyring::kKeysMax) {
    return fail(ErrorCode::corrupt, std::string("the keyring has no ") + name);
  }
  for (const Json& entry : *list) {
    const auto id = integer_member(entry, "id");
    const auto key = key_member(entry, "key");
    if (!id || *id < 0 || *id > id_max || !key || !take(*id, *key, entry)) {
      return fail(ErrorCode::corrupt, std::string("the keyring has a damaged entry in ") + name);
    }
  }
  return {};
}

}  // namespace

Result<Keyring> Keyring::open_or_create(Files& files, const std::filesystem::path& path,
                                        const Clock& clock, Random& random) {
  const auto text = open_or_create_secret(files, path, kFileBytesMax, clock, random,
                                          [&] { return fresh(clock, random).to_text(); });
  if (!text) return fail(text.error(), "reading the keyring");
  auto keyring = parse(*text);
  if (!keyring) return fail(keyring.error(), "reading " + path.string());
  return keyring;
}

Keyring Keyring::fresh(const Clock& clock, Random& random) {
  Keyring keyring;
  keyring.keks_.push_back({1, SecretKey::generate(random), to_ms(clock.now())});
  keyring.path_token_keys_.push_back({1, SecretKey::generate(random).bytes()});
  keyring.session_key_ = SecretKey::generate(random);
  return keyring;
}

Result<Keyring> Keyring::parse(std::string_view text) {
  const auto json = parse_json(text, 4);
  if (!json) return fail(ErrorCode::corrupt, "the keyring is no JSON");
  const auto format = integer_member(*json, "format");
  if (!format || *format < 1) return fail(ErrorCode::corrupt, "the keyring names no format");
  if (*format > kFormat) {
    return fail(ErrorCode::conflict, "the keyring has format " + std::to_string(*format) +
                                         ", this program knows " + std::to_string(kFormat));
  }
  Keyring keyring;
  auto done = each_key(*json, "keks", UINT32_MAX, [&](auto id, const auto& key, const Json& entry) {
    const auto kek_id = static_cast<std::uint32_t>(id);
    const auto created = integer_member(entry, "created_ms");
    keyring.keks_.push_back({kek_id, key, created.value_or(0)});
    return std::ranges::count(keyring.keks_, kek_id, &Kek::id) == 1;
  });
  if (!done) return std::unexpected(done.error());
  done = each_key(*json, "path_token_keys", UINT8_MAX, [&](auto id, const auto& key, const Json&) {
    const auto key_id = static_cast<std::uint8_t>(id);
    keyring.path_token_keys_.push_back({key_id, key.bytes()});
    return std::ranges::count(keyring.path_token_keys_, key_id, &PathTokenKey::id) == 1;
  });
  if (!done) return std::unexpected(done.error());
  const auto session_key = key_member(*json, "session_key");
  if (!session_key) return fail(ErrorCode::corrupt, "the keyring has no session key");
  keyring.session_key_ = *session_key;
  return keyring;
}

std::string Keyring::to_text() const {
  Json json{{"format", kFormat}, {"keks", Json::array()}, {"path_token_keys", Json::array()}};
  for (const Kek& kek : keks_) {
    json["keks"].push_back(
        {{"id", kek.id}, {"key", kek.key.hex_digits()}, {"created_ms", kek.created_ms}});
  }
  for (const PathTokenKey& key : path_token_keys_) {
    json["path_token_keys"].push_back({{"id", key.id}, {"key", to_hex(key.secret)}});
  }
  json["session_key"] = session_key_.hex_digits();
  return json.dump(1) + "\n";
}

std::string Keyring::wrap(const SecretKey& data_key, std::string_view owner, Random& random) const {
  const Kek& kek = keks_.back();
  std::string out(kWrapHeaderBytes, '\0');
  out[0] = static_cast<char>(kWrapVersion);
  for (std::size_t i = 0; i < 4; ++i) out[1 + i] = static_cast<char>(kek.id >> (24 - 8 * i));
  out += seal(kek.key, text_of(data_key.bytes()), wrap_context(owner), random);
  return out;
}

Result<SecretKey> Keyring::unwrap(std::string_view wrapped, std::string_view owner) const {
  if (wrapped.size() != kWrappedKeyBytes ||
      static_cast<unsigned char>(wrapped[0]) != kWrapVersion) {
    return fail(ErrorCode::corrupt, "no wrapped data key");
  }
  std::uint32_t id = 0;
  for (const unsigned char byte : bytes_of(wrapped.substr(1, 4))) id = id << 8 | byte;
  const auto kek = std::ranges::find(keks_, id, &Kek::id);
  if (kek == keks_.end()) {
    return fail(ErrorCode::not_found, "key " + std::to_string(id) + " is not in the keyring");
  }
  const auto text = unseal(kek->key, wrapped.substr(kWrapHeaderBytes), wrap_context(owner));
  if (!text) return fail(text.error(), "unwrapping a data key");
  MATINEE_CHECK(text->size() == SecretKey::kBytes);
  std::array<unsigned char, SecretKey::kBytes> bytes;
  std::ranges::copy(bytes_of(*text), bytes.begin());
  return SecretKey(bytes);
}

}  // namespace matinee::guard
