#pragma once
// http/origin_check: which Host and Origin headers a public listener accepts.

#include <span>
#include <string>
#include <string_view>

#include "http/message.h"

namespace matinee::http {

/// True when `host` (as in the Host header) is in the list, with or without its port; ports and
/// letters' case in the list matter not when the entry has no port. An empty list allows all.
bool host_is_allowed(std::string_view host, std::span<const std::string> allowed);

/// False only for a method that changes state whose Origin is neither absent nor our own: the
/// request's own Host with https (or http, when the request itself did not come over TLS), or one
/// of `allowed`. "null" is foreign.
bool origin_is_allowed(const Request& request, std::span<const std::string> allowed);

/// Removes what only the edge and the roles may set.
void strip_internal_headers(Headers& headers);

/// The context from the Matinee-* headers of an internal request.
/// Errors: invalid when one of them is malformed.
Result<RequestContext> context_of(const Headers& headers, ListenerKind listener,
                                  const Clock& clock);
/// Sets the Matinee-* headers from a context: what the edge, and roles that call on, send.
void set_context_headers(Headers& headers, const RequestContext& context, const Clock& clock);

}  // namespace matinee::http
