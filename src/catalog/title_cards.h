#pragma once
// catalog/title_cards: titles with what pages show beside them: facts, the show of an episode, what
// belongs to a title. Read by the API.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/artwork.h"
#include "catalog/titles.h"
#include "catalog/visibility.h"
#include "store/database.h"

namespace matinee::catalog {

/// What to show of a title in each place: its own pictures, or else those of what it belongs to.
struct CardImages {
  std::optional<Artwork> poster{};
  std::optional<Artwork> backdrop{};
  std::optional<Artwork> landscape{};
  std::optional<Artwork> logo{};
};

/// A title as lists show it.
struct TitleCard {
  Title title;
  TitleFacts facts{};
  /// The show that a season, an episode or a show's extra belongs to; nil and empty for others.
  TitleId show_id{};
  std::string show_name{};
  /// Its own certificate, or else that of what it belongs to.
  std::string certificate{};
  CardImages images{};
  std::vector<Artwork> artworks{};  // its own, all of them
};

/// The cards of these titles, in their order; any number, in a handful of statements.
Result<std::vector<TitleCard>> cards_of(store::SqlRunner& sql, Titles& titles,
                                        std::vector<Title> listed);

struct SeasonCards {
  TitleCard season;
  std::vector<TitleCard> episodes;  // by number
};

/// A title as its own page shows it.
struct TitleTree {
  TitleCard card;
  std::vector<SeasonCards> seasons;  // of a show; specials last
  /// The cuts and versions of a film, its own row first; empty when there is only one.
  std::vector<TitleCard> editions;
  std::vector<TitleCard> extras;
};

/// Errors: not_found when the viewer may not see it.
Result<TitleTree> tree_of(store::SqlRunner& sql, Titles& titles, const TitleId& id,
                          const Visibility& visibility);

}  // namespace matinee::catalog
