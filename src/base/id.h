#pragma once
// base/id: the identifiers of everything that has one: UUIDv7, strongly typed.

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee {

/// 128 bits, printed as 32 lower-case hex digits; sorts by the time it was made (ms).
/// Source: RFC 9562 section 5.7.
struct Uuid {
  std::array<unsigned char, 16> bytes{};

  static Uuid generate(const Clock& clock, Random& random);
  /// Errors: invalid for anything but 32 hex digits.
  static Result<Uuid> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// An id that cannot be mistaken for another kind's.
template <typename Kind>
struct Id {
  Uuid uuid;

  static Id generate(const Clock& clock, Random& random) { return {Uuid::generate(clock, random)}; }
  static Result<Id> parse(std::string_view text) {
    auto uuid = Uuid::parse(text);
    if (!uuid) return std::unexpected(uuid.error());
    return Id{*uuid};
  }
  [[nodiscard]] std::string to_string() const { return uuid.to_string(); }
  [[nodiscard]] bool is_nil() const { return uuid.is_nil(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using TenantId = Id<struct TenantKind>;
using AccountId = Id<struct AccountKind>;
using ProfileId = Id<struct ProfileKind>;
using Pseudonym = Id<struct PseudonymKind>;  // stands for a profile in events
using SessionId = Id<struct SessionKind>;
using TitleId = Id<struct TitleKind>;
using ArtworkId = Id<struct ArtworkIdKind>;
using PlayId = Id<struct PlayKind>;
using JobId = Id<struct JobKind>;
using EventId = Id<struct EventKind>;
using RequestId = Id<struct RequestKind>;

}  // namespace matinee

template <>
struct std::hash<matinee::Uuid> {
  std::size_t operator()(const matinee::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, uuid.bytes.data() + 8, sizeof value);  // the random half
    return value;
  }
};
template <typename Kind>
struct std::hash<matinee::Id<Kind>> {
  std::size_t operator()(const matinee::Id<Kind>& id) const noexcept {
    return std::hash<matinee::Uuid>{}(id.uuid);
  }
};
