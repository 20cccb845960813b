// The series: three nights at the desk of a hotel that is never quite full.
#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

FilmSpec episode(int number, std::string title, SceneChoice scene, std::string plot) {
  const ShowSpec show = night_porters();
  FilmSpec film{
      .id = "night-porters-" + std::to_string(number),
      .title = std::move(title),
      .year = show.year,
      .scene = scene,
      .grade = {.contrast = 1.04F,
                .bloom = 0.75F,
                .bloom_from = 0.45F,
                .vignette = 0.38F,
                .aspect = 2.0F},
      .look = {.hand = hands::kTall,
               .lines = {"The Night", "Porters"},
               .ink = hex(0xFFE9C0),
               .ground = hex(0x1C1020),
               .accent = hex(0xFF5A8A),
               .moment = 0.12F,
               .second = 2,
               .third = 1},
      .facts = show.facts,
      .score = {.seed = 200 + static_cast<std::uint64_t>(number),
                .beats_per_minute = 84,
                .root = 46,
                .chords = {{0, 3, 7, 10}, {-4, 3, 7, 12}, {5, 8, 12, 15}, {-5, -1, 5, 10}},
                .lead = Lead::flute,
                .beat = Beat::brushes,
                .air = Air::rain,
                .density = 0.55},
      .narrated = true,
      .duration_s = 180,
      .credits_s = 12,
      .episode = EpisodeOf{.show = show.id, .season = 1, .episode = number}};
  film.facts.plot = std::move(plot);
  return film;
}

}  // namespace

ShowSpec night_porters() {
  return {.id = "night-porters",
          .title = "The Night Porters",
          .year = 2026,
          .facts = {.plot = "The Hotel Meridian has two hundred rooms, two night porters and one "
                            "rule: whatever is "
                            "asked for between midnight and six is on the house, and nobody asks "
                            "what it is for.",
                    .tagline = "Ring twice for anything",
                    .genres = {"Comedy", "Crime"},
                    .countries = {"Germany", "Belgium"},
                    .directors = {"Noor Haddad"},
                    .writers = {"Noor Haddad", "Bastian Kroll"},
                    .cast = {{"Ama Owusu", "Mrs Tetteh, the desk"},
                             {"Ludger Pohl", "Herr Fink, the stairs"},
                             {"Celestine Roy", "The Guest in 417"}},
                    .studio = "Meridian Nachtfilm",
                    .certificate = "FSK 12",
                    .premiered = "2026-09-03"},
          .season_name = "The Rainy Season"};
}

std::vector<FilmSpec> night_porters_episodes() {
  auto one = episode(1, "Room Service", {"rain_city", 0, 24},
                     "417 orders a ladder, a trumpet and a boiled egg. Herr Fink is told to hurry, "
                     "because the egg is "
                     "for the trumpet.");
  one.cues = {{14, 17, "Meridian, good night. A ladder? How high is your problem?",
               "Meridian, gute Nacht. Eine Leiter? Wie hoch ist Ihr Problem?"},
              {32, 35, "We do not ask what for. We ask: with or without salt.",
               "Wir fragen nicht, wozu. Wir fragen: mit oder ohne Salz."},
              {60, 63.5, "The lift only goes to the third floor. After that it apologises.",
               "Der Aufzug f\u00E4hrt nur bis zum dritten. Danach entschuldigt er sich."},
              {96, 99.5, "Somebody is playing a boiled egg in 417. Rather well.",
               "Jemand spielt in 417 ein gekochtes Ei. Ziemlich gut."},
              {132, 135, "Put it on the house, said Mrs Tetteh. The house sighed.",
               "Aufs Haus, sagte Frau Tetteh. Das Haus seufzte."},
              {155, 158, "At six the rain stopped, as agreed.",
               "Um sechs h\u00F6rte der Regen auf, wie vereinbart."}};
  auto two = episode(2, "Lost Property", {"rain_city", 1, 25},
                     "A shelf of umbrellas, a violin, somebody\u2019s Tuesday. When the owner of "
                     "the Tuesday turns up, "
                     "it has already been lent out.");
  two.look.ground = hex(0x10242A);
  two.look.accent = hex(0xFFB030);
  two.score.root = 48;
  two.cues = {{14, 17.5, "Forty umbrellas. It only rains one at a time.",
               "Vierzig Schirme. Dabei regnet es immer nur einen."},
              {40, 43.5, "And this? \u2014 That is a Tuesday, sir. Handed in on a Friday.",
               "Und das? \u2014 Das ist ein Dienstag, mein Herr. Abgegeben am Freitag."},
              {80, 83, "We lent it to a couple. They looked as if they needed one.",
               "Wir haben ihn einem Paar geliehen. Die sahen so aus."},
              {120, 123, "He took a Thursday instead. Slightly used.",
               "Er nahm stattdessen einen Donnerstag. Leicht gebraucht."}};
  auto three = episode(3, "Late Checkout", {"rain_city", 2, 26},
                       "The guest in 417 wants to leave at last. The rule book has a page on "
                       "arrivals. Mrs Tetteh turns "
                       "it over and writes the other one.");
  three.look.ground = hex(0x2A2440);
  three.look.accent = hex(0xFFB08A);
  three.score.root = 50;
  three.score.air = Air::wind;
  three.cues = {{14, 17, "I should like to check out. \u2014 Of what, madam?",
                 "Ich m\u00F6chte auschecken. \u2014 Woraus, gn\u00E4dige Frau?"},
                {50, 53.5, "Nobody has ever left 417. We thought you were the wallpaper.",
                 "417 hat noch nie jemand verlassen. Wir hielten Sie f\u00FCr die Tapete."},
                {95, 98, "Herr Fink carried the trumpet. It was lighter than usual.",
                 "Herr Fink trug die Trompete. Sie war leichter als sonst."},
                {150, 153, "Good morning, said the street. It had been practising.",
                 "Guten Morgen, sagte die Stra\u00DFe. Sie hatte ge\u00FCbt."}};
  return {std::move(one), std::move(two), std::move(three)};
}

}  // namespace matinee::demo
