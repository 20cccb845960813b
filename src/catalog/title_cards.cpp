#include "catalog/title_cards.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <unordered_map>
#include <utility>

namespace matinee::catalog {
namespace {

constexpr int kLevelsMax = 3;  // show, season, episode

using TitlesById = std::unordered_map<TitleId, Title>;

// All titles that these belong to, up to the top.
Result<TitlesById> ancestors_of(store::SqlRunner& sql, Titles& titles,
                                std::span<const Title> listed) {
  TitlesById found;
  for (const auto& title : listed) found.emplace(title.id, title);
  std::vector<TitleId> wanted;
  for (int level = 0; level < kLevelsMax; ++level) {
    wanted.clear();
    for (const auto& [id, title] : found) {
      if (!title.parent_id.is_nil() && !found.contains(title.parent_id)) {
        wanted.push_back(title.parent_id);
      }
    }
    if (wanted.empty()) break;
    std::ranges::sort(wanted);
    wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
    // Who may see an episode may read the name of its show.
    auto parents = titles.find_all(sql, wanted);
    if (!parents) return std::unexpected(parents.error());
    for (auto& parent : *parents) {
      const TitleId id = parent.id;
      found.emplace(id, std::move(parent));
    }
  }
  return found;
}

const Title* parent_of(const TitlesById& known, const Title& title) {
  const auto parent = known.find(title.parent_id);
  return parent == known.end() ? nullptr : &parent->second;
}

void add_show(TitleCard& card, const TitlesById& known) {
  const Title* above = parent_of(known, card.title);
  for (int level = 0; above != nullptr && level < kLevelsMax; ++level) {
    if (above->kind == TitleKind::show) {
      card.show_id = above->id;
      card.show_name = above->name;
      return;
    }
    above = parent_of(known, *above);
  }
}

std::string certificate_of(const Title& title, const TitlesById& known, const FactsById& facts) {
  const Title* at = &title;
  for (int level = 0; at != nullptr && level < kLevelsMax; ++level) {
    const auto own = facts.find(at->id);
    if (own != facts.end() && !own->second.certificate.empty()) return own->second.certificate;
    at = parent_of(known, *at);
  }
  return {};
}

// The nearest picture for each place, from the title upwards.
CardImages images_of(const Title& title, const TitlesById& known, const ArtworksByTitle& artworks) {
  CardImages images;
  const auto fill = [](std::optional<Artwork>& place, const Artwork* found) {
    if (!place && found != nullptr) place = *found;
  };
  const Title* at = &title;
  for (int level = 0; at != nullptr && level < kLevelsMax; ++level) {
    if (const auto own = artworks.find(at->id); own != artworks.end()) {
      const auto shown = shown_artwork(own->second);
      fill(images.poster, shown.poster);
      fill(images.backdrop, shown.backdrop);
      fill(images.landscape, shown.landscape);
      fill(images.logo, shown.logo);
    }
    at = parent_of(known, *at);
  }
  return images;
}

}  // namespace

Result<std::vector<TitleCard>> cards_of(store::SqlRunner& sql, Titles& titles,
                                        std::vector<Title> listed) {
  const auto known = ancestors_of(sql, titles, listed);
  if (!known) return std::unexpected(known.error());
  std::vector<TitleId> ids;
  ids.reserve(known->size());
  for (const auto& [id, title] : *known) ids.push_back(id);
  const auto facts = titles.facts_of(sql, ids);
  if (!facts) return std::unexpected(facts.error());
  const auto artworks = Artworks::of(sql, ids);
  if (!artworks) return std::unexpected(artworks.error());
  std::vector<TitleCard> cards;
  cards.reserve(listed.size());
  for (auto& title : listed) {
    TitleCard card;
    card.title = std::move(title);
    if (const auto own = facts->find(card.title.id); own != facts->end()) card.facts = own->second;
    card.certificate = certificate_of(card.title, *known, *facts);
    card.images = images_of(card.title, *known, *artworks);
    if (const auto own = artworks->find(card.title.id); own != artworks->end()) {
      card.artworks = own->second;
    }
    add_show(card, *known);
    cards.push_back(std::move(card));
  }
  return cards;
}

namespace {

// The cards of what belongs to `id`, by kind.
Result<std::vector<TitleCard>> child_cards(store::SqlRunner& sql, Titles& titles, const TitleId& id,
                                           const Visibility& visibility) {
  auto children = titles.children(sql, id, visibility);
  if (!children) return std::unexpected(children.error());
  return cards_of(sql, titles, std::move(*children));
}

Result<void> add_children(store::SqlRunner& sql, Titles& titles, TitleTree& tree,
                          const Visibility& visibility) {
  auto children = child_cards(sql, titles, tree.card.title.id, visibility);
  if (!children) return std::unexpected(children.error());
  for (auto& child : *children) {
    switch (child.title.kind) {
      case TitleKind::extra:
        tree.extras.push_back(std::move(child));
        break;
      case TitleKind::edition:
        tree.editions.push_back(std::move(child));
        break;
      case TitleKind::season:
        tree.seasons.push_back({std::move(child), {}});
        break;
      case TitleKind::film:
      case TitleKind::show:
      case TitleKind::episode:
        break;
    }
  }
  for (auto& season : tree.seasons) {
    auto episodes = child_cards(sql, titles, season.season.title.id, visibility);
    if (!episodes) return std::unexpected(episodes.error());
    season.episodes = std::move(*episodes);
  }
  return {};
}

}  // namespace

Result<TitleTree> tree_of(store::SqlRunner& sql, Titles& titles, const TitleId& id,
                          const Visibility& visibility) {
  auto title = titles.find(sql, id, visibility);
  if (!title) return std::unexpected(title.error());
  std::vector<Title> listed{*title};
  // An edition's page offers the other editions of its film.
  const bool is_edition = title->kind == TitleKind::edition;
  if (is_edition) {
    if (auto film = titles.find(sql, title->parent_id, visibility)) listed.push_back(*film);
  }
  auto cards = cards_of(sql, titles, std::move(listed));
  if (!cards) return std::unexpected(cards.error());
  TitleTree tree;
  tree.card = std::move(cards->back());
  if (tree.card.title.kind == TitleKind::film || tree.card.title.kind == TitleKind::show) {
    if (auto added = add_children(sql, titles, tree, visibility); !added) {
      return std::unexpected(added.error());
    }
  }
  if (!tree.editions.empty()) tree.editions.insert(tree.editions.begin(), tree.card);
  if (is_edition) tree.card = std::move(cards->front());
  return tree;
}

}  // namespace matinee::catalog
