#include "catalog/title_name.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

constexpr auto kVideoExtensions = std::to_array<std::string_view>(
    {"3g2", "3gp", "asf", "avi",  "divx", "dv",   "f4v",  "flv", "m2ts", "m2v",
     "m4v", "mkv", "mov", "mp4",  "mpe",  "mpeg", "mpg",  "mts", "mxf",  "ogm",
     "ogv", "qt",  "rm",  "rmvb", "ts",   "vob",  "webm", "wmv", "y4m"});

// Words that begin the technical part of a release name; never the first word of a title.
constexpr auto kTechnicalWords = std::to_array<std::string_view>(
    {"4k",    "8k",     "uhd",     "hdr",   "hdr10",  "sdr",    "bluray", "blu-ray",
     "brrip", "bdrip",  "bdremux", "remux", "dvd",    "dvdrip", "dvdscr", "web-dl",
     "webdl", "webrip", "web-rip", "hdtv",  "hdrip",  "pdtv",   "vhsrip", "x264",
     "x265",  "h264",   "h265",    "hevc",  "avc",    "xvid",   "divx",   "av1",
     "vp9",   "aac",    "ac3",     "eac3",  "dts",    "dts-hd", "truehd", "atmos",
     "flac",  "10bit",  "8bit",    "multi", "dubbed", "subbed"});

constexpr std::array<std::pair<std::string_view, std::string_view>, 66> kLanguages = {{
    {"ar", "ar"},  {"ara", "ar"},     {"bg", "bg"},     {"ca", "ca"},      {"cs", "cs"},
    {"ces", "cs"}, {"cze", "cs"},     {"da", "da"},     {"dan", "da"},     {"de", "de"},
    {"deu", "de"}, {"ger", "de"},     {"german", "de"}, {"deutsch", "de"}, {"el", "el"},
    {"gre", "el"}, {"en", "en"},      {"eng", "en"},    {"english", "en"}, {"es", "es"},
    {"spa", "es"}, {"spanish", "es"}, {"et", "et"},     {"fa", "fa"},      {"fi", "fi"},
    {"fin", "fi"}, {"fr", "fr"},      {"fra", "fr"},    {"fre", "fr"},     {"french", "fr"},
    {"he", "he"},  {"heb", "he"},     {"hi", "hi"},     {"hin", "hi"},     {"hr", "hr"},
    {"hu", "hu"},  {"hun", "hu"},     {"id", "id"},     {"is", "is"},      {"it", "it"},
    {"ita", "it"}, {"italian", "it"}, {"ja", "ja"},     {"jpn", "ja"},     {"ko", "ko"},
    {"kor", "ko"}, {"lt", "lt"},      {"lv", "lv"},     {"nl", "nl"},      {"nld", "nl"},
    {"dut", "nl"}, {"no", "no"},      {"nb", "nb"},     {"pl", "pl"},      {"pol", "pl"},
    {"pt", "pt"},  {"por", "pt"},     {"ro", "ro"},     {"ru", "ru"},      {"rus", "ru"},
    {"sk", "sk"},  {"sv", "sv"},      {"swe", "sv"},    {"tr", "tr"},      {"uk", "uk"},
    {"zh", "zh"},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view file_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Lower-case, without the dot; empty for none and for a leading dot.
std::string extension_of(std::string_view path) {
  const std::string_view name = file_name(path);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  return lowered(name.substr(dot + 1));
}

std::string_view stem_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool is_separator(char c) { return c == ' ' || c == '-' || c == '_' || c == '.' || c == ','; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_separator(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<int> year_of(std::string_view token, int year_max) {
  if (token.size() != 4 || !std::ranges::all_of(token, is_digit)) return std::nullopt;
  int year = 0;
  for (const char c : token) year = year * 10 + (c - '0');
  if (year < kYearMin || year > year_max) return std::nullopt;
  return year;
}

bool is_technical(std::string_view token) {
  const std::string word = lowered(token);
  if (std::ranges::find(kTechnicalWords, std::string_view(word)) != kTechnicalWords.end())
    return true;
  // 480p, 1080i: a height.
  return word.size() >= 4 && word.size() <= 5 && (word.back() == 'p' || word.back() == 'i') &&
         std::ranges::all_of(std::string_view(word).substr(0, word.size() - 1), is_digit);
}

char closing_of(char open) { return open == '(' ? ')' : open == '[' ? ']' : '}'; }
bool is_open(char c) { return c == '(' || c == '[' || c == '{'; }

// What stands in brackets, from the first bracket on: "(1946)", "[1080p]".
struct Bracket {
  std::size_t begin;
  std::size_t end;  // one past the closing bracket
  std::string_view inside;
};

std::vector<Bracket> brackets_of(std::string_view text) {
  std::vector<Bracket> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_open(text[i])) continue;
    const auto close = text.find(closing_of(text[i]), i + 1);
    if (close == std::string_view::npos) continue;
    found.push_back({i, close + 1, text.substr(i + 1, close - i - 1)});
    i = close;
  }
  return found;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find_first_of(separators, i), text.size());
    if (end > i) tokens.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return tokens;
}

// "E T the Extra" was "E.T. the Extra": single capitals in a row are an acronym.
std::string join_words(std::span<const std::string_view> words, bool dotted) {
  const auto is_initial = [](std::string_view word) {
    return word.size() == 1 && is_upper(word.front());
  };
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t end = i;
    while (dotted && end < words.size() && is_initial(words[end])) ++end;
    if (!out.empty()) out += ' ';
    if (end - i < 2) {
      out += words[i];
      continue;
    }
    for (; i < end; ++i) out.append(words[i]).append(".");
    --i;
  }
  return out;
}

