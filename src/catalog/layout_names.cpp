#include "catalog/layout_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/plain_text.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

constexpr std::size_t kNumberDigitsMax = 4;
constexpr std::size_t kEditionBytesMax = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_gap(char c) { return c == ' ' || c == '.' || c == '_' || c == '-'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_gap(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_gap(text.back())) text.remove_suffix(1);
  return text;
}

// Reads a text from the left.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  // A letter, any case.
  bool letter(char wanted) {
    if (rest_.empty() || lower(rest_.front()) != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void gaps() {
    while (!rest_.empty() && is_gap(rest_.front())) rest_.remove_prefix(1);
  }
  std::optional<int> number() {
    std::size_t length = 0;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    if (length == 0 || length > kNumberDigitsMax) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, length)) value = value * 10 + (c - '0');
    rest_.remove_prefix(length);
    return value;
  }

 private:
  std::string_view rest_;
};

// More episodes in the same file: "-E03", "E03", "-03", "x03". The number must go on.
int last_episode(Reader& reader, int first, char mark) {
  int last = first;
  while (true) {
    Reader ahead = reader;
    const std::size_t before = ahead.rest().size();
    if (!ahead.rest().empty() && ahead.rest().front() == '-')
      ahead = Reader(ahead.rest().substr(1));
    const bool dashed = ahead.rest().size() != before;
    const bool marked = ahead.letter(mark);
    if (!dashed && !marked) return last;
    const auto next = ahead.number();
    // "S01E02-1080p" is no episode 1080.
    if (!next || *next <= last || *next > last + 20) return last;
    if (!ahead.at_end() && is_letter(ahead.rest().front()) && lower(ahead.rest().front()) != mark) {
      return last;
    }
    last = *next;
    reader = ahead;
  }
}

std::string name_behind(std::string_view rest) {
  rest = trimmed(rest);
  if (rest.empty() || rest.front() == '[' || rest.front() == '(') return {};
  // The first word of a title is never technical, so that a word in front finds those that are.
  const char* const front = rest.find(' ') == std::string_view::npos ? "x." : "x ";
  const std::string name = parse_title_name(front + std::string(rest) + ".mkv", kYearMin - 1).name;
  return name.size() > 2 ? name.substr(2) : std::string();
}

// "s01e02" or "1x02" at `at`; the reader stands behind it.
std::optional<EpisodeName> episode_at(std::string_view stem, std::size_t at, Reader& reader) {
  reader = Reader(stem.substr(at));
  EpisodeName found;
  if (reader.letter('s')) {
    const auto season = reader.number();
    if (!season) return std::nullopt;
    reader.gaps();
    if (!reader.letter('e')) return std::nullopt;
    if (reader.letter('p')) reader.gaps();
    const auto first = reader.number();
    if (!first) return std::nullopt;
    found.season = *season;
    found.first = *first;
    found.last = last_episode(reader, *first, 'e');
  } else {
    const auto season = reader.number();
    if (!season || *season > 99 || !reader.letter('x')) return std::nullopt;
    const auto digits = reader.rest().size();
    const auto first = reader.number();
    // "16x9" and "1920x1080" are shapes of a picture.
    if (!first || digits - reader.rest().size() < 2 || *first > 999) return std::nullopt;
    found.season = *season;
    found.first = *first;
    found.last = last_episode(reader, *first, 'x');
  }
  if (!reader.at_end() && (is_letter(reader.rest().front()) || is_digit(reader.rest().front()))) {
    return std::nullopt;
  }
  return found;
}

}  // namespace

std::optional<EpisodeName> parse_episode_name(std::string_view stem) {
  for (std::size_t at = 0; at < stem.size(); ++at) {
    const bool begins = lower(stem[at]) == 's' || is_digit(stem[at]);
    const bool inside_word = at > 0 && (is_letter(stem[at - 1]) || is_digit(stem[at - 1]));
    if (!begins || inside_word) continue;
    Reader reader(stem);
    auto found = episode_at(stem, at, reader);
    if (!found) continue;
    auto before = stem.substr(0, at);
    if (before.ends_with('[') || before.ends_with('(')) before.remove_suffix(1);
    found->show = one_line(trimmed(before));
    auto rest = reader.rest();
    if (!rest.empty() && (rest.front() == ']' || rest.front() == ')')) rest.remove_prefix(1);
    found->name = name_behind(rest);
    return found;
  }
  return std::nullopt;
}

