#include "functions/job_payloads.h"

#include <algorithm>
#include <array>
#include <utility>

namespace matinee::functions {
namespace {

constexpr auto kLanguageNames = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"ar", "العربية"},   {"bg", "Български"},  {"ca", "Català"},     {"cs", "Čeština"},
    {"da", "Dansk"},     {"de", "Deutsch"},    {"el", "Ελληνικά"},   {"en", "English"},
    {"es", "Español"},   {"et", "Eesti"},      {"fa", "فارسی"},      {"fi", "Suomi"},
    {"fr", "Français"},  {"he", "עברית"},      {"hi", "हिन्दी"},      {"hr", "Hrvatski"},
    {"hu", "Magyar"},    {"id", "Indonesia"},  {"is", "Íslenska"},   {"it", "Italiano"},
    {"ja", "日本語"},    {"ko", "한국어"},     {"lt", "Lietuvių"},   {"lv", "Latviešu"},
    {"nb", "Bokmål"},    {"nl", "Nederlands"}, {"no", "Norsk"},      {"pl", "Polski"},
    {"pt", "Português"}, {"ro", "Română"},     {"ru", "Русский"},    {"sk", "Slovenčina"},
    {"sv", "Svenska"},   {"tr", "Türkçe"},     {"uk", "Українська"}, {"zh", "中文"},
});

std::string language_name(std::string_view tag) {
  if (tag.empty() || tag == "und") return "Captions";
  const auto dash = tag.find('-');
  const auto* found = std::ranges::find(kLanguageNames, tag.substr(0, dash),
                                        &std::pair<std::string_view, std::string_view>::first);
  if (found == kLanguageNames.end()) return std::string(tag);
  std::string name(found->second);
  if (dash != std::string_view::npos) name.append(" (").append(tag.substr(dash + 1)).append(")");
  return name;
}

Json payload_of(const JobSource& source) {
  return {{"title_id", source.title_id.to_string()}, {"source", source.path}};
}

Json stream_of(const media::AudioPlan& audio) {
  return {{"stream", audio.stream},     {"kind", "audio"},    {"track_id", audio.track_id},
          {"language", audio.language}, {"name", audio.name}, {"default", audio.is_default}};
}

}  // namespace

Json probe_payload(const JobSource& source) { return payload_of(source); }

Json repackage_payload(const JobSource& source, const media::EncodePlan& plan) {
  Json payload = payload_of(source);
  payload["duration_ms"] = plan.duration_ms;
  payload["idr_ms"] = plan.idr_ms;
  Json streams = Json::array();
  streams.push_back({{"stream", plan.video_stream},
                     {"kind", "video"},
                     {"track_id", plan.repackaged.track_id},
                     {"language", ""},
                     {"name", ""},
                     {"default", true}});
  for (const auto& audio : plan.audio) {
    if (audio.repackage) streams.push_back(stream_of(audio));
  }
  payload["streams"] = std::move(streams);
  return payload;
}

Json encode_payload(const JobSource& source, const media::EncodePlan& plan,
                    const media::EncodeChunk& chunk, const std::vector<media::Rung>& rungs) {
  Json payload = payload_of(source);
  payload["stream"] = plan.video_stream;
  payload["chunk"] = media::to_json(chunk);
  Json list = Json::array();
  for (const auto& rung : rungs) list.push_back(media::to_json(rung));
  payload["rungs"] = std::move(list);
  return payload;
}

Json audio_payload(const JobSource& source, const media::EncodePlan& plan,
                   const media::AudioPlan& audio) {
  Json payload = payload_of(source);
  payload.update(stream_of(audio));
  payload.erase("kind");
  payload["duration_ms"] = plan.duration_ms;
  payload["idr_ms"] = plan.idr_ms;  // sound is cut where the pictures are
  payload["idr_ms"] = plan.idr_ms;
  return payload;
}

Json embedded_captions_payload(const JobSource& source, const media::EncodePlan& plan,
                               const media::CaptionPlan& captions) {
  Json payload = payload_of(source);
  payload["stream"] = captions.stream;
  payload["language"] = captions.language.empty() ? "und" : captions.language;
  payload["name"] = language_name(captions.language);
  payload["kind"] = "subtitles";
  payload["duration_ms"] = plan.duration_ms;
  payload["idr_ms"] = plan.idr_ms;
  return payload;
}

Json sidecar_captions_payload(const JobSource& source, const media::EncodePlan& plan,
                              const catalog::Sidecar& sidecar) {
  Json payload = payload_of(source);
  payload["sidecar"] = sidecar.path;
  payload["language"] = sidecar.name.language;
  payload["name"] = caption_name(sidecar.name);
  payload["kind"] = sidecar.name.hearing_impaired ? "captions" : "subtitles";
  payload["duration_ms"] = plan.duration_ms;
  payload["idr_ms"] = plan.idr_ms;
  return payload;
}

Json poster_payload(const JobSource& source, const media::EncodePlan& plan) {
  Json payload = payload_of(source);
  payload["at_ms"] = plan.poster_at_ms;
  return payload;
}

Json artwork_payload(const JobSource& source, std::span<const catalog::Artwork> artworks) {
  Json payload = payload_of(source);
  payload["images"] = Json::array();
  for (const auto& artwork : artworks) {
    payload["images"].push_back({{"id", artwork.id.to_string()},
                                 {"kind", name_of(artwork.kind)},
                                 {"path", artwork.source_path}});
  }
  return payload;
}

Json thumbnails_payload(const JobSource& source, const media::EncodePlan& plan) {
  Json payload = payload_of(source);
  payload["duration_ms"] = plan.duration_ms;
  return payload;
}

std::string caption_name(const catalog::SidecarName& name) {
  std::string text = language_name(name.language);
  if (name.forced) text += " (forced)";
  if (name.hearing_impaired) text += " (with sounds)";
  return text;
}

}  // namespace matinee::functions
