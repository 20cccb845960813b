#pragma once
// media/hls: playlists of HTTP Live Streaming over a package's objects, all URIs relative.
// Media playlists are stored as objects by the publish job; control renders the multivariant one.
// Source: RFC 8216; draft-pantos-hls-rfc8216bis (stable ids, pathways, content steering).

#include <cstdint>
#include <string>
#include <vector>

#include "media/package.h"

namespace matinee::media {

/// One place from which all objects of a package can be had; base_uri is absolute, ends with "/"
/// and includes the path token ("http://127.0.0.2:8080/m/<token>/").
struct Pathway {
  std::string id;  // letters, digits, . _ and -
  std::string base_uri;
};

/// For the documents that are rendered per play. No pathways: all URIs relative. Otherwise every
/// variant and rendition is written out once per pathway, best pathway first.
struct ManifestOptions {
  std::vector<Pathway> pathways;
  std::string steering_uri;  // content steering server; empty = none; needs pathways
};

/// The media playlist of a track (which needs segments, objects and init; not `playlist`).
std::string hls_media_playlist(const Track& track);

/// The media playlist of segmented WebVTT: object ids and durations, one each.
std::string hls_caption_playlist(const std::vector<std::string>& segment_objects,
                                 const std::vector<std::int64_t>& durations_ms);

/// The multivariant playlist of a package whose tracks and captions all have their `playlist`.
/// One variant per video track and audio codec (or per audio track where there is no video).
std::string hls_multivariant(const Package& package, const ManifestOptions& options = {});

}  // namespace matinee::media
