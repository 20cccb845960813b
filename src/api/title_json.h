#pragma once
// api/title_json: titles as the API shows them.

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "catalog/titles.h"
#include "media/package.h"

namespace matinee::api {

/// What lists show: schema "Title". Nothing of it tells where the source lies.
Json title_json(const catalog::Title& title);

/// What a title's own page shows: schema "TitleDetail". `package` may be null: then without
/// languages and height.
Json title_detail_json(const catalog::Title& title, const media::Package* package);

/// What the operator sees: also source, package, notes and estimates.
Json title_admin_json(const catalog::Title& title);

/// The schemas of the viewer API, by name, for OpenAPI components.
const std::vector<std::pair<std::string, std::string>>& viewer_schemas();

}  // namespace matinee::api
