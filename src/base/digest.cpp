#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace matinee {

Sha256Digest sha256(std::span<const unsigned char> bytes) {
  Sha256Digest digest;
  MATINEE_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  MATINEE_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const unsigned char> bytes) {
  MATINEE_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  MATINEE_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  MATINEE_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  return digest;
}

Sha256Digest hmac_sha256(std::span<const unsigned char> key, std::span<const unsigned char> bytes) {
  Sha256Digest digest;
  unsigned int length = 0;
  MATINEE_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(),
                     bytes.size(), digest.data(), &length) != nullptr);
  MATINEE_CHECK(length == digest.size());
  return digest;
}

bool equal_in_constant_time(std::span<const unsigned char> a, std::span<const unsigned char> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace matinee
