// Goal: names of any bytes are read without straying, and what they say is fit to show.
#include <cstdlib>
#include <string_view>

#include "catalog/layout_names.h"
#include "catalog/plain_text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace matinee::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto stem = stem_of_name(text);
  for (const auto& episode : {parse_episode_name(stem), parse_numbered_name(stem, 1)}) {
    if (!episode) continue;
    if (episode->last < episode->first || episode->season < 0 || !is_utf8(episode->show) ||
        !is_utf8(episode->name)) {
      std::abort();
    }
  }
  const auto half = text.substr(0, size / 2);
  const auto edition = edition_of_name(stem, half);
  if (edition.size() > 100 || !is_utf8(edition)) std::abort();
  (void)season_of_folder(text);
  (void)extras_of_folder(text);
  (void)parse_extra_name(stem);
  (void)ids_of_name(text);
  (void)part_of_name(stem);
  (void)parse_artwork_name(stem, true);
  (void)parse_season_artwork(stem);
  return 0;
}
