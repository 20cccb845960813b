#pragma once
// api/title_json: titles as the API shows them.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "catalog/title_cards.h"
#include "catalog/titles.h"
#include "media/package.h"

namespace matinee::api {

/// What lists show: schema "Title". Nothing of it tells where the source lies.
Json title_json(const catalog::TitleCard& card);

/// As title_json for each.
Json titles_json(std::span<const catalog::TitleCard> cards);

/// Lines of the best rung, by title.
using HeightsById = std::unordered_map<TitleId, std::uint32_t>;

/// What a title's own page shows: schema "TitleDetail". `package` may be null: then without
/// languages and height. `heights`: of the editions, as far as they are known.
Json title_detail_json(const catalog::TitleTree& tree, const media::Package* package,
                       const HeightsById& heights);

/// Lines of the best rung; 0 without video.
std::uint32_t height_of(const media::Package& package);

/// What the operator sees: also source, package, notes and estimates.
Json title_admin_json(const catalog::Title& title);

/// The schemas of the viewer API, by name, for OpenAPI components.
const std::vector<std::pair<std::string, std::string>>& viewer_schemas();

}  // namespace matinee::api
