#include "app/seed_titles.h"

#include <cmath>
#include <cstdio>

namespace matinee::app {
namespace {

constexpr std::size_t kPeople = 60'000;
constexpr int kMaturities[]{0, 6, 12, 16, 18};
constexpr const char* kGenres[]{
    "Drama",           "Comedy", "Documentary", "Thriller", "Animation", "Romance",
    "Science Fiction", "Crime",  "Adventure",   "Family",   "Horror",    "Mystery",
    "History",         "Music",  "Western",     "War",      "Fantasy",   "Experimental"};

}  // namespace

/// Syllables make words, words and patterns make names. {} is a word, * one that was made up.
struct SeedTitles::Language {
  std::vector<std::string> words;
  std::vector<std::string> syllables;
  std::vector<std::string> patterns;
  std::vector<std::string> given_names;
};

const std::vector<SeedTitles::Language>& SeedTitles::languages() {
  static const std::vector<std::string> kLatin{
      "ba", "ber", "ca",  "cor", "da",  "del", "en", "fa",  "fer", "ga",  "gor", "hal", "il",
      "jo", "ka",  "lan", "li",  "mar", "mo",  "na", "nor", "ol",  "pa",  "per", "ra",  "ri",
      "ro", "sa",  "sel", "ta",  "tor", "u",   "va", "ver", "wen", "wil", "ya",  "zo"};
  static const std::vector<Language> kLanguages{
      {{"Night",   "River",  "House",   "Winter",   "Garden",      "Stranger", "Letter",
        "Summer",  "Island", "Silence", "Train",    "Harbour",     "Clock",    "Orchard",
        "Lantern", "Mirror", "Storm",   "Bridge",   "Fox",         "Ocean",    "Salt",
        "Paper",   "Glass",  "Thief",   "Daughter", "Cartographer"},
       kLatin,
       {"The {} of *", "{} and {}", "The Last {}", "* {}", "A {} in *", "{}'s {}", "{}",
        "The * {}"},
       {"Anna", "John", "Grace", "Peter", "Ruth", "Samuel", "Clara", "Henry", "Iris", "Walter"}},
      {{"Straße", "Brücke", "Mädchen", "Schloß", "Wälder", "König", "Frühling", "Nächte", "Stille"},
       kLatin,
       {"Die {} von *", "Das {}", "{} und {}", "Der letzte {}", "* {}"},
       {"Jürgen", "Käthe", "Björn", "Günter", "Sören", "Ännchen"}},
      {{"Été", "Forêt", "Lumière", "Hôtel", "Rêve", "Océan", "Noël", "Garçon", "Fenêtre"},
       kLatin,
       {"L'{} de *", "La {}", "Le {} et la {}", "* mon {}"},
       {"François", "Élodie", "Chloé", "Rémi", "Agnès", "Zoë"}},
      {{"Corazón", "Niño", "Mañana", "Canción", "Tía", "Jardín", "Océano", "Señora"},
       kLatin,
       {"El {} de *", "La {}", "Los {} y *", "* sin {}"},
       {"José", "Lucía", "Íñigo", "Begoña", "Raúl"}},
      {{"Miłość", "Źródło", "Księżyc", "Łódka", "Żona", "Święto", "Noc"},
       kLatin,
       {"{} w *", "Ostatnia {}", "{} i {}", "* {}"},
       {"Łukasz", "Małgorzata", "Paweł", "Żaneta", "Wiesław"}},
      {{"Láska", "Řeka", "Město", "Škola", "Děti", "Zámek", "Světlo"},
       kLatin,
       {"{} v *", "Poslední {}", "{} a {}"},
       {"Jiří", "Ondřej", "Božena", "Věra", "Miloš"}},
      {{"Ночь", "Дом", "Зима", "Ёлка", "Письмо", "Река", "Зеркало", "Остров", "Поезд"},
       {"ба", "вер", "га", "до", "ле", "ми", "но", "ра", "сто", "ту", "фе", "ши", "ков", "ин"},
       {"{} в *", "Последний {}", "{} и {}", "*"},
       {"Анна", "Иван", "Фёдор", "Ольга", "Юрий"}},
      {{"Νύχτα", "Ταξίδι", "Θάλασσα", "Σπίτι", "Καλοκαίρι", "Φως"},
       {"βα", "γο", "δι", "κα", "λε", "μα", "νη", "ρο", "σα", "τι", "πό", "λος"},
       {"Το {} του *", "{} και {}", "* {}"},
       {"Γιώργος", "Ελένη", "Θόδωρος", "Άννα"}},
      {{"物語", "東京", "夜", "雨", "家族", "森", "海", "桜", "猫", "列車", "手紙", "旅"},
       {"ア", "カ", "サ", "タ", "ナ", "マ", "リ", "ド", "ゴ", "ン", "ー", "キ"},
       {"{}の{}", "*の{}", "{}と{}と*", "最後の{}"},
       {"宮崎", "黒澤", "小津", "是枝", "溝口"}},
      {{"기생", "서울", "밤", "바다", "봄", "가족", "편지", "기차"},
       {"가", "나", "다", "라", "마", "바", "사", "하", "진", "수", "영", "민"},
       {"{}의 {}", "* {}", "마지막 {}"},
       {"봉준", "창동", "민희", "지영"}},
      {{"故事", "花样", "年华", "北京", "春天", "河流", "家", "夜", "英雄", "月亮"},
       {"安", "北", "成", "大", "方", "高", "海", "江", "金", "林", "明", "南"},
       {"{}{}", "*的{}", "最后的{}", "{}与*"},
       {"张艺", "王家", "贾樟", "陈凯"}},
      {{"ليل", "مدينة", "بيت", "بحر", "رسالة", "صيف", "قمر"},
       {"با", "تا", "جا", "حا", "دا", "را", "سا", "ما", "نو", "لي"},
       {"{} في *", "آخر {}", "{} و{}"},
       {"يوسف", "فاتن", "مُحَمَّد", "ليلى"}},
      {{"לילה", "בית", "ים", "מכתב", "קיץ", "עיר"},
       {"בא", "גו", "די", "לה", "מו", "נה", "רי", "שא"},
       {"ה{} של *", "{} ו{}", "* {}"},
       {"עמוס", "רונית", "יעל"}},
      {{"रात", "घर", "नदी", "प्यार", "शहर", "चाँद", "बारिश"},
       {"का", "गो", "ता", "दे", "ना", "मा", "री", "सू"},
       {"{} का {}", "* की {}", "आखिरी {}"},
       {"सत्यजीत", "मीरा", "गुरु"}},
      {{"คืน", "บ้าน", "ทะเล", "จดหมาย", "ฤดูร้อน", "เมือง"},
       {"กา", "มา", "ลี", "ดา", "พร", "ชัย", "นา", "รี"},
       {"{}ของ*", "{}และ{}", "*ที่{}"},
       {"อภิชาติ", "เป็นเอก", "มาลี"}},
  };
  return kLanguages;
}

SeedTitles::SeedTitles(std::uint64_t seed) : engine_(seed) {
  people_.reserve(kPeople);
  while (people_.size() < kPeople) people_.push_back(person());
}

std::size_t SeedTitles::below(std::size_t bound) { return engine_() % bound; }

std::size_t SeedTitles::skewed_below(std::size_t bound) {
  const double share = static_cast<double>(below(1'000'000)) / 1e6;
  return static_cast<std::size_t>(std::pow(share, 3) * static_cast<double>(bound));
}

const std::string& SeedTitles::one_of(const std::vector<std::string>& list) {
  return list[below(list.size())];
}

std::string SeedTitles::made_up_word(const Language& language) {
  std::string word;
  for (auto left = 2 + below(2); left > 0; --left) word += one_of(language.syllables);
  if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::string SeedTitles::name_in(const Language& language) {
  std::string name;
  const std::string& pattern = one_of(language.patterns);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      name += made_up_word(language);
    } else if (pattern[i] == '{') {
      name += one_of(language.words);
      ++i;
    } else {
      name += pattern[i];
    }
  }
  return name;
}

