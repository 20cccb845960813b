#include "catalog/artwork.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/title_rows.h"

namespace matinee::catalog {
namespace {

constexpr std::size_t kTitlesPerQuery = 500;  // below store::kSqlParametersMax
constexpr std::size_t kTitlesMax = 10'000;
constexpr std::size_t kErrorBytesMax = 500;

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE artwork (
  id TEXT PRIMARY KEY,
  title_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  position BIGINT NOT NULL,
  source_path TEXT NOT NULL,
  source_bytes BIGINT NOT NULL,
  source_modified_ms BIGINT NOT NULL,
  object_id TEXT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  blurhash TEXT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX artwork_by_title ON artwork (title_id, kind, position);
CREATE TABLE image_derivatives (
  artwork_id TEXT NOT NULL,
  width BIGINT NOT NULL,
  format TEXT NOT NULL,
  object_id TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (artwork_id, width, format)
);
)sql"}};

constexpr std::string_view kColumns =
    "id, title_id, kind, position, source_path, source_bytes, source_modified_ms, object_id, "
    "width, height, blurhash, error";

constexpr std::array kKinds{ArtworkKind::poster, ArtworkKind::backdrop, ArtworkKind::landscape,
                            ArtworkKind::logo, ArtworkKind::still};

std::string select_artwork(std::string_view rest) {
  return std::string("SELECT ").append(kColumns).append(" FROM artwork ").append(rest);
}

Result<Artwork> artwork_of(const store::Row& row) {
  const auto id = ArtworkId::parse(row.text(0));
  const auto title_id = TitleId::parse(row.text(1));
  const auto kind = artwork_kind_of(row.text(2));
  if (!id || !title_id || !kind) {
    return fail(ErrorCode::corrupt, "reading artwork: a row is damaged");
  }
  return Artwork{.id = *id,
                 .title_id = *title_id,
                 .kind = *kind,
                 .position = static_cast<int>(row.integer(3)),
                 .source_path = row.text(4),
                 .source_bytes = row.integer(5),
                 .source_modified_ms = row.integer(6),
                 .object_id = row.text(7),
                 .width = static_cast<int>(row.integer(8)),
                 .height = static_cast<int>(row.integer(9)),
                 .blurhash = row.text(10),
                 .error = row.text(11)};
}

// Pages keep what they made of a title until its version changes.
Result<void> note_change(store::SqlRunner& sql, const TitleId& title) {
  const auto written = sql.execute(
      std::string("UPDATE titles SET changed_seq = ").append(kNextChange).append(" WHERE id = ?"),
      {title.to_string()});
  if (!written) return std::unexpected(written.error());
  return {};
}

// The same for the title of a picture; fine when that has gone.
Result<void> note_change_of(store::SqlRunner& sql, const ArtworkId& id) {
  const auto written =
      sql.execute(std::string("UPDATE titles SET changed_seq = ")
                      .append(kNextChange)
                      .append(" WHERE id IN (SELECT title_id FROM artwork WHERE id = ?)"),
                  {id.to_string()});
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<void> done(const Result<std::int64_t>& written) {
  if (!written) return std::unexpected(written.error());
  return {};
}

bool is_same_file(const Artwork& known, const FoundArtwork& found) {
  return known.kind == found.kind && known.source_path == found.path &&
         known.source_bytes == found.bytes && known.source_modified_ms == found.modified_ms;
}

}  // namespace

std::string_view name_of(ArtworkKind kind) {
  switch (kind) {
    case ArtworkKind::poster:
      return "poster";
    case ArtworkKind::backdrop:
      return "backdrop";
    case ArtworkKind::landscape:
      return "landscape";
    case ArtworkKind::logo:
      return "logo";
    case ArtworkKind::still:
      return "still";
  }
  return "still";
}

std::optional<ArtworkKind> artwork_kind_of(std::string_view name) {
  for (const auto kind : kKinds) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

PictureSize usual_size(ArtworkKind kind) {
  switch (kind) {
    case ArtworkKind::poster:
      return {1000, 1500};
    case ArtworkKind::logo:
      return {800, 310};
    case ArtworkKind::backdrop:
    case ArtworkKind::landscape:
    case ArtworkKind::still:
      return {1920, 1080};
  }
  return {1920, 1080};
}

ShownArtwork shown_artwork(std::span<const Artwork> artworks) {
  const auto first = [&](ArtworkKind kind) -> const Artwork* {
    const Artwork* best = nullptr;
    for (const auto& artwork : artworks) {
      if (artwork.kind != kind || !artwork.usable()) continue;
      if (best == nullptr || artwork.position < best->position) best = &artwork;
    }
    return best;
  };
  const auto first_of = [&](std::initializer_list<ArtworkKind> kinds) -> const Artwork* {
    for (const auto kind : kinds) {
      if (const auto* found = first(kind)) return found;
    }
    return nullptr;
  };
  using enum ArtworkKind;
  return {.poster = first(poster),
          .backdrop = first_of({backdrop, landscape, still}),
          .landscape = first_of({landscape, still, backdrop}),
          .logo = first(logo)};
}

Result<void> Artworks::migrate(store::Database& database) {
  return database.migrate("artwork", kMigrations);
}

Result<ArtworkId> Artworks::insert(store::SqlRunner& sql, const Artwork& artwork) {
  const auto id = ArtworkId::generate(clock_, random_);
  const auto written = sql.execute(
      std::string("INSERT INTO artwork (")
          .append(kColumns)
          .append(") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      {id.to_string(), artwork.title_id.to_string(), name_of(artwork.kind), artwork.position,
       artwork.source_path, artwork.source_bytes, artwork.source_modified_ms, artwork.object_id,
       artwork.width, artwork.height, artwork.blurhash, artwork.error});
  if (!written) return std::unexpected(written.error());
  return id;
}

Result<void> Artworks::remove(store::SqlRunner& sql, const ArtworkId& id) {
  const auto made =
      sql.execute("DELETE FROM image_derivatives WHERE artwork_id = ?", {id.to_string()});
  if (!made) return std::unexpected(made.error());
  return done(sql.execute("DELETE FROM artwork WHERE id = ?", {id.to_string()}));
}

Result<bool> Artworks::replace(store::SqlRunner& sql, const TitleId& title,
                               std::span<const FoundArtwork> found) {
  const auto by_title = of(sql, std::span(&title, 1));
  if (!by_title) return std::unexpected(by_title.error());
  std::vector<Artwork> known;
  if (const auto list = by_title->find(title); list != by_title->end()) known = list->second;
  std::erase_if(known, [](const Artwork& artwork) { return artwork.source_path.empty(); });

  bool changed = false;
  std::map<ArtworkKind, int> next_position;
  for (const auto& file : found.first(std::min(found.size(), kArtworksPerTitleMax))) {
    const int position = next_position[file.kind]++;
    const auto same = std::ranges::find_if(
        known, [&](const Artwork& artwork) { return is_same_file(artwork, file); });
    if (same == known.end()) {
      changed = true;
      const auto inserted = insert(sql, {.title_id = title,
                                         .kind = file.kind,
                                         .position = position,
                                         .source_path = file.path,
                                         .source_bytes = file.bytes,
                                         .source_modified_ms = file.modified_ms});
      if (!inserted) return std::unexpected(inserted.error());
      continue;
    }
    if (same->position != position) {
      changed = true;
      const auto moved = sql.execute("UPDATE artwork SET position = ? WHERE id = ?",
                                     {position, same->id.to_string()});
      if (!moved) return std::unexpected(moved.error());
    }
    known.erase(same);
  }
  for (const auto& gone : known) {
    changed = true;
    if (auto removed = remove(sql, gone.id); !removed) return std::unexpected(removed.error());
  }
  if (changed) {
    if (auto noted = note_change(sql, title); !noted) return std::unexpected(noted.error());
  }
  return changed;
}

Result<ArtworksByTitle> Artworks::of(store::SqlRunner& sql, std::span<const TitleId> titles) {
  if (titles.size() > kTitlesMax) {
    return fail(ErrorCode::limited, "reading artwork: of at most 10000 titles at once");
  }
  ArtworksByTitle by_title;
  while (!titles.empty()) {
    const auto some = titles.first(std::min(titles.size(), kTitlesPerQuery));
    titles = titles.subspan(some.size());
    std::string marks = "?";
    store::Parameters parameters{some.front().to_string()};
    for (const auto& title : some.subspan(1)) {
      marks += ", ?";
      parameters.emplace_back(title.to_string());
    }
    const auto rows = sql.query(
        select_artwork("WHERE title_id IN (" + marks + ") ORDER BY title_id, kind, position, id"),
        parameters);
    if (!rows) return std::unexpected(rows.error());
    for (const auto& row : *rows) {
      auto artwork = artwork_of(row);
      if (!artwork) return std::unexpected(artwork.error());
      by_title[artwork->title_id].push_back(std::move(*artwork));
    }
  }
  return by_title;
}

Result<Artwork> Artworks::find(store::SqlRunner& sql, const ArtworkId& id) {
  const auto rows = sql.query(select_artwork("WHERE id = ?"), {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::not_found, "there is no picture " + id.to_string());
  return artwork_of(rows->front());
}

Result<ArtworkId> Artworks::set_still(store::SqlRunner& sql, const TitleId& title,
                                      const MeasuredArtwork& measured) {
  const auto rows =
      sql.query(select_artwork("WHERE title_id = ? AND kind = 'still' AND source_path = ''"),
                {title.to_string()});
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    const auto known = artwork_of(row);
    if (!known) return std::unexpected(known.error());
    if (known->object_id == measured.object_id && known->blurhash == measured.blurhash) {
      return known->id;
    }
    if (auto removed = remove(sql, known->id); !removed) return std::unexpected(removed.error());
  }
  if (auto noted = note_change(sql, title); !noted) return std::unexpected(noted.error());
  return insert(sql, {.title_id = title,
                      .kind = ArtworkKind::still,
                      .position = static_cast<int>(kArtworksPerTitleMax),  // after all files
                      .object_id = measured.object_id,
                      .width = measured.width,
                      .height = measured.height,
                      .blurhash = measured.blurhash});
}

Result<void> Artworks::measured(store::SqlRunner& sql, const ArtworkId& id,
                                const MeasuredArtwork& measured) {
  if (auto noted = note_change_of(sql, id); !noted) return noted;
  if (measured.object_id.empty()) {
    return done(sql.execute(
        "UPDATE artwork SET width = ?, height = ?, blurhash = ?, error = '' WHERE id = ?",
        {measured.width, measured.height, measured.blurhash, id.to_string()}));
  }
  return done(sql.execute(
      "UPDATE artwork SET width = ?, height = ?, blurhash = ?, object_id = ?, error = '' WHERE id "
      "= ?",
      {measured.width, measured.height, measured.blurhash, measured.object_id, id.to_string()}));
}

Result<void> Artworks::broken(store::SqlRunner& sql, const ArtworkId& id, std::string_view error) {
  if (auto noted = note_change_of(sql, id); !noted) return noted;
  return done(sql.execute("UPDATE artwork SET error = ? WHERE id = ?",
                          {error.substr(0, kErrorBytesMax), id.to_string()}));
}

Result<Derivative> Artworks::derivative(store::SqlRunner& sql, const ArtworkId& id, int width,
                                        std::string_view format) {
  const auto rows = sql.query(
      "SELECT object_id, bytes FROM image_derivatives WHERE artwork_id = ? AND width = ? AND "
      "format = ?",
      {id.to_string(), width, format});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::not_found, "this picture was not made yet");
  return Derivative{width, std::string(format), rows->front().text(0), rows->front().integer(1)};
}

Result<void> Artworks::keep_derivative(store::SqlRunner& sql, const ArtworkId& id,
                                       const Derivative& derivative) {
  return done(sql.execute(
      "INSERT INTO image_derivatives (artwork_id, width, format, object_id, bytes) SELECT id, ?, "
      "?, ?, ? FROM artwork WHERE id = ? ON CONFLICT (artwork_id, width, format) DO UPDATE SET "
      "object_id = excluded.object_id, bytes = excluded.bytes",
      {derivative.width, derivative.format, derivative.object_id, derivative.bytes,
       id.to_string()}));
}

}  // namespace matinee::catalog
