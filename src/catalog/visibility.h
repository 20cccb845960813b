#pragma once
// catalog/visibility: which titles a viewer may know of. Every read on behalf of a viewer takes it.

#include <optional>

namespace matinee::catalog {

/// The limit of a profile. A title that it does not show does not exist for its viewer: lists leave
/// it out, anything that asks for it is answered with not_found.
struct Visibility {
  /// Minimum age 0..18 that a title may ask for; absent = no limit. With a limit, a title of
  /// unknown maturity is not shown.
  std::optional<int> maturity_max;

  [[nodiscard]] bool shows_all() const { return !maturity_max.has_value(); }
  /// `maturity`: as Title::maturity, inherited where a title has none of its own.
  [[nodiscard]] bool shows(std::optional<int> maturity) const {
    return shows_all() || (maturity.has_value() && *maturity <= *maturity_max);
  }

  friend bool operator==(const Visibility&, const Visibility&) = default;
};

}  // namespace matinee::catalog
