#pragma once
// http/problem: errors as problem documents. Source: RFC 9457.

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace matinee::http {

inline constexpr std::string_view kProblemType = "application/problem+json";

/// invalid 400, unauthorized 401, forbidden 403, not_found 404, conflict 409, limited 429,
/// unavailable 503, corrupt 500.
int status_of(ErrorCode code);
/// The reverse, for answers of a peer: 408, 425, 5xx but 500 = unavailable; 500 = corrupt;
/// other 4xx = invalid.
ErrorCode error_code_of_status(int status);

/// {"type":"about:blank","title","status","detail","code","request_id"}.
/// 503 carries Retry-After: 1; 429 too unless the caller sets another.
Response problem(int status, std::string_view detail, std::string_view request_id);
Response problem(const Error& error, std::string_view request_id);

/// The error that a peer's response stands for: its problem's detail, or its status.
Error error_of(int status, std::string_view body, std::string_view what);

}  // namespace matinee::http