std::string SeedTitles::person() {
  // Half of them from the first language, as in most collections one language leads.
  const auto& all = languages();
  const auto& language = all[below(2) == 0 ? 0 : below(all.size())];
  return one_of(language.given_names) + " " + made_up_word(language);
}

std::string SeedTitles::plot() {
  static const std::vector<std::string> kWho{"A retired ferryman", "Two sisters",
                                             "A young archivist", "An old piano tuner",
                                             "A night nurse"};
  static const std::vector<std::string> kWhat{
      "comes back to the town that everybody had told them to forget",
      "finds a letter that was never meant to arrive",
      "has one summer left to bring the harbour's last cinema to life",
      "follows a stranger through a city that changes with every street"};
  static const std::vector<std::string> kThen{
      "What begins as a favour turns into a winter nobody in the valley will speak of.",
      "Nothing is where it was, and the clocks agree with nobody.",
      "Only the orchard remembers what happened, and it has started to bloom."};
  return one_of(kWho) + " " + one_of(kWhat) + ". " + one_of(kThen) + " " + one_of(kThen);
}

catalog::FoundTitle SeedTitles::next() {
  const auto& all = languages();
  const auto& language = all[below(2) == 0 ? 0 : below(all.size())];
  char path[64];
  std::snprintf(path, sizeof path, "/nonexistent/matinee-seed/%08lld",
                static_cast<long long>(made_));
  catalog::FoundTitle title;
  title.kind = below(12) == 0 ? catalog::TitleKind::show : catalog::TitleKind::film;
  title.path = std::string(path) + (title.kind == catalog::TitleKind::film ? ".mkv" : "");
  title.name = name_in(language);
  if (below(8) == 0) title.name += " " + std::to_string(2 + below(4));
  title.year = static_cast<int>(1920 + below(107));
  if (title.kind == catalog::TitleKind::film) {
    title.fingerprint = {1'000'000'000 + made_, 1'500'000'000'000 + made_,
                         "seed-" + std::to_string(made_)};
  }
  auto& facts = title.facts;
  if (&language != &all.front() || below(10) == 0) {
    facts.original_name = title.name;
    if (below(2) == 0) title.name = name_in(all.front());
  }
  facts.plot = plot();
  if (below(10) != 0) facts.maturity = kMaturities[below(std::size(kMaturities))];
  if (facts.maturity) facts.certificate = "FSK " + std::to_string(*facts.maturity);
  for (auto left = 1 + below(3); left > 0; --left) {
    facts.genres.emplace_back(kGenres[skewed_below(std::size(kGenres))]);
  }
  facts.directors.push_back(people_[skewed_below(people_.size())]);
  facts.writers.push_back(people_[skewed_below(people_.size())]);
  for (auto left = 4 + below(8); left > 0; --left) {
    facts.cast.push_back({people_[skewed_below(people_.size())], made_up_word(language)});
  }
  ++made_;
  return title;
}

}  // namespace matinee::app
