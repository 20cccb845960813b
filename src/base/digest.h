#pragma once
// base/digest: SHA-256 and HMAC-SHA-256, over OpenSSL.

#include <array>
#include <memory>
#include <span>
#include <string_view>

struct evp_md_ctx_st;

namespace matinee {

using Sha256Digest = std::array<unsigned char, 32>;

/// SHA-256 of one piece. Source: FIPS 180-4.
Sha256Digest sha256(std::span<const unsigned char> bytes);

/// SHA-256 of many pieces, in order.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const unsigned char> bytes);
  /// The digest of all pieces so far; the object starts anew after it.
  Sha256Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// HMAC-SHA-256. Source: RFC 2104.
Sha256Digest hmac_sha256(std::span<const unsigned char> key, std::span<const unsigned char> bytes);

/// True when both are equal; takes the same time wherever they differ.
bool equal_in_constant_time(std::span<const unsigned char> a, std::span<const unsigned char> b);

}  // namespace matinee
