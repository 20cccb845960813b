#pragma once
// catalog/title_kind: the kinds of titles, as they are named in the API, in SQL and on pages.

#include <optional>
#include <string_view>

namespace matinee::catalog {

/// season belongs to a show, episode to a season, extra to a film or a show, edition to a film (the
/// film's own row is its default edition). film and show stand by themselves.
enum class TitleKind { film, show, season, episode, extra, edition };

constexpr std::string_view name_of(TitleKind kind) {
  switch (kind) {
    case TitleKind::film:
      return "film";
    case TitleKind::show:
      return "show";
    case TitleKind::season:
      return "season";
    case TitleKind::episode:
      return "episode";
    case TitleKind::extra:
      return "extra";
    case TitleKind::edition:
      return "edition";
  }
  return "film";
}

constexpr std::optional<TitleKind> title_kind_of(std::string_view name) {
  for (const auto kind : {TitleKind::film, TitleKind::show, TitleKind::season, TitleKind::episode,
                          TitleKind::extra, TitleKind::edition}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

/// True for kinds that have a file and can be played: film, episode, extra, edition.
constexpr bool has_source(TitleKind kind) {
  return kind != TitleKind::show && kind != TitleKind::season;
}

}  // namespace matinee::catalog
