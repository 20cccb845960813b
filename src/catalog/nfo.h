#pragma once
// catalog/nfo: what an .nfo file of Kodi, Jellyfin or Plex tools says. Read by library_scan.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/title_facts.h"

namespace matinee::catalog {

inline constexpr std::size_t kNfoBytesMax = 1024 * 1024;
inline constexpr std::size_t kNfoTitlesMax = 100;  // <episodedetails> in one file

enum class NfoKind { film, show, season, episode };

/// One title as an .nfo file describes it. What somebody watched and where they stopped is not
/// taken over.
struct NfoTitle {
  NfoKind kind = NfoKind::film;
  std::string name;
  std::optional<int> year;
  std::string edition_name;
  TitleFacts facts;  // has been through limit_facts
};

struct Nfo {
  /// One, or each <episodedetails> of a file with several episodes; empty when the file holds
  /// nothing but an address.
  std::vector<NfoTitle> titles;
  /// Ids from addresses of imdb.com, themoviedb.org or thetvdb.com, alone or behind the XML.
  std::string imdb_id;
  std::string tmdb_id;
  std::string tvdb_id;
  /// <namedseason number="1"> of a show.
  std::map<int, std::string> season_names;
};

/// Takes any encoding: what is no UTF-8 and does not say what it is is read as Windows-1252. Reads
/// no other file, opens no address and expands no entity but the five of XML.
/// Errors: limited beyond kNfoBytesMax; invalid when it is neither XML with a title nor an address.
Result<Nfo> parse_nfo(std::string_view bytes);

/// As UTF-8: by its mark, by what it declares, or by what it can be.
std::string nfo_text(std::string_view bytes);

}  // namespace matinee::catalog
