#include "api/title_json.h"

#include <algorithm>
#include <optional>

#include "api/image_json.h"

namespace matinee::api {
namespace {

// Why a title failed, for a viewer: without the paths that an operator's message may name.
std::string viewer_message(const catalog::Title& title) {
  if (title.error.empty()) return {};
  if (title.error.find('/') != std::string::npos) return "This film could not be prepared.";
  return title.error;
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json or_null(const std::optional<int>& number) { return number ? Json(*number) : Json(nullptr); }

Json id_or_null(const TitleId& id) { return id.is_nil() ? Json(nullptr) : Json(id.to_string()); }

// What every view of a title begins with.
Json base_json(const catalog::Title& title) {
  Json json;
  json["id"] = title.id.to_string();
  json["kind"] = name_of(title.kind);
  json["name"] = title.name;
  json["year"] = or_null(title.year);
  json["duration_ms"] = title.duration_ms > 0 ? Json(title.duration_ms) : Json(nullptr);
  json["playable"] = title.playable();
  json["state"] = name_of(title.state);
  json["progress"] = title.progress;
  json["announced"] = title.announced;
  json["parent_id"] = id_or_null(title.parent_id);
  json["edition_name"] = or_null(title.edition_name);
  json["maturity"] = or_null(title.maturity);
  // The poster's id in the URL lets a browser keep it for ever.
  json["poster_url"] = title.poster_object.empty()
                           ? Json(nullptr)
                           : Json("/v1/titles/" + title.id.to_string() +
                                  "/poster?v=" + title.poster_object.substr(0, 16));
  return json;
}

Json chapters_json(const std::vector<catalog::Chapter>& chapters) {
  Json list = Json::array();
  for (const auto& chapter : chapters) {
    list.push_back({{"start_ms", chapter.start_ms}, {"name", chapter.name}});
  }
  return list;
}

Json markers_json(const std::vector<catalog::Marker>& markers) {
  Json list = Json::array();
  for (const auto& marker : markers) {
    list.push_back(
        {{"kind", name_of(marker.kind)}, {"start_ms", marker.start_ms}, {"end_ms", marker.end_ms}});
  }
  return list;
}

void add_facts(Json& json, const catalog::TitleFacts& facts) {
  json["tagline"] = or_null(facts.tagline);
  json["original_name"] = or_null(facts.original_name);
  json["countries"] = facts.countries;
  json["directors"] = facts.directors;
  json["writers"] = facts.writers;
  json["cast"] = Json::array();
  for (const auto& member : facts.cast) {
    json["cast"].push_back({{"name", member.name}, {"role", or_null(member.role)}});
  }
  json["studios"] = facts.studios;
  json["tags"] = facts.tags;
  json["premiered"] = or_null(facts.premiered);
  json["rating"] = facts.rating ? Json(*facts.rating) : Json(nullptr);
  json["chapters"] = chapters_json(facts.chapters);
  json["markers"] = markers_json(facts.markers);
}

Json seasons_json(const std::vector<catalog::SeasonCards>& seasons) {
  Json list = Json::array();
  for (const auto& [season, episodes] : seasons) {
    list.push_back({{"id", season.title.id.to_string()},
                    {"season_number", or_null(season.facts.season_number)},
                    {"name", season.title.name},
                    {"episodes", titles_json(episodes)}});
  }
  return list;
}

Json editions_json(const std::vector<catalog::TitleCard>& editions, const HeightsById& heights) {
  Json list = Json::array();
  for (const auto& edition : editions) {
    const auto height = heights.find(edition.title.id);
    list.push_back({{"id", edition.title.id.to_string()},
                    {"name", or_null(edition.title.edition_name)},
                    {"height", height == heights.end() ? Json(nullptr) : Json(height->second)}});
  }
  return list;
}

}  // namespace

Json title_json(const catalog::TitleCard& card) {
  Json json = base_json(card.title);
  json["show_id"] = id_or_null(card.show_id);
  json["show_name"] = or_null(card.show_name);
  json["season_number"] = or_null(card.facts.season_number);
  json["episode_number"] = or_null(card.facts.episode_number);
  json["episode_last"] = or_null(card.facts.episode_last);
  json["certificate"] = or_null(card.certificate);
  json["genres"] = card.facts.genres;
  json["plot"] = or_null(card.facts.plot);
  const auto& images = card.images;
  json["poster"] = image_json(images.poster);
  json["backdrop"] = image_json(images.backdrop);
  json["landscape"] = image_json(images.landscape);
  json["logo"] = image_json(images.logo);
  if (images.poster) json["poster_url"] = image_url(*images.poster);
  return json;
}

Json titles_json(std::span<const catalog::TitleCard> cards) {
  Json list = Json::array();
  for (const auto& card : cards) list.push_back(title_json(card));
  return list;
}

std::uint32_t height_of(const media::Package& package) {
  std::uint32_t height = 0;
  for (const auto& track : package.tracks) {
    if (track.is_video()) height = std::max(height, track.height);
  }
  return height;
}

Json title_detail_json(const catalog::TitleTree& tree, const media::Package* package,
                       const HeightsById& heights) {
  Json json = title_json(tree.card);
  json["message"] = or_null(viewer_message(tree.card.title));
  add_facts(json, tree.card.facts);
  json["seasons"] = seasons_json(tree.seasons);
  json["editions"] = editions_json(tree.editions, heights);
  json["extras"] = titles_json(tree.extras);
  json["images"] = images_json(tree.card.artworks);
  if (package == nullptr) return json;
  Json audio = Json::array();
  for (const auto& track : package->tracks) {
    if (!track.is_video()) audio.push_back({{"language", track.language}, {"name", track.name}});
  }
  Json captions = Json::array();
  for (const auto& track : package->captions) {
    captions.push_back({{"language", track.language}, {"name", track.name}});
  }
  const std::uint32_t height = height_of(*package);
  json["audio"] = std::move(audio);
  json["captions"] = std::move(captions);
  json["height"] = height > 0 ? Json(height) : Json(nullptr);
  return json;
}

Json title_admin_json(const catalog::Title& title) {
  Json json = base_json(title);
  json["missing_since_ms"] = title.is_missing() ? Json(title.missing_since_ms) : Json(nullptr);
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
      {"Image", image_schema()},
      {"Title", R"({"type":"object",
"required":["id","kind","name","year","duration_ms","playable","state","progress","announced",
"parent_id","show_id","show_name","season_number","episode_number","edition_name","certificate",
"maturity","genres","plot","poster_url","poster","backdrop","landscape"],
"properties":{"id":{"type":"string","pattern":"^[0-9a-f]{32}$"},
"kind":{"type":"string","enum":["film","show","season","episode","extra","edition"]},
"name":{"type":"string"},"year":{"type":["integer","null"]},
"duration_ms":{"type":["integer","null"],"description":"null until the source was looked at"},
"playable":{"type":"boolean"},
"state":{"type":"string","enum":["queued","encoding","ready","failed"]},
"progress":{"type":"number","minimum":0,"maximum":1},
"announced":{"type":"boolean","description":"its file is not there yet"},
"parent_id":{"type":["string","null"]},
"show_id":{"type":["string","null"]},"show_name":{"type":["string","null"]},
"season_number":{"type":["integer","null"],"description":"0 = specials"},
"episode_number":{"type":["integer","null"]},
"episode_last":{"type":["integer","null"],"description":"of a file that holds several episodes"},
"edition_name":{"type":["string","null"]},
"certificate":{"type":["string","null"],"description":"as written: FSK 12, PG-13"},
"maturity":{"type":["integer","null"],"description":"minimum age; null = unrated"},
"genres":{"type":"array","items":{"type":"string"}},"plot":{"type":["string","null"]},
"poster_url":{"type":["string","null"]},
"poster":{"anyOf":[{"$ref":"#/components/schemas/Image"},{"type":"null"}]},
"backdrop":{"anyOf":[{"$ref":"#/components/schemas/Image"},{"type":"null"}]},
"landscape":{"anyOf":[{"$ref":"#/components/schemas/Image"},{"type":"null"}]},
"logo":{"anyOf":[{"$ref":"#/components/schemas/Image"},{"type":"null"}]}}})"},
      {"Language", R"({"type":"object","required":["language","name"],
"properties":{"language":{"type":"string","description":"BCP 47; empty when unknown"},
"name":{"type":"string"}}})"},
      {"Chapter", R"({"type":"object","required":["start_ms","name"],"properties":{
"start_ms":{"type":"integer"},"name":{"type":"string"}}})"},
      {"Marker", R"({"type":"object","required":["kind","start_ms","end_ms"],"properties":{
"kind":{"type":"string","enum":["intro","recap","credits"]},"start_ms":{"type":"integer"},
"end_ms":{"type":"integer"}}})"},
      {"Season", R"({"type":"object","required":["id","season_number","name","episodes"],
"properties":{"id":{"type":"string"},"season_number":{"type":["integer","null"]},
"name":{"type":"string"},
"episodes":{"type":"array","items":{"$ref":"#/components/schemas/Title"}}}})"},
      {"Edition", R"({"type":"object","required":["id","name","height"],"properties":{
"id":{"type":"string"},"name":{"type":["string","null"],"description":"null: it has no name"},
"height":{"type":["integer","null"]}}})"},
      {"TitleDetail", R"({"allOf":[{"$ref":"#/components/schemas/Title"},{"type":"object",
"required":["message","tagline","original_name","countries","directors","writers","cast","studios",
"tags","premiered","rating","chapters","markers","seasons","editions","extras","images"],
"properties":{"audio":{"type":"array","items":{"$ref":"#/components/schemas/Language"}},
"captions":{"type":"array","items":{"$ref":"#/components/schemas/Language"}},
"height":{"type":["integer","null"],"description":"lines of the best rung"},
"message":{"type":["string","null"],"description":"why it failed"},
"tagline":{"type":["string","null"]},"original_name":{"type":["string","null"]},
"countries":{"type":"array","items":{"type":"string"}},
"directors":{"type":"array","items":{"type":"string"}},
"writers":{"type":"array","items":{"type":"string"}},
"cast":{"type":"array","items":{"type":"object","required":["name","role"],"properties":{
"name":{"type":"string"},"role":{"type":["string","null"]}}}},
"studios":{"type":"array","items":{"type":"string"}},
"tags":{"type":"array","items":{"type":"string"}},
"premiered":{"type":["string","null"],"description":"YYYY-MM-DD"},
"rating":{"type":["number","null"],"description":"0 to 10"},
"chapters":{"type":"array","items":{"$ref":"#/components/schemas/Chapter"}},
"markers":{"type":"array","items":{"$ref":"#/components/schemas/Marker"}},
"seasons":{"type":"array","items":{"$ref":"#/components/schemas/Season"}},
"editions":{"type":"array","items":{"$ref":"#/components/schemas/Edition"}},
"extras":{"type":"array","items":{"$ref":"#/components/schemas/Title"}},
"images":{"type":"object","description":"all pictures by kind","additionalProperties":{
"type":"array","items":{"$ref":"#/components/schemas/Image"}}}}}]})"},
      {"TitlePage", R"({"type":"object","required":["titles","next_cursor"],
"properties":{"titles":{"type":"array","items":{"$ref":"#/components/schemas/Title"}},
"next_cursor":{"type":["string","null"]}}})"},
      // Rows of the home page leave the plot out: it is null there.
      {"HomeTitle", R"({"allOf":[{"$ref":"#/components/schemas/Title"},{"type":"object",
"properties":{"position_ms":{"type":"integer","description":"where watching goes on"}}}]})"},
      {"Home", R"({"type":"object","required":["billboard","rows"],"properties":{
"billboard":{"anyOf":[{"$ref":"#/components/schemas/Title"},{"type":"null"}]},
"rows":{"type":"array","description":"no title stands twice but in continue-watching",
"items":{"type":"object","required":["id","name","titles"],"properties":{
"id":{"type":"string","description":"continue-watching, recently-added or genre-<slug>"},
"name":{"type":"string"},
"titles":{"type":"array","items":{"$ref":"#/components/schemas/HomeTitle"}}}}}}})"},
      {"FoundName", R"({"type":"object","required":["name","titles"],"properties":{
"name":{"type":"string"},
"titles":{"type":"integer","description":"how many this viewer may see"}}})"},
      {"SearchAnswer", R"({"type":"object","required":["titles","people","genres"],"properties":{
"titles":{"type":"array","items":{"$ref":"#/components/schemas/Title"}},
"people":{"type":"array","items":{"$ref":"#/components/schemas/FoundName"}},
"genres":{"type":"array","items":{"$ref":"#/components/schemas/FoundName"}}}})"},
      {"PlayRequest", R"({"type":"object","required":["title_id"],"properties":{
"title_id":{"type":"string","pattern":"^[0-9a-f]{32}$"}}})"},
      {"Play", R"({"type":"object",
"required":["play_id","hls_url","dash_url","captions","duration_ms","resume_ms","expires_at_ms"],
"properties":{"play_id":{"type":"string"},"hls_url":{"type":"string"},
"dash_url":{"type":"string"},"captions":{"type":"array","items":{"type":"object",
"required":["language","kind","url"],"properties":{"language":{"type":"string"},
"kind":{"type":"string","enum":["subtitles","captions"]},"name":{"type":"string"},
"url":{"type":"string"}}}},
"thumbnails_url":{"type":["string","null"],"description":"WebVTT map of the scrubber's pictures"},
"duration_ms":{"type":"integer"},"resume_ms":{"type":"integer"},
"expires_at_ms":{"type":"integer"}}})"},
  };
  return kSchemas;
}

}  // namespace matinee::api
