// TitleJobs: what jobs brought: taken into their titles, and put together for publishing.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "functions/embedded_facts.h"
#include "functions/job_payloads.h"
#include "functions/stored_bytes.h"
#include "functions/title_jobs.h"
#include "media/package.h"
#include "media/probe.h"
#include "media/track_index.h"

namespace matinee::functions {
namespace {

constexpr std::int64_t kNotedAtOnce = 50'000;
constexpr std::size_t kTitlesPerTransaction = 100;

// A result that does not say what it must is the worker's fault and no reason to stop the queue:
// the title fails with it. Results come from our own media role.
Result<Json> member_of(const Result<std::string>& text, std::string_view step,
                       std::string_view name) {
  if (!text) return std::unexpected(text.error());
  auto json = parse_json(*text);
  if (!json || !json->is_object() || !json->contains(name)) {
    return fail(ErrorCode::corrupt,
                "the result of " + std::string(step) + " has no " + std::string(name));
  }
  return std::move((*json)[name]);
}

Result<std::vector<media::Track>> tracks_of(const Json& list) {
  if (!list.is_array()) return fail(ErrorCode::corrupt, "a list of tracks is none");
  std::vector<media::Track> tracks;
  for (const auto& item : list) {
    auto track = media::parse_track(item);
    if (!track) return std::unexpected(track.error());
    tracks.push_back(std::move(*track));
  }
  return tracks;
}

}  // namespace

Result<void> TitleJobs::take_in_poster(store::SqlRunner& sql, catalog::Title& title,
                                       const FinishedJob& job) {
  const auto json = parse_json(job.result);
  if (!json || !json->is_object() || !json->contains("poster")) return {};
  const auto poster = media::parse_poster((*json)["poster"]);
  if (!poster) return {};
  title.poster_object = poster->object;
  const auto blurhash = json->find("blurhash");
  const auto still = artworks_.set_still(
      sql, title.id,
      {.width = static_cast<int>(poster->width),
       .height = static_cast<int>(poster->height),
       .blurhash = blurhash != json->end() && blurhash->is_string() ? blurhash->get<std::string>()
                                                                    : std::string(),
       .object_id = poster->object});
  if (!still) return std::unexpected(still.error());
  return {};
}

// Pictures that the answer does not speak of stay unmade; nothing is worth failing for.
Result<void> TitleJobs::take_in_artwork(store::SqlRunner& sql, const FinishedJob& job) {
  const auto json = parse_json(job.result);
  if (!json || !json->is_object()) return {};
  for (const auto& image : json->value("images", Json::array())) {
    const auto id_text = text_member(image, "id");
    const auto id = id_text ? ArtworkId::parse(*id_text) : std::unexpected(id_text.error());
    if (!id) continue;
    Result<void> taken;
    if (const auto error = text_member(image, "error")) {
      taken = artworks_.broken(sql, *id, *error);
    } else {
      const auto object = text_member(image, "object");
      const auto width = integer_member(image, "width");
      const auto height = integer_member(image, "height");
      if (!object || !media::is_object_id(*object) || !width || !height) continue;
      taken = artworks_.measured(sql, *id,
                                 {.width = static_cast<int>(*width),
                                  .height = static_cast<int>(*height),
                                  .blurhash = text_member(image, "blurhash").value_or(""),
                                  .object_id = *object});
    }
    if (!taken) return taken;
    for (const auto& made : image.value("derivatives", Json::array())) {
      const auto width = integer_member(made, "width");
      const auto format = text_member(made, "format");
      const auto object = text_member(made, "object");
      const auto bytes = integer_member(made, "bytes");
      if (!width || !format || !object || !media::is_object_id(*object) || !bytes) continue;
      taken =
          artworks_.keep_derivative(sql, *id, {static_cast<int>(*width), *format, *object, *bytes});
      if (!taken) return taken;
    }
  }
  return {};
}

// What a job brings beside its result in the queue.
Result<void> TitleJobs::take_in(store::SqlRunner& sql, catalog::Title& title,
                                const FinishedJob& job) {
  if (job.kind == kPosterKind) return take_in_poster(sql, title, job);
  if (job.kind == kArtworkKind) return take_in_artwork(sql, job);
  if (job.kind == kProbeKind) return take_in_probe(sql, title.id, job.result);
  if (job.kind != kPublishKind) return {};
  const auto package = member_of(job.result, job.key, "package");
  if (!package || !package->is_string() ||
      !media::is_object_id(package->get_ref<const std::string&>())) {
    return {};  // the decision makes a failure of it
  }
  const auto payload_text = queue_.payload_of(sql, job.key);
  const auto version = member_of(payload_text, job.key, "version");
  const auto parts = member_of(payload_text, job.key, "parts");
  if (!version || !parts) return {};
  if (version->get<int>() <= title.package_version) return {};
  if (const auto payload = parse_json(*payload_text)) {
    if (auto noted = note_stored(sql, title.id, *payload); !noted) return noted;
  }
  title.package_version = version->get<int>();
  title.package_id = package->get<std::string>();
  title.published_parts = parts->get<std::string>();
  log::info("published", {{"title_id", title.id.to_string()},
                          {"version", title.package_version},
                          {"parts", title.published_parts}});
  const auto stored = member_of(job.result, job.key, "stored_bytes");
  if (!stored || !stored->is_number_integer()) return {};
  return note_making(sql, title.id, "stored_bytes", stored->get<std::int64_t>());
}

Result<void> TitleJobs::take_in_probe(store::SqlRunner& sql, const TitleId& id,
                                      const Result<std::string>& result) {
  const auto json = member_of(result, "probe", "probe");
  const auto probe = json ? media::parse_probe(*json) : std::unexpected(json.error());
  if (!probe) return {};  // the decision makes a failure of it
  return titles_.set_file_facts(sql, id, embedded_facts(*probe));
}

Result<media::Probe> TitleJobs::probe_of(store::SqlRunner& sql, const TitleId& id) {
  const auto json = member_of(queue_.result_of(sql, key_of(id, "probe")), "probe", "probe");
  if (!json) return std::unexpected(json.error());
  return media::parse_probe(*json);
}

// Of titles that were probed before these were kept by themselves.
Result<void> TitleJobs::note_file_facts() {
  const auto rows = database_.query(
      "SELECT id FROM titles WHERE EXISTS (SELECT 1 FROM jobs WHERE job_key = titles.id || "
      "'/probe' AND state = 'done') AND NOT EXISTS (SELECT 1 FROM file_facts WHERE title_id = "
      "titles.id) ORDER BY added_ms DESC LIMIT ?",
      {kNotedAtOnce});
  if (!rows) return std::unexpected(rows.error());
  for (std::size_t from = 0; from < rows->size(); from += kTitlesPerTransaction) {
    const auto some =
        std::span(*rows).subspan(from, std::min(kTitlesPerTransaction, rows->size() - from));
    auto noted = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
      for (const auto& row : some) {
        const auto id = TitleId::parse(row.text(0));
        if (!id) return fail(ErrorCode::corrupt, "reading titles: an id is damaged");
        auto taken = take_in_probe(sql, *id, queue_.result_of(sql, key_of(*id, "probe")));
        if (!taken) return taken;
      }
      return {};
    });
    if (!noted) return noted;
  }
  return {};
}

