#pragma once
// catalog/edl: the parts of a film that an edit decision list beside it marks. Read by the scan.

#include <string_view>
#include <vector>

#include "catalog/title_facts.h"

namespace matinee::catalog {

inline constexpr std::size_t kEdlBytesMax = 64 * 1024;

/// Each line is "from to action", in seconds or h:mm:ss: action 4 is the intro (0 to 3 are cuts,
/// mutes, scenes and advertisements, which nobody skips here), 5 the credits. Other lines are left
/// out; at most kMarkersMax markers.
std::vector<Marker> parse_edl(std::string_view text);

}  // namespace matinee::catalog
