#pragma once
// media/dash: the MPD of a package: SegmentList with byte ranges, all URIs relative.
// Rendered by control per play. SegmentBase is not used, as players then never leave a dead edge,
// nor startNumber, with which FFmpeg's reader skips the first segment. Source: ISO/IEC 23009-1
// section 5.3 (MPD), 5.3.9.3 (SegmentList), 5.3.9.6 (SegmentTimeline).

#include <string>

#include "media/hls.h"
#include "media/package.h"

namespace matinee::media {

/// A static MPD with one period. Video tracks form one AdaptationSet; each audio track has its own
/// (they differ in language or in what is heard), and so have captions (whole WebVTT). Pathways
/// become BaseURLs with a serviceLocation.
std::string dash_mpd(const Package& package, const ManifestOptions& options = {});

}  // namespace matinee::media
