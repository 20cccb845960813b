#pragma once
// api/image_json: pictures as the API shows them.

#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "catalog/artwork.h"

namespace matinee::api {

/// "/v1/images/<id>", without a width.
std::string image_url(const catalog::Artwork& artwork);

/// Schema "Image": {"id","url","width","height","blurhash"}; null for none. Width and height are
/// the kind's usual ones, and blurhash null, until the picture was looked at.
Json image_json(const std::optional<catalog::Artwork>& artwork);

/// All usable pictures by kind: {"poster":[Image],...}; kinds without any are left out.
Json images_json(std::span<const catalog::Artwork> artworks);

/// JSON Schema of "Image".
std::string image_schema();

}  // namespace matinee::api
