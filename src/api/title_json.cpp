#include "api/title_json.h"

#include <algorithm>

namespace matinee::api {
namespace {

// Why a title failed, for a viewer: without the paths that an operator's message may name.
std::string viewer_message(const catalog::Title& title) {
  if (title.error.empty()) return {};
  if (title.error.find('/') != std::string::npos) return "This film could not be prepared.";
  return title.error;
}

}  // namespace

Json title_json(const catalog::Title& title) {
  Json json;
  json["id"] = title.id.to_string();
  json["kind"] = title.kind;
  json["name"] = title.name;
  json["year"] = title.year ? Json(*title.year) : Json(nullptr);
  json["duration_ms"] = title.duration_ms > 0 ? Json(title.duration_ms) : Json(nullptr);
  json["playable"] = title.playable();
  json["state"] = name_of(title.state);
  json["progress"] = title.progress;
  // The poster's id in the URL lets a browser keep it for ever.
  json["poster_url"] = title.poster_object.empty()
                           ? Json(nullptr)
                           : Json("/v1/titles/" + title.id.to_string() +
                                  "/poster?v=" + title.poster_object.substr(0, 16));
  return json;
}

Json title_detail_json(const catalog::Title& title, const media::Package* package) {
  Json json = title_json(title);
  const std::string message = viewer_message(title);
  json["message"] = message.empty() ? Json(nullptr) : Json(message);
  if (package == nullptr) return json;
  Json audio = Json::array();
  std::uint32_t height = 0;
  for (const auto& track : package->tracks) {
    if (track.is_video()) {
      height = std::max(height, track.height);
    } else {
      audio.push_back({{"language", track.language}, {"name", track.name}});
    }
  }
  Json captions = Json::array();
  for (const auto& track : package->captions) {
    captions.push_back({{"language", track.language}, {"name", track.name}});
  }
  json["audio"] = std::move(audio);
  json["captions"] = std::move(captions);
  json["height"] = height > 0 ? Json(height) : Json(nullptr);
  return json;
}

Json title_admin_json(const catalog::Title& title) {
  Json json = title_json(title);
  json["path"] = title.source_path;
  json["source_bytes"] = title.fingerprint.bytes;
  json["message"] = title.error;
  json["notes"] = title.notes;
  json["package"] = title.package_id;
  json["package_version"] = title.package_version;
  json["parts"] = title.published_parts;
  json["estimate_cpu_seconds"] = title.estimate_cpu_seconds;
  json["estimate_bytes"] = title.estimate_bytes;
  json["added_ms"] = title.added_ms;
  Json sidecars = Json::array();
  for (const auto& sidecar : title.sidecars) sidecars.push_back(sidecar.path);
  json["sidecars"] = std::move(sidecars);
  return json;
}

const std::vector<std::pair<std::string, std::string>>& viewer_schemas() {
  static const std::vector<std::pair<std::string, std::string>> kSchemas{
      {"Title", R"({"type":"object",
"required":["id","kind","name","year","duration_ms","playable","state","progress","poster_url"],
"properties":{"id":{"type":"string","pattern":"^[0-9a-f]{32}$"},"kind":{"type":"string"},
"name":{"type":"string"},"year":{"type":["integer","null"]},
"duration_ms":{"type":["integer","null"],"description":"null until the source was looked at"},
"playable":{"type":"boolean"},
"state":{"type":"string","enum":["queued","encoding","ready","failed"]},
"progress":{"type":"number","minimum":0,"maximum":1},
"poster_url":{"type":["string","null"]}}})"},
      {"Language", R"({"type":"object","required":["language","name"],
"properties":{"language":{"type":"string","description":"BCP 47; empty when unknown"},
"name":{"type":"string"}}})"},
      {"TitleDetail", R"({"allOf":[{"$ref":"#/components/schemas/Title"},{"type":"object",
"properties":{"audio":{"type":"array","items":{"$ref":"#/components/schemas/Language"}},
"captions":{"type":"array","items":{"$ref":"#/components/schemas/Language"}},
"height":{"type":["integer","null"],"description":"lines of the best rung"},
"message":{"type":["string","null"],"description":"why it failed"}}}]})"},
      {"TitlePage", R"({"type":"object","required":["titles","next_cursor"],
"properties":{"titles":{"type":"array","items":{"$ref":"#/components/schemas/Title"}},
"next_cursor":{"type":["string","null"]}}})"},
      {"HomeTitle", R"({"allOf":[{"$ref":"#/components/schemas/Title"},{"type":"object",
"properties":{"position_ms":{"type":"integer","description":"where watching goes on"}}}]})"},
      {"Home", R"({"type":"object","required":["rows"],"properties":{"rows":{"type":"array",
"items":{"type":"object","required":["id","name","titles"],"properties":{
"id":{"type":"string","enum":["continue-watching","recently-added"]},"name":{"type":"string"},
"titles":{"type":"array","items":{"$ref":"#/components/schemas/HomeTitle"}}}}}}})"},
      {"PlayRequest", R"({"type":"object","required":["title_id"],"properties":{
"title_id":{"type":"string","pattern":"^[0-9a-f]{32}$"}}})"},
      {"Play", R"({"type":"object",
"required":["play_id","hls_url","dash_url","captions","duration_ms","resume_ms","expires_at_ms"],
"properties":{"play_id":{"type":"string"},"hls_url":{"type":"string"},
"dash_url":{"type":"string"},"captions":{"type":"array","items":{"type":"object",
"required":["language","kind","url"],"properties":{"language":{"type":"string"},
"kind":{"type":"string","enum":["subtitles","captions"]},"name":{"type":"string"},
"url":{"type":"string"}}}},
"duration_ms":{"type":"integer"},"resume_ms":{"type":"integer"},
"expires_at_ms":{"type":"integer"}}})"},
  };
  return kSchemas;
}

}  // namespace matinee::api
