#pragma once
// api/route_parts: what the route files of this module share.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "http/router.h"

namespace matinee::api {

/// The deadline that comes first.
Deadline sooner(Deadline a, Deadline b);

/// 200 with `json`, for this viewer alone and to be asked for again.
http::Response private_json(const Json& json);

/// Errors: not_found for what is no id: for a viewer there is no such title either way.
Result<TitleId> title_id_of(std::string_view text);

/// A whole number of the query from `min` to `max`. Errors: invalid for anything else.
Result<std::int64_t> number_query(const http::Request& request, std::string_view name,
                                  std::int64_t min, std::int64_t max, std::int64_t absent);

/// {"$ref": ...} of a schema of the OpenAPI document.
std::string reference(std::string_view schema);

/// A route that may be repeated, so that the edge does when a role dies under it; access "profile".
http::Route repeatable_route(http::Method method, std::string path, std::string operation_id,
                             std::string summary, std::string response_schema);

}  // namespace matinee::api