Result<Json> TitleJobs::publish_payload(store::SqlRunner& sql, const catalog::Title& title,
                                        const NextStep& step, const PublishPlan& publish) {
  const auto result = [&](const std::string& name, std::string_view member) {
    return member_of(queue_.result_of(sql, key_of(title.id, name)), name, member);
  };
  std::vector<media::Track> tracks;
  if (publish.repackaged) {
    const auto json = result("repackage", "tracks");
    if (!json) return std::unexpected(json.error());
    auto made = tracks_of(*json);
    if (!made) return fail(made.error(), "repackage");
    std::ranges::move(*made, std::back_inserter(tracks));
  }
  for (const auto& pass : publish.video_passes) {
    std::map<std::string, std::vector<media::Track>> chunks;  // by track
    for (const auto& name : pass) {
      const auto json = result(name, "rungs");
      if (!json) return std::unexpected(json.error());
      auto made = tracks_of(*json);
      if (!made) return fail(made.error(), name);
      for (auto& track : *made) chunks[track.track_id].push_back(std::move(track));
    }
    for (const auto& [track_id, list] : chunks) {
      if (list.size() != pass.size()) {
        return fail(ErrorCode::corrupt, "track " + track_id + " lacks a chunk");
      }
      auto joined = media::join_chunks(list);
      if (!joined) return fail(joined.error(), "joining the chunks of " + track_id);
      tracks.push_back(std::move(*joined));
    }
  }
  for (const auto& name : publish.audio) {
    const auto json = result(name, "track");
    if (!json) return std::unexpected(json.error());
    auto track = media::parse_track(*json);
    if (!track) return fail(track.error(), name);
    tracks.push_back(std::move(*track));
  }
  // Video from the lowest to the highest, then audio as it came.
  std::ranges::stable_sort(tracks, {}, [](const media::Track& track) {
    return std::pair(!track.is_video(), track.is_video() ? track.height : 0);
  });
  Json payload = step.payload;
  payload["tracks"] = Json::array();
  for (const auto& track : tracks) payload["tracks"].push_back(media::to_json(track));
  payload["captions"] = Json::array();
  for (const auto& name : publish.captions) {
    const auto json = result(name, "captions");
    if (!json) return std::unexpected(json.error());
    if (!json->is_array()) return fail(ErrorCode::corrupt, name + " brought no list of captions");
    for (const auto& item : *json) payload["captions"].push_back(item);
  }
  payload["poster"] = nullptr;
  if (publish.poster) {
    const auto json = result("poster", "poster");
    if (!json) return std::unexpected(json.error());
    payload["poster"] = *json;
  }
  payload["thumbnails"] = nullptr;
  if (publish.thumbnails) {
    const auto json = result("thumbnails", "thumbnails");
    if (!json) return std::unexpected(json.error());
    payload["thumbnails"] = *json;
  }
  return payload;
}

}  // namespace matinee::functions