std::optional<EpisodeName> parse_numbered_name(std::string_view stem, int season) {
  Reader reader(trimmed(stem));
  const std::string word = lowered(reader.rest().substr(0, 7));
  if (word == "episode") {
    reader = Reader(reader.rest().substr(7));
    reader.gaps();
  } else if (reader.letter('e')) {
    if (reader.letter('p')) reader.gaps();
  }
  const auto first = reader.number();
  if (!first || *first > 999) return std::nullopt;
  const int last = last_episode(reader, *first, 'e');
  if (!reader.at_end() && !is_gap(reader.rest().front())) return std::nullopt;
  return EpisodeName{{}, season, *first, last, name_behind(reader.rest())};
}

std::optional<int> season_of_folder(std::string_view name) {
  const std::string word = lowered(trimmed(name));
  if (word == "specials" || word == "special") return 0;
  for (const std::string_view label :
       {"season", "series", "staffel", "saison", "temporada", "stagione", "seizoen", "s"}) {
    if (!word.starts_with(label)) continue;
    Reader reader(std::string_view(word).substr(label.size()));
    if (label != "s") reader.gaps();
    const auto number = reader.number();
    if (!number) continue;
    // "Season 1 - The Beginning", but not "s1mone".
    if (reader.at_end() || (label != "s" && is_gap(reader.rest().front()))) return number;
  }
  return std::nullopt;
}

namespace {

struct Label {
  std::string_view word;  // lower case, letters only
  std::string_view label;
};
constexpr auto kExtraFolders = std::to_array<Label>({
    {"trailers", "Trailer"},
    {"trailer", "Trailer"},
    {"featurettes", "Featurette"},
    {"featurette", "Featurette"},
    {"behindthescenes", "Behind the scenes"},
    {"deletedscenes", "Deleted scene"},
    {"interviews", "Interview"},
    {"scenes", "Scene"},
    {"shorts", "Short"},
    {"clips", "Clip"},
    {"extras", "Extra"},
    {"extra", "Extra"},
    {"bonus", "Extra"},
    {"other", "Extra"},
    {"specialfeatures", "Extra"},
});
constexpr auto kExtraSuffixes = std::to_array<Label>({
    {"trailer", "Trailer"},
    {"teaser", "Trailer"},
    {"featurette", "Featurette"},
    {"behindthescenes", "Behind the scenes"},
    {"deleted", "Deleted scene"},
    {"deletedscene", "Deleted scene"},
    {"interview", "Interview"},
    {"scene", "Scene"},
    {"short", "Short"},
    {"clip", "Clip"},
    {"extra", "Extra"},
    {"other", "Extra"},
});

std::string letters_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter(c)) out += lower(c);
    // Another script, digits: it is a name.
    if (!is_letter(c) && !is_gap(c)) return {};
  }
  return out;
}

// The digits at the end, with what joins them: "fanart2", "fanart-2", "trailer 1".
std::pair<std::string_view, int> without_number(std::string_view stem) {
  std::size_t end = stem.size();
  while (end > 0 && is_digit(stem[end - 1])) --end;
  const std::size_t digits = stem.size() - end;
  if (digits == 0 || digits > kNumberDigitsMax || end == 0) return {stem, 0};
  Reader reader(stem.substr(end));
  const int number = reader.number().value_or(0);
  std::string_view word = stem.substr(0, end);
  while (!word.empty() && is_gap(word.back())) word.remove_suffix(1);
  return word.empty() ? std::pair(stem, 0) : std::pair(word, number);
}

}  // namespace

