#include "catalog/certificates.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace matinee::catalog {
namespace {

constexpr std::size_t kCertificateBytesMax = 100;
constexpr int kAgeMax = 18;

struct Mark {
  std::string_view text;  // in capitals, only letters, digits and '+'
  int age;
};

// Of one country; looked up before the common ones.
struct BoardMark {
  std::string_view country;  // as Kodi writes it in front of the colon
  Mark mark;
};
constexpr auto kBoardMarks = std::to_array<BoardMark>({
    {"AU", {"G", 0}},     {"AU", {"PG", 8}},   {"AU", {"M", 15}},   {"AU", {"MA15+", 15}},
    {"AU", {"R18+", 18}}, {"CA", {"14A", 14}}, {"CA", {"18A", 18}}, {"CA", {"A", 18}},
    {"ES", {"A", 0}},     {"ES", {"APTA", 0}}, {"FR", {"U", 0}},    {"GB", {"A", 14}},
    {"GB", {"R18", 18}},  {"IE", {"G", 0}},    {"IE", {"PG", 8}},   {"IT", {"T", 0}},
    {"NL", {"AL", 0}},    {"SE", {"BTL", 0}},  {"UK", {"A", 14}},   {"US", {"X", 18}},
});

constexpr auto kMarks = std::to_array<Mark>({
    // MPA
    {"G", 0},
    {"PG", 8},
    {"PG13", 13},
    {"R", 17},
    {"NC17", 18},
    {"X", 18},
    {"GP", 8},
    {"M", 15},
    {"APPROVED", 8},
    {"PASSED", 8},
    // US television
    {"TVY", 0},
    {"TVY7", 7},
    {"TVY7FV", 7},
    {"TVG", 0},
    {"TVPG", 8},
    {"TV14", 14},
    {"TVMA", 17},
    // BBFC
    {"U", 0},
    {"UC", 0},
    {"12A", 12},
    {"15A", 15},
    {"R18", 18},
    // Kijkwijzer, CNC, FSK in words
    {"AL", 0},
    {"MG6", 6},
    {"TP", 0},
    {"TOUSPUBLICS", 0},
    {"TOUTPUBLIC", 0},
    {"TOUS", 0},
    {"OHNEALTERSBESCHRNKUNG", 0},
    {"OHNEALTERSBESCHRANKUNG", 0},
    {"OHNEALTERSBESCHRAENKUNG", 0},
    {"KEINEJUGENDFREIGABE", 18},
    {"ALL", 0},
    {"ALLAGES", 0},
    {"LIVRE", 0},
    {"E", 0},
    {"ATP", 0},
    // ACB
    {"MA", 17},
    {"MA15+", 15},
    {"R18+", 18},
    {"X18+", 18},
});

// Words in front that only say who speaks.
constexpr auto kBoards = std::to_array<std::string_view>({"RATED",         "FSK",
                                                          "BBFC",          "MPAA",
                                                          "MPA",           "PEGI",
                                                          "USK",           "CNC",
                                                          "CSA",           "KIJKWIJZER",
                                                          "NICAM",         "ACB",
                                                          "IFCO",          "AB",
                                                          "ABFREIGEGEBEN", "AGE",
                                                          "AGES",          "AGED",
                                                          "GERMANY",       "DE",
                                                          "MOINSDE",       "INTERDITAUXMOINSDE",
                                                          "AUXMOINSDE"});
constexpr auto kYears =
    std::to_array<std::string_view>({"ANS", "JAHRE", "JAHREN", "YEARS", "ANNI"});

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Letters and digits in capitals; blanks and dashes are written or left out by taste.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char capital = upper(c);
    if (is_digit(capital) || (capital >= 'A' && capital <= 'Z') || capital == '+') out += capital;
  }
  return out;
}

std::optional<int> age_of(std::string_view digits) {
  if (digits.empty() || digits.size() > 2 || !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  int age = 0;
  for (const char c : digits) age = age * 10 + (c - '0');
  // 21 of some boards is more than any limit here.
  return age > 21 ? std::nullopt : std::optional(std::min(age, kAgeMax));
}

// "12", "16+", "12A", "M18", "VM14", "K16", "PT16".
std::optional<int> plain_age(std::string_view mark) {
  if (mark.ends_with('+')) mark.remove_suffix(1);
  for (const auto word : kYears) {
    if (mark.ends_with(word)) mark.remove_suffix(word.size());
  }
  for (const std::string_view before : {"", "VM", "K", "M", "R", "NR", "C", "D", "PT", "A"}) {
    if (mark.starts_with(before)) {
      if (const auto age = age_of(mark.substr(before.size()))) return age;
    }
  }
  return std::nullopt;
}

std::optional<int> age_of_mark(std::string_view country, std::string_view mark) {
  for (const auto& [board, known] : kBoardMarks) {
    if (board == country && known.text == mark) return known.age;
  }
  const auto* known = std::ranges::find(kMarks, mark, &Mark::text);
  if (known != kMarks.end()) return known->age;
  return plain_age(mark);
}

// "PG-13 for violence and some language": the reason is no part of the mark.
std::string_view without_reason(std::string_view text) {
  for (const std::string_view word : {" for ", " (", " pour ", " wegen "}) {
    text = text.substr(0, std::min(text.find(word), text.size()));
  }
  return text;
}

}  // namespace

std::optional<int> maturity_of_certificate(std::string_view certificate) {
  certificate = certificate.substr(0, kCertificateBytesMax);
  // Several boards may follow each other: "US:PG-13 / DE:FSK 12"; the first that is known counts.
  while (!certificate.empty()) {
    const auto end = std::min(certificate.find_first_of("/|;"), certificate.size());
    std::string_view one = without_reason(certificate.substr(0, end));
    certificate.remove_prefix(std::min(end + 1, certificate.size()));
    std::string country;
    if (const auto colon = one.rfind(':'); colon != std::string_view::npos) {
      country = squeezed(one.substr(0, colon));
      one.remove_prefix(colon + 1);
    }
    std::string mark = squeezed(one);
    if (mark.empty()) continue;
    if (const auto age = age_of_mark(country, mark)) return age;
    for (const auto board : kBoards) {
      if (!mark.starts_with(board) || mark.size() == board.size()) continue;
      if (const auto age = age_of_mark(board == "FSK" ? "DE" : country,
                                       std::string_view(mark).substr(board.size()))) {
        return age;
      }
    }
  }
  return std::nullopt;
}

}  // namespace matinee::catalog
