#pragma once
// edge/revocation_route: how control tells an edge that sessions ended or changed. Internal.

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "http/router.h"

namespace matinee::edge {

/// Sessions in one request; more are refused, so that one request stays small.
inline constexpr std::size_t kRevocationsMax = 1'000;

/// Adds POST /internal/revocations {"session_ids":["<32 hex digits>", ...]}: 204 once every loop
/// has been told. Repeating it does no harm. `authorize` gets the Authorization header.
/// Answers 400 for a malformed or too long list; 401, 403 and 503 as the two functions say.
void add_revocation_route(http::Router& router,
                          std::function<Result<void>(std::string_view)> authorize,
                          std::function<Result<void>(const std::vector<SessionId>&)> forget);

}  // namespace matinee::edge