std::optional<std::string_view> extras_of_folder(std::string_view name) {
  const std::string word = letters_of(name);
  const auto* found = std::ranges::find(kExtraFolders, std::string_view(word), &Label::word);
  return found == kExtraFolders.end() ? std::nullopt : std::optional(found->label);
}

std::optional<ExtraName> parse_extra_name(std::string_view stem) {
  const std::string_view word = without_number(stem).first;
  const auto cut = word.find_last_of("-._");
  const std::string last = letters_of(word.substr(cut == std::string_view::npos ? 0 : cut + 1));
  const auto* found = std::ranges::find(kExtraSuffixes, std::string_view(last), &Label::word);
  if (found == kExtraSuffixes.end()) return std::nullopt;
  if (cut == std::string_view::npos) {
    // A bare word is an extra only when it can be nothing else: "Clip" may be a film.
    if (last != "trailer") return std::nullopt;
    return ExtraName{{}, found->label};
  }
  // " - Short" with blanks belongs to a name or a version.
  const bool spaced = cut > 0 && word[cut - 1] == ' ';
  const std::string_view owner = trimmed(word.substr(0, cut));
  if (spaced || owner.empty()) return std::nullopt;
  return ExtraName{owner, found->label};
}

bool is_sample_name(std::string_view stem) {
  const std::string word = lowered(stem);
  return word == "sample" || word.ends_with("-sample") || word.ends_with(".sample") ||
         word.ends_with("_sample");
}

NamedIds ids_of_name(std::string_view name) {
  NamedIds ids;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '[' && name[at] != '{') continue;
    const auto close = name.find(name[at] == '[' ? ']' : '}', at + 1);
    if (close == std::string_view::npos) break;
    const std::string inside = lowered(name.substr(at + 1, close - at - 1));
    at = close;
    const auto cut = inside.find_first_of("-=:");
    std::string kind = cut == std::string::npos ? std::string() : inside.substr(0, cut);
    const std::string value = cut == std::string::npos ? inside : inside.substr(cut + 1);
    if (kind.ends_with("id")) kind.resize(kind.size() - 2);
    const bool digits =
        !value.empty() && value.size() <= 12 && std::ranges::all_of(value, is_digit);
    const bool imdb = value.size() >= 9 && value.size() <= 12 && value.starts_with("tt") &&
                      std::ranges::all_of(value.substr(2), is_digit);
    if (imdb && (kind == "imdb" || kind.empty())) ids.imdb = value;
    if (digits && kind == "tmdb") ids.tmdb = value;
    if (digits && kind == "tvdb") ids.tvdb = value;
  }
  return ids;
}

namespace {

// What stands behind the year or behind the folder's name; nothing when neither is there.
std::string_view behind_name(std::string_view stem, std::string_view film) {
  if (!film.empty() && stem.size() > film.size() &&
      lowered(stem.substr(0, film.size())) == lowered(film)) {
    return stem.substr(film.size());
  }
  for (std::size_t at = 1; at + 5 < stem.size(); ++at) {
    if (stem[at] != '(' || stem[at + 5] != ')') continue;
    if (std::ranges::all_of(stem.substr(at + 1, 4), is_digit)) return stem.substr(at + 6);
  }
  return {};
}

std::string height_in(std::string_view stem) {
  for (const std::string_view height : {"2160p", "1080p", "720p", "576p", "480p", "360p", "4k"}) {
    if (lowered(stem).find(height) != std::string::npos) return std::string(height);
  }
  return {};
}

}  // namespace

std::string edition_of_name(std::string_view stem, std::string_view film) {
  const std::string word = lowered(stem);
  if (const auto at = word.find("{edition-"); at != std::string::npos) {
    const auto close = stem.find('}', at);
    const auto begin = at + std::string_view("{edition-").size();
    if (close != std::string_view::npos && close > begin) {
      return clean_line(stem.substr(begin, close - begin), kEditionBytesMax);
    }
  }
  auto rest = behind_name(stem, film);
  if (const auto dash = rest.find(" - "); dash != std::string_view::npos) {
    rest = rest.substr(dash + 3);
    rest = trimmed(rest.substr(0, std::min(rest.find_first_of("[{"), rest.size())));
    if (!rest.empty()) return clean_line(rest, kEditionBytesMax);
  }
  if (!rest.empty()) {
    rest = trimmed(rest);
    const bool bracketed =
        rest.size() > 2 && rest.front() == '[' && rest.find(']') == rest.size() - 1;
    if (bracketed && ids_of_name(rest) == NamedIds{}) {
      return clean_line(rest.substr(1, rest.size() - 2), kEditionBytesMax);
    }
  }
  return height_in(stem);
}

