#pragma once
// http/content_coding: how a client would have a body compressed. Source: RFC 9110 section 12.5.3.

#include <span>
#include <string_view>

namespace matinee::http {

/// `identity` is the body as it is.
enum class ContentCoding { identity, gzip, br };
/// "br", "gzip"; "" for identity, which has no header.
std::string_view name_of(ContentCoding coding);

/// Whether an Accept-Encoding header allows a coding ("gzip", "br", lower case): by name, or by
/// "*", with a weight above 0. An empty header allows none: those who want one say so.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

/// br if the client takes it and it is there, else gzip likewise, else identity.
ContentCoding coding_of(std::string_view accept_encoding, bool has_br, bool has_gzip);

}  // namespace matinee::http
