#pragma once
// guard/cipher: authenticated encryption of small values under one key.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace matinee::guard {

/// 256 secret bits. Wiped when it goes.
class SecretKey {
 public:
  static constexpr std::size_t kBytes = 32;
  SecretKey() = default;
  explicit SecretKey(const std::array<unsigned char, kBytes>& bytes) : bytes_(bytes) {}
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  static SecretKey generate(Random& random);
  /// 64 hex digits. Errors: invalid; the message repeats nothing of `text`.
  static Result<SecretKey> from_hex_digits(std::string_view text);
  [[nodiscard]] const std::array<unsigned char, kBytes>& bytes() const { return bytes_; }
  [[nodiscard]] std::string hex_digits() const;

 private:
  std::array<unsigned char, kBytes> bytes_{};
};

/// How much longer a sealed text is than the plain one: nonce and tag.
inline constexpr std::size_t kSealBytes = 12 + 16;
/// Texts of at most this size are sealed; a longer one is the caller's fault.
inline constexpr std::size_t kSealedTextBytesMax = 16 * 1024 * 1024;

/// 12-byte random nonce | AES-256-GCM ciphertext | 16-byte tag; `context` (what the text belongs
/// to) is authenticated with it. At most 2^32 texts under one key, so that nonces stay unlike.
/// Source: NIST SP 800-38D sections 5.2 and 8.3.
std::string seal(const SecretKey& key, std::string_view text, std::string_view context,
                 Random& random);

/// The text. Errors: corrupt when key or context are others, or a bit has changed.
Result<std::string> unseal(const SecretKey& key, std::string_view sealed, std::string_view context);

}  // namespace matinee::guard
