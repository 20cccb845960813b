#include "guard/path_token.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/check.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr unsigned char kVersion = 1;
constexpr std::string_view kPurpose = "matinee-path-token\n";
constexpr std::size_t kExpiryAt = 2;
constexpr std::size_t kPackageAt = kExpiryAt + 8;
constexpr std::size_t kSignatureAt = kPackageAt + 32;
constexpr std::size_t kSignatureBytes = 16;
constexpr std::size_t kTokenBytes = kSignatureAt + kSignatureBytes;
static_assert((kTokenBytes * 4 + 2) / 3 == PathTokenRing::kTextBytes);

using TokenBytes = std::array<unsigned char, kTokenBytes>;

std::array<unsigned char, kSignatureBytes> signature(const PathTokenKey& key,
                                                     const unsigned char* token) {
  std::array<unsigned char, kPurpose.size() + kSignatureAt> signed_bytes;
  std::memcpy(signed_bytes.data(), kPurpose.data(), kPurpose.size());
  std::memcpy(signed_bytes.data() + kPurpose.size(), token, kSignatureAt);
  const Sha256Digest digest = hmac_sha256(key.secret, signed_bytes);
  std::array<unsigned char, kSignatureBytes> out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

PathTokenRing::PathTokenRing(std::vector<PathTokenKey> keys) : keys_(std::move(keys)) {
  MATINEE_CHECK(!keys_.empty() && keys_.size() <= kKeysMax);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) MATINEE_CHECK(keys_[i].id != keys_[j].id);
  }
}

std::string PathTokenRing::mint(const PathToken& token) const {
  const PathTokenKey& key = keys_.back();
  const std::int64_t expires_ms = to_ms(token.expires);
  MATINEE_CHECK(expires_ms >= 0);
  TokenBytes bytes;
  bytes[0] = kVersion;
  bytes[1] = key.id;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[kExpiryAt + i] = static_cast<unsigned char>(expires_ms >> (56 - 8 * i));
  }
  std::ranges::copy(token.package, bytes.begin() + kPackageAt);
  std::ranges::copy(signature(key, bytes.data()), bytes.begin() + kSignatureAt);
  return to_base64url(bytes);
}

Result<PathToken> PathTokenRing::verify(std::string_view text, Instant now) const {
  if (text.size() != kTextBytes) return fail(ErrorCode::forbidden, "no media token");
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kTokenBytes || bytes->front() != kVersion) {
    return fail(ErrorCode::forbidden, "no media token");
  }
  const auto key = std::ranges::find(keys_, (*bytes)[1], &PathTokenKey::id);
  if (key == keys_.end()) {
    return fail(ErrorCode::forbidden, "the media token's key is not in use");
  }
  const std::span<const unsigned char> given(bytes->data() + kSignatureAt, kSignatureBytes);
  if (!equal_in_constant_time(given, signature(*key, bytes->data()))) {
    return fail(ErrorCode::forbidden, "the media token's signature is wrong");
  }
  std::uint64_t expires_ms = 0;
  for (std::size_t i = 0; i < 8; ++i) expires_ms = expires_ms << 8 | (*bytes)[kExpiryAt + i];
  PathToken token;
  token.expires = from_ms(static_cast<std::int64_t>(expires_ms));
  if (token.expires <= now) return fail(ErrorCode::forbidden, "the media token has expired");
  std::copy_n(bytes->begin() + kPackageAt, token.package.size(), token.package.begin());
  return token;
}

}  // namespace matinee::guard
