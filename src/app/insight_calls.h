#pragma once
// app/insight_calls: what control asks of the insight role, over its socket.

#include <functional>
#include <string>

#include "api/control_world.h"
#include "http/client.h"

namespace matinee::app {

/// Calls over `insight`, which must outlive them; `authorization` gives the header of each request.
api::ControlInsight insight_calls(http::Client& insight,
                                  std::function<std::string()> authorization);

}  // namespace matinee::app
