#pragma once
// demo/contact_sheet: everything that the demo draws, on one picture, for people to look at.

#include "demo/catalogue/catalogue.h"

namespace matinee::demo {

/// A row for each film: three posters, the backdrop, four frames (its title, two of the film, its
/// credits). `scale` 1 gives posters of 160x240.
Picture contact_sheet(const Catalogue& catalogue, int scale = 1);

}  // namespace matinee::demo
