#pragma once
// api/compressed: answers that are worth it are compressed for clients that take it.

#include "http/message.h"

namespace matinee::api {

/// `response` with its text body in brotli when the request accepts that and the body is not small;
/// what was not made, or a status without a body, stays as it is. Only for answers without secrets:
/// the size of what a stranger can write into tells of what stands beside it.
/// Source: RFC 7932 (brotli), RFC 9110 section 8.4.
Result<http::Response> compressed(const http::Request& request, Result<http::Response> response);

}  // namespace matinee::api
