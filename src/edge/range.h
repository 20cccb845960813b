#pragma once
// edge/range: which bytes of an object a GET asks for, and whether the client holds it already.
// Read by the media handler; everything here is pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace matinee::edge {

/// What a GET is answered with: the whole object (200), one part of it (206), or nothing (416).
/// `first` and `bytes` describe what is sent: the whole object for `whole`, 0 and 0 for
/// `unsatisfiable`.
struct RangeAnswer {
  enum class Kind { whole, part, unsatisfiable };

  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const RangeAnswer&, const RangeAnswer&) = default;
};

/// Answers `Range` and `If-Range` of a GET of an object of `size` bytes with the strong entity tag
/// `etag` (with its quotes). One range is exact: a-b, a-, -n; positions beyond 64 bits are beyond
/// any object. A header that is malformed, of another unit, or names several ranges is ignored, as
/// is every range when If-Range is anything but `etag`: the answer is then the whole object.
/// Source: RFC 9110 sections 13.1.5, 14.1.2, 14.2.
RangeAnswer resolve_range(std::optional<std::string_view> range,
                          std::optional<std::string_view> if_range, std::string_view etag,
                          std::uint64_t size);

/// The Content-Range of a 206 (`bytes a-b/size`) or of a 416 (`bytes */size`); for nothing else.
std::string content_range(const RangeAnswer& answer, std::uint64_t size);

/// True when `If-None-Match` lists `etag` (weak comparison) or is `*`.
/// Source: RFC 9110 section 13.1.2.
bool none_match_holds(std::string_view if_none_match, std::string_view etag);

}  // namespace matinee::edge
