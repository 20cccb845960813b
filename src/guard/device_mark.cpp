#include "guard/device_mark.h"

#include <array>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kDeviceDigits = 32;
constexpr std::size_t kMacCharacters = 43;

Sha256Digest mac(const SecretKey& key, AccountId account, std::string_view password_hash,
                 std::string_view device) {
  const std::string text = "matinee-device\n" + account.to_string() + "\n" +
                           to_hex(sha256(bytes_of(password_hash))) + "\n" + std::string(device);
  return hmac_sha256(key.bytes(), bytes_of(text));
}

}  // namespace

std::string mint_device_mark(const SecretKey& key, AccountId account,
                             std::string_view password_hash, Random& random) {
  std::array<unsigned char, kDeviceDigits / 2> bytes{};
  random.fill(bytes);
  const std::string device = to_hex(bytes);
  return device + "." + to_base64url(mac(key, account, password_hash, device));
}

std::optional<std::string> device_of_mark(const SecretKey& key, AccountId account,
                                          std::string_view password_hash, std::string_view mark) {
  if (mark.size() != kDeviceDigits + 1 + kMacCharacters || mark[kDeviceDigits] != '.') {
    return std::nullopt;
  }
  const std::string_view device = mark.substr(0, kDeviceDigits);
  const auto given = from_base64url(mark.substr(kDeviceDigits + 1));
  if (!given || !from_hex(device)) return std::nullopt;
  if (!equal_in_constant_time(*given, mac(key, account, password_hash, device))) {
    return std::nullopt;
  }
  return std::string(device);
}

}  // namespace matinee::guard
