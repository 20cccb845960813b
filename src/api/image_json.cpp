#include "api/image_json.h"

namespace matinee::api {

std::string image_url(const catalog::Artwork& artwork) {
  return "/v1/images/" + artwork.id.to_string();
}

Json image_json(const std::optional<catalog::Artwork>& artwork) {
  if (!artwork) return nullptr;
  const auto size = artwork->size();
  Json json;
  json["id"] = artwork->id.to_string();
  json["url"] = image_url(*artwork);
  json["width"] = size.width;
  json["height"] = size.height;
  json["blurhash"] = artwork->blurhash.empty() ? Json(nullptr) : Json(artwork->blurhash);
  return json;
}

Json images_json(std::span<const catalog::Artwork> artworks) {
  Json json = Json::object();
  for (const auto& artwork : artworks) {
    if (!artwork.usable()) continue;
    auto& list = json[std::string(name_of(artwork.kind))];
    if (!list.is_array()) list = Json::array();
    list.push_back(image_json(artwork));
  }
  return json;
}

std::string image_schema() {
  return R"({"type":"object","required":["id","url","width","height","blurhash"],"properties":{
"id":{"type":"string","pattern":"^[0-9a-f]{32}$"},
"url":{"type":"string","description":"with ?w= for another width than 720"},
"width":{"type":"integer"},"height":{"type":"integer"},
"blurhash":{"type":["string","null"],"description":"null until the picture was looked at"}}})";
}

}  // namespace matinee::api
