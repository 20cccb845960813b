#pragma once
// edge/verified_tokens: media tokens whose signature a loop has checked already.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "guard/path_token.h"

namespace matinee::edge {

/// A player asks hundreds of times with one token: its signature is computed once. Only tokens
/// that were good are kept, each with its expiry, which is looked at every time. At most
/// `tokens_max`; beyond, all are forgotten. Of one loop.
class VerifiedTokens {
 public:
  explicit VerifiedTokens(std::size_t tokens_max) : tokens_max_(tokens_max) {}

  /// As PathTokenRing::verify.
  Result<guard::PathToken> verify(const guard::PathTokenRing& ring, std::string_view text,
                                  Instant now) {
    const auto found = tokens_.find(text);
    if (found != tokens_.end() && found->second.expires > now) return found->second;
    auto token = ring.verify(text, now);
    if (!token) return token;
    if (tokens_.size() >= tokens_max_) tokens_.clear();
    tokens_.emplace(text, *token);
    return token;
  }
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  const std::size_t tokens_max_;
  std::unordered_map<std::string, guard::PathToken, Hash, std::equal_to<>> tokens_;
};

}  // namespace matinee::edge
