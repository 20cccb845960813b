#include "guard/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* bytes_in(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}

}  // namespace

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

SecretKey SecretKey::generate(Random& random) {
  SecretKey key;
  random.fill(key.bytes_);
  return key;
}

Result<SecretKey> SecretKey::from_hex_digits(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != kBytes) return fail(ErrorCode::invalid, "no 256-bit key in hex");
  SecretKey key;
  std::copy_n(bytes->begin(), kBytes, key.bytes_.begin());
  return key;
}

std::string SecretKey::hex_digits() const { return to_hex(bytes_); }

std::string seal(const SecretKey& key, std::string_view text, std::string_view context,
                 Random& random) {
  MATINEE_CHECK(text.size() <= kSealedTextBytesMax && context.size() <= kSealedTextBytesMax);
  std::string out(kNonceBytes + text.size() + kTagBytes, '\0');
  random.fill({bytes_in(out, 0), kNonceBytes});
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  MATINEE_CHECK(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                                   bytes_in(out, 0)) == 1);
  MATINEE_CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes_of(context).data(),
                                  static_cast<int>(context.size())) == 1);
  MATINEE_CHECK(EVP_EncryptUpdate(cipher.get(), bytes_in(out, kNonceBytes), &written,
                                  bytes_of(text).data(), static_cast<int>(text.size())) == 1);
  MATINEE_CHECK(
      EVP_EncryptFinal_ex(cipher.get(), bytes_in(out, kNonceBytes + text.size()), &written) == 1);
  MATINEE_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                    bytes_in(out, kNonceBytes + text.size())) == 1);
  return out;
}

Result<std::string> unseal(const SecretKey& key, std::string_view sealed,
                           std::string_view context) {
  if (sealed.size() < kSealBytes || sealed.size() > kSealedTextBytesMax + kSealBytes) {
    return fail(ErrorCode::corrupt, "a sealed value has a wrong length");
  }
  const std::size_t text_bytes = sealed.size() - kSealBytes;
  std::string text(text_bytes, '\0');
  std::string tag(sealed.substr(kNonceBytes + text_bytes));
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  MATINEE_CHECK(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                                   bytes_of(sealed).data()) == 1);
  MATINEE_CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes_of(context).data(),
                                  static_cast<int>(context.size())) == 1);
  MATINEE_CHECK(EVP_DecryptUpdate(cipher.get(), bytes_in(text, 0), &written,
                                  bytes_of(sealed).data() + kNonceBytes,
                                  static_cast<int>(text_bytes)) == 1);
  MATINEE_CHECK(
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes_in(tag, 0)) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), bytes_in(text, text_bytes), &written) != 1) {
    return fail(ErrorCode::corrupt, "a sealed value does not open with its key");
  }
  return text;
}

}  // namespace matinee::guard