std::optional<int> part_of_name(std::string_view stem) {
  const auto [word, number] = without_number(stem);
  if (number < 1 || number > 20) return std::nullopt;
  const std::string last = lowered(word);
  for (const std::string_view mark : {"cd", "disc", "disk", "dvd", "part", "pt"}) {
    if (last.size() > mark.size() && last.ends_with(mark) &&
        is_gap(last[last.size() - mark.size() - 1])) {
      return number;
    }
  }
  return std::nullopt;
}

std::optional<ArtworkName> parse_artwork_name(std::string_view stem, bool of_episode) {
  const auto [text, number] = without_number(stem);
  const std::string word = letters_of(text);
  const auto is_any = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, std::string_view(word)) != names.end();
  };
  if (is_any({"poster", "folder", "cover", "movie", "show"})) {
    return ArtworkName{ArtworkKind::poster, number};
  }
  if (is_any({"fanart", "backdrop", "background", "art"})) {
    return ArtworkName{ArtworkKind::backdrop, number};
  }
  if (is_any({"thumb", "landscape"})) {
    const bool still = of_episode && word == "thumb";
    return ArtworkName{still ? ArtworkKind::still : ArtworkKind::landscape, number};
  }
  if (is_any({"logo", "clearlogo"})) return ArtworkName{ArtworkKind::logo, number};
  if (word == "still") return ArtworkName{ArtworkKind::still, number};
  return std::nullopt;
}

std::optional<std::pair<int, ArtworkName>> parse_season_artwork(std::string_view stem) {
  const std::string word = lowered(stem);
  if (!word.starts_with("season")) return std::nullopt;
  std::string_view rest = std::string_view(word).substr(6);
  int season = 0;
  if (rest.starts_with("-specials")) {
    rest.remove_prefix(std::string_view("-specials").size());
  } else {
    Reader reader(rest);
    const auto number = reader.number();
    if (!number) return std::nullopt;
    season = *number;
    rest = reader.rest();
  }
  if (!rest.starts_with('-')) return std::nullopt;
  const auto picture = parse_artwork_name(rest.substr(1), false);
  if (!picture) return std::nullopt;
  return std::pair(season, *picture);
}

namespace {

std::string extension_of_name(std::string_view name) {
  const auto stem = stem_of_name(name);
  return stem.size() == name.size() ? std::string() : lowered(name.substr(stem.size() + 1));
}

}  // namespace

std::string_view stem_of_name(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool is_picture_name(std::string_view name) {
  const std::string extension = extension_of_name(name);
  return extension == "jpg" || extension == "jpeg" || extension == "png" || extension == "webp";
}

bool is_nfo_name(std::string_view name) { return extension_of_name(name) == "nfo"; }

SidecarName parse_subs_name(std::string_view stem) {
  // A number says in which order they were on the disc.
  const auto digits = std::min(stem.find_first_not_of("0123456789"), stem.size());
  if (digits < stem.size() && std::string_view("_-. ").contains(stem[digits])) {
    stem.remove_prefix(digits);
  }
  // As the marks of a file beside its film; "pt-BR" first with its dash, then without.
  for (const std::string_view separators : {" _()[]", " _()[]-"}) {
    std::string marks = "x.";
    for (const char c : stem) marks += separators.contains(c) ? '.' : c;
    if (auto name = parse_sidecar_name("x", marks + ".srt")) return std::move(*name);
  }
  return {.language = "und"};
}

}  // namespace matinee::catalog
