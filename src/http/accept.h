#pragma once
// http/accept: what a client would rather have. Source: RFC 9110 section 12.5.1.

#include <string_view>

namespace matinee::http {

/// How much an Accept header likes a media type: 0 (not at all) to 1000. `named` tells whether the
/// type itself stands there, rather than a range like image/* that happens to hold it.
struct Liking {
  int thousandths = 0;
  bool named = false;

  bool operator==(const Liking&) const = default;
};

/// Of the most specific range that holds `type` ("image/webp", lower case); parameters other than q
/// are not looked at. An empty header accepts everything. What is badly written counts as absent.
Liking liking_of(std::string_view accept, std::string_view type);

}  // namespace matinee::http
