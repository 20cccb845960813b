#pragma once
// api/acting_viewer: the session that the sender of an internal request vouches for.

#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "guard/role_credential.h"
#include "http/message.h"

namespace matinee::api {

/// Whether the sender of an Authorization header may. Errors: unauthorized, forbidden.
using Authorize = std::function<Result<void>(std::string_view authorization, guard::Operation)>;

/// The session of the request's Matinee-* headers; none when it came without. They are believed
/// only of a role that may act for viewers: whoever else reaches the socket could name any profile.
/// Errors: unauthorized, forbidden.
inline Result<std::optional<http::SessionFacts>> acting_viewer(const http::Request& request,
                                                               const Authorize& authorize) {
  if (!request.context.session) return std::optional<http::SessionFacts>{};
  const auto admitted =
      authorize(request.headers.value_of("Authorization"), guard::Operation::act_for_viewers);
  if (!admitted) return std::unexpected(admitted.error());
  return request.context.session;
}

}  // namespace matinee::api
