#pragma once
// catalog/artwork: the pictures of titles: where each file lies, what is known of it, and what was
// made of it. Written by the library scan and the media jobs, read by every page that shows titles.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::size_t kArtworksPerTitleMax = 32;
inline constexpr std::size_t kBlurhashCharactersMax = 32;

enum class ArtworkKind { poster, backdrop, landscape, logo, still };
std::string_view name_of(ArtworkKind kind);
std::optional<ArtworkKind> artwork_kind_of(std::string_view name);

struct PictureSize {
  int width = 0;
  int height = 0;

  bool operator==(const PictureSize&) const = default;
};
/// What pictures of a kind usually measure: the layout to keep free until the file was looked at.
PictureSize usual_size(ArtworkKind kind);

/// A picture file that belongs to a title, as the scan sees it: nothing of it is read.
struct FoundArtwork {
  ArtworkKind kind = ArtworkKind::poster;
  std::string path;  // absolute
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;

  bool operator==(const FoundArtwork&) const = default;
};

/// One picture of a title. Its id stands for these very bytes: a changed file gets a new id, so
/// that whatever is served under an id may be kept for ever.
struct Artwork {
  ArtworkId id{};
  TitleId title_id{};
  ArtworkKind kind = ArtworkKind::poster;
  int position = 0;           // within its kind; 0 is shown first
  std::string source_path{};  // empty: taken from the film itself
  std::int64_t source_bytes = 0;
  std::int64_t source_modified_ms = 0;
  std::string object_id{};  // of the normalised picture; empty = not made yet
  int width = 0;            // upright; 0 = not looked at yet
  int height = 0;
  std::string blurhash{};  // empty = not made yet
  std::string error{};     // why it cannot be shown; for people

  /// What pages may show: not known to be broken.
  [[nodiscard]] bool usable() const { return error.empty(); }
  /// As measured, else the kind's usual size.
  [[nodiscard]] PictureSize size() const {
    return width > 0 && height > 0 ? PictureSize{width, height} : usual_size(kind);
  }
};

/// What looking at a picture brought.
struct MeasuredArtwork {
  int width = 0;
  int height = 0;
  std::string blurhash;
  std::string object_id;  // of the normalised picture; empty leaves what was known
};

/// A picture made of an artwork: at one width, in one format ("webp", "jpeg", "avif").
struct Derivative {
  int width = 0;
  std::string format;
  std::string object_id;
  std::int64_t bytes = 0;
};

/// Artworks of some titles, by title: by kind, then by position.
using ArtworksByTitle = std::map<TitleId, std::vector<Artwork>>;

/// The first usable picture for each place of a page; null where there is none. Wide places help
/// each other out: a title without a landscape shows its still, or its backdrop.
struct ShownArtwork {
  const Artwork* poster = nullptr;
  const Artwork* backdrop = nullptr;
  const Artwork* landscape = nullptr;
  const Artwork* logo = nullptr;
};
ShownArtwork shown_artwork(std::span<const Artwork> artworks);

/// The tables `artwork` and `image_derivatives`. Methods run in the caller's transaction, or in one
/// of their own when given the Database itself. Thread-safe.
class Artworks {
 public:
  /// Both must outlive it.
  Artworks(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// From now on these are the title's picture files, each kind in the order given; those beyond
  /// kArtworksPerTitleMax are left out. Files that did not change keep their ids and what is known
  /// of them; the picture taken from the film stays. Returns whether anything changed.
  Result<bool> replace(store::SqlRunner& sql, const TitleId& title,
                       std::span<const FoundArtwork> found);
  /// At most 10,000 titles; titles without artwork are left out.
  static Result<ArtworksByTitle> of(store::SqlRunner& sql, std::span<const TitleId> titles);
  /// Errors: not_found.
  Result<Artwork> find(store::SqlRunner& sql, const ArtworkId& id);

  /// The picture that was taken from the film: kind `still`, in place of the one before.
  Result<ArtworkId> set_still(store::SqlRunner& sql, const TitleId& title,
                              const MeasuredArtwork& measured);
  /// Fine when the artwork has gone meanwhile.
  Result<void> measured(store::SqlRunner& sql, const ArtworkId& id,
                        const MeasuredArtwork& measured);
  /// The file cannot be shown. Fine when the artwork has gone meanwhile.
  Result<void> broken(store::SqlRunner& sql, const ArtworkId& id, std::string_view error);

  /// Errors: not_found.
  Result<Derivative> derivative(store::SqlRunner& sql, const ArtworkId& id, int width,
                                std::string_view format);
  /// In place of the one before. Fine when the artwork has gone meanwhile.
  Result<void> keep_derivative(store::SqlRunner& sql, const ArtworkId& id,
                               const Derivative& derivative);

 private:
  Result<ArtworkId> insert(store::SqlRunner& sql, const Artwork& artwork);
  Result<void> remove(store::SqlRunner& sql, const ArtworkId& id);

  const Clock& clock_;
  Random& random_;
};

}  // namespace matinee::catalog
