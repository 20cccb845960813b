#pragma once
// catalog/title_facts: what is known of a title beside its file: names, people, genres, numbers,
// chapters. Written by the library scan, read by title pages and by search.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::size_t kFactTextBytesMax = 16 * 1024;  // of one text
inline constexpr std::size_t kFactNameBytesMax = 500;        // of a name in a list
inline constexpr std::size_t kFactNamesMax = 64;             // genres, writers, tags, ...
inline constexpr std::size_t kCastMax = 500;
inline constexpr std::size_t kChaptersMax = 1'000;
inline constexpr std::size_t kMarkersMax = 64;
inline constexpr int kMaturityMax = 18;

struct CastMember {
  std::string name;
  std::string role;  // empty = not known
  friend bool operator==(const CastMember&, const CastMember&) = default;
};

struct Chapter {
  std::int64_t start_ms = 0;
  std::string name;
  friend bool operator==(const Chapter&, const Chapter&) = default;
};

enum class MarkerKind { intro, recap, credits };
std::string_view name_of(MarkerKind kind);
std::optional<MarkerKind> marker_kind_of(std::string_view name);

/// A part of a title that a viewer may skip.
struct Marker {
  MarkerKind kind = MarkerKind::intro;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  friend bool operator==(const Marker&, const Marker&) = default;
};

/// Everything is optional: empty or absent means not known.
struct TitleFacts {
  std::string original_name;
  std::string sort_name;
  std::string plot;
  std::string tagline;
  std::string certificate;      // as written: "FSK 12", "PG-13"
  std::optional<int> maturity;  // minimum age 0..kMaturityMax, of this title itself
  std::vector<std::string> genres;
  std::vector<std::string> countries;
  std::vector<std::string> directors;
  std::vector<std::string> writers;
  std::vector<CastMember> cast;
  std::vector<std::string> studios;
  std::vector<std::string> tags;
  std::string premiered;  // YYYY-MM-DD
  std::string imdb_id;
  std::string tmdb_id;
  std::string tvdb_id;
  std::optional<int> season_number;  // 0 = specials; of a season and of its episodes
  std::optional<int> episode_number;
  std::optional<int> episode_last;  // of a file that holds several episodes
  std::vector<Chapter> chapters;    // in order of time
  std::vector<Marker> markers;
  std::optional<double> rating;  // 0..10

  friend bool operator==(const TitleFacts&, const TitleFacts&) = default;
};

/// Cuts texts and lists to the limits above and drops what cannot be: empty names, chapters and
/// markers out of order, numbers out of range, a date that is none. What comes from a file goes
/// through here before it is written.
void limit_facts(TitleFacts& facts);

/// What `facts` does not know is taken from `more`.
void fill_facts(TitleFacts& facts, const TitleFacts& more);

/// Two rows a title: what pages show, and of that what the file itself tells (chapters, tags),
/// which no scan reads again.
enum class FactsRow { title, file };

using FactsById = std::unordered_map<TitleId, TitleFacts>;

/// Writes a row of one title; Titles::set_file_facts is what callers want, it also moves maturity
/// and changed_seq on.
Result<void> write_facts(store::SqlRunner& sql, FactsRow which, const TitleId& id,
                         const TitleFacts& facts);

/// The facts of these titles, any number; a title without a row is absent.
Result<FactsById> read_facts(store::SqlRunner& sql, FactsRow which, std::span<const TitleId> ids);

}  // namespace matinee::catalog
