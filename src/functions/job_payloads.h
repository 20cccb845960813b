#pragma once
// functions/job_payloads: the JSON that travels with each kind of job of a title, both ways.
// Written by the title pipeline (control); read and answered by the media worker.
//
//   kind       payload (besides "title_id" and "source", the absolute path of the film)
//              -> result
//   probe      -> {"probe": media::to_json(Probe)}
//   repackage  {"duration_ms", "idr_ms": [...], "streams": [{"stream", "kind": "video"|"audio",
//              "track_id", "language", "name", "default"}]} -> {"tracks": [track]}
//   encode     {"stream", "chunk": media::to_json(EncodeChunk), "rungs": [media::to_json(Rung)]}
//              -> {"rungs": [track with the segments of this chunk]}
//   audio      {"stream", "track_id", "language", "name", "default", "duration_ms",
//              "idr_ms"} -> {"track": track}
//   captions   {"stream"} or {"sidecar": absolute path}, and {"language", "name", "kind":
//              "subtitles"|"captions", "duration_ms", "idr_ms"} -> {"captions": [caption track]}
//   poster     {"at_ms"} -> {"poster": poster, "blurhash"}
//   artwork    {"images": [{"id", "kind", "path"}]} -> {"images": [{"id", "object", "width",
//              "height", "blurhash", "derivatives": [{"width", "format", "object", "bytes"}]}
//              or {"id", "error"}]}; "source" may be empty
//   thumbnails {"duration_ms"} -> {"thumbnails": thumbnails, and "vtt_bytes", "sheet_bytes": [..]}
//   publish    {"version", "duration_ms", "tracks": [track], "captions": [caption track],
//              "poster": poster or null, "thumbnails": of that job's result, or null}
//              -> {"package": object id, "bytes", "stored_bytes" (of all its objects)}
// Tracks, caption tracks, posters and thumbnails as in media/package.h.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/json.h"
#include "catalog/artwork.h"
#include "catalog/library_scan.h"
#include "media/encode_plan.h"

namespace matinee::functions {

inline constexpr std::string_view kProbeKind = "probe";
inline constexpr std::string_view kRepackageKind = "repackage";
inline constexpr std::string_view kEncodeKind = "encode";
inline constexpr std::string_view kAudioKind = "audio";
inline constexpr std::string_view kCaptionsKind = "captions";
inline constexpr std::string_view kPosterKind = "poster";
inline constexpr std::string_view kArtworkKind = "artwork";
inline constexpr std::string_view kThumbnailsKind = "thumbnails";
inline constexpr std::string_view kPublishKind = "publish";

/// What every payload of a title says.
struct JobSource {
  TitleId title_id;
  std::string path;  // absolute
};

Json probe_payload(const JobSource& source);
/// The video and every audio track that the plan copies.
Json repackage_payload(const JobSource& source, const media::EncodePlan& plan);
Json encode_payload(const JobSource& source, const media::EncodePlan& plan,
                    const media::EncodeChunk& chunk, const std::vector<media::Rung>& rungs);
Json audio_payload(const JobSource& source, const media::EncodePlan& plan,
                   const media::AudioPlan& audio);
Json embedded_captions_payload(const JobSource& source, const media::EncodePlan& plan,
                               const media::CaptionPlan& captions);
Json sidecar_captions_payload(const JobSource& source, const media::EncodePlan& plan,
                              const catalog::Sidecar& sidecar);
Json poster_payload(const JobSource& source, const media::EncodePlan& plan);
Json artwork_payload(const JobSource& source, std::span<const catalog::Artwork> artworks);
Json thumbnails_payload(const JobSource& source, const media::EncodePlan& plan);

/// "English", "Deutsch (forced)"; the tag itself for a language that is not in the short list.
std::string caption_name(const catalog::SidecarName& name);

}  // namespace matinee::functions
