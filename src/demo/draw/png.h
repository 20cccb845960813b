#pragma once
// demo/draw/png: pictures as files: artwork for the library, sheets for people who look at them.

#include <string>

#include "demo/draw/picture.h"

namespace matinee::demo {

/// Eight bits RGB, each row as the difference to the one above it or to its left, whichever the
/// cheap guess says; deflated at zlib's `level`: 0 = stored, at once; 1 = fast.
/// Same picture, same bytes.
std::string to_png(const Picture& picture, int level = 1);

}  // namespace matinee::demo
