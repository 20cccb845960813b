#pragma once
// http/message_writer: heads of messages as bytes. Used by server, client and upstream.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/headers.h"
#include "http/message.h"

namespace matinee::http {

/// How a body's end is marked on the wire.
enum class Framing { none, length, chunked, until_close };

/// Appends fields, leaving out those that belong to the connection or are the engine's to set:
/// Connection, Keep-Alive, Content-Length, Transfer-Encoding, TE, Trailer, Upgrade, and `left_out`.
void append_fields(std::string& out, const Headers& headers, std::string_view left_out);

/// Appends "Content-Length: N" or "Transfer-Encoding: chunked".
void append_framing(std::string& out, Framing framing, std::uint64_t body_bytes);

/// The request's head, with its empty line.
void append_request_head(std::string& out, Method method, std::string_view target,
                         std::string_view host, const Headers& headers, Framing framing,
                         std::uint64_t body_bytes);

/// "1f4\r\n"
void append_chunk_size(std::string& out, std::uint64_t bytes);

/// "Sat, 21 Nov 2026 03:00:00 GMT". Source: RFC 9110 section 5.6.7.
std::string http_date(Instant instant);

}  // namespace matinee::http
