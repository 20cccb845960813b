#pragma once
// catalog/certificates: from which age on a title may be seen, by the certificate that it was
// given.

#include <optional>
#include <string_view>

namespace matinee::catalog {

/// The minimum age 0..18 of a certificate as it is written: "PG-13", "US:PG-13", "Rated R",
/// "FSK 12", "GB:15", "TV-MA", "Tous publics", "-16", "16+". Nothing when it is not known: a
/// limited profile is then not shown the title. Where boards differ about a mark that names no
/// board, the stricter reading counts.
/// Boards: MPA and TV (US), BBFC (GB, IE), FSK (DE), CNC (FR), Kijkwijzer (NL), NICAM, ACB (AU),
/// PEGI, and plain ages.
std::optional<int> maturity_of_certificate(std::string_view certificate);

}  // namespace matinee::catalog