// "big buck bunny" as "Big Buck Bunny", when nobody wrote a capital.
void capitalise(std::string& name) {
  if (std::ranges::any_of(name, is_upper)) return;
  char before = ' ';
  for (char& c : name) {
    if (before == ' ' && is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
    before = c;
  }
}

// "Big Sleep, The" as "The Big Sleep".
void move_article(std::string& name) {
  for (const std::string_view article :
       {"The", "A", "An", "Der", "Die", "Das", "Le", "La", "Les", "El", "Los", "Las", "Il"}) {
    const std::string suffix = std::string(", ").append(article);
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      name = std::string(article) + " " + name.substr(0, name.size() - suffix.size());
      return;
    }
  }
}

// The words of the name part, cut at a bare year or at the technical part.
std::string name_of_words(std::string_view part, int year_max, std::optional<int>& year) {
  const bool spaced = trimmed(part).find(' ') != std::string_view::npos;
  auto words = split(part, spaced ? " _" : " _.");
  std::size_t end = words.size();
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!is_technical(words[i])) continue;
    end = i;
    break;
  }
  if (!year) {
    for (std::size_t i = end; i-- > 1;) {
      year = year_of(words[i], year_max);
      if (!year) continue;
      end = i;
      break;
    }
  }
  words.resize(end);
  return join_words(words, !spaced);
}

}  // namespace

TitleName parse_title_name(std::string_view path, int year_max) {
  const std::string_view base = file_name(path);
  const std::string line = one_line(is_video_name(base) ? stem_of(base) : base);
  std::string_view rest = line;
  // "[group] Film": a bracket in front that is no year says nothing about the film.
  while (!rest.empty() && rest.front() == '[') {
    const auto close = rest.find(']');
    if (close == std::string_view::npos || trimmed(rest.substr(close + 1)).empty()) break;
    rest = trimmed(rest.substr(close + 1));
  }

  TitleName title;
  std::string_view part = rest;
  const auto brackets = brackets_of(rest);
  for (auto bracket = brackets.rbegin(); bracket != brackets.rend() && !title.year; ++bracket) {
    if (trimmed(rest.substr(0, bracket->begin)).empty()) continue;
    title.year = year_of(trimmed(bracket->inside), year_max);
    if (title.year) part = rest.substr(0, bracket->begin);
  }
  if (!title.year) {
    // Without a year, square brackets end the name: "Film [1080p]"; round ones may belong to it.
    for (const auto& bracket : brackets) {
      if (rest[bracket.begin] == '(' && !is_technical(trimmed(bracket.inside))) continue;
      if (trimmed(rest.substr(0, bracket.begin)).empty()) continue;
      part = rest.substr(0, bracket.begin);
      break;
    }
  }
  std::string name = name_of_words(part, year_max, title.year);
  const bool acronym = name.size() > 2 && name.ends_with('.') && is_letter(name[name.size() - 2]);
  std::string_view kept = trimmed(name);
  if (acronym) kept = std::string_view(name).substr(name.find(kept));
  title.name = kept;
  if (title.name.empty()) title.name = trimmed(line);
  if (title.name.empty()) title.name = "Untitled";
  move_article(title.name);
  capitalise(title.name);
  limit_bytes(title.name, kTitleNameBytesMax);
  return title;
}

namespace {

std::optional<std::string> language_of(std::string_view piece) {
  const auto dash = piece.find_first_of("-_");
  const std::string word = lowered(piece.substr(0, dash));
  const auto* found =
      std::ranges::find(kLanguages, word, &std::pair<std::string_view, std::string_view>::first);
  if (found == kLanguages.end()) return std::nullopt;
  std::string language(found->second);
  if (dash != std::string_view::npos) {
    const std::string_view region = piece.substr(dash + 1);
    const bool sane =
        region.size() >= 2 && region.size() <= 4 &&
        std::ranges::all_of(region, [](char c) { return is_letter(c) || is_digit(c); });
    if (!sane) return std::nullopt;
    language.append("-").append(region);
  }
  return language;
}

}  // namespace

std::optional<SidecarName> parse_sidecar_name(std::string_view video, std::string_view sidecar) {
  if (!is_caption_name(sidecar)) return std::nullopt;
  const std::string_view video_stem = stem_of(file_name(video));
  const std::string_view caption_stem = stem_of(file_name(sidecar));
  if (!caption_stem.starts_with(video_stem)) return std::nullopt;
  const std::string_view marks = caption_stem.substr(video_stem.size());
  if (!marks.empty() && marks.front() != '.') return std::nullopt;

  SidecarName found;
  for (const std::string_view piece : split(marks, ".")) {
    const std::string mark = lowered(piece);
    if (mark == "forced" || mark == "foreign") {
      found.forced = true;
    } else if (mark == "sdh" || mark == "cc" || (mark == "hi" && !found.language.empty())) {
      found.hearing_impaired = true;
    } else if (mark == "default") {
      found.is_default = true;
    } else if (auto language = language_of(piece); language && found.language.empty()) {
      found.language = std::move(*language);
    } else {
      return std::nullopt;
    }
  }
  if (found.language.empty()) found.language = "und";
  return found;
}

bool is_video_name(std::string_view path) {
  return std::ranges::find(kVideoExtensions, std::string_view(extension_of(path))) !=
         kVideoExtensions.end();
}

bool is_caption_name(std::string_view path) {
  const std::string extension = extension_of(path);
  return extension == "srt" || extension == "vtt";
}

}  // namespace matinee::catalog
