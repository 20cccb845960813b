#pragma once
// edge/media_path: paths under /m/, taken apart without showing their token to anyone.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_id.h"

namespace matinee::edge {

/// A path under /m/. Views into the path.
struct MediaPath {
  std::string_view token;
  std::string_view name;  // after the token: "<object id>.mp4", "main.mpd"; holds no '/'
};

/// Nothing for a path that does not start with "/m/" and has both parts.
std::optional<MediaPath> media_path_of(std::string_view path);

/// The object that a name stands for: 64 hex digits, a dot and a short extension, which says
/// nothing. Errors: not_found.
Result<store::ObjectId> object_of_name(std::string_view name);

/// A path as logs may show it: the token is a secret of its viewer. Other paths are as they are.
std::string loggable_path(std::string_view path);

}  // namespace matinee::edge
