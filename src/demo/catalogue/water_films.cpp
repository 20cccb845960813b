// Films of the water, and the feature among them.
#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

FilmSpec jellies_at_noon() {
  return {.id = "jellies-at-noon",
          .title = "Jellies at Noon",
          .scene = {"deep", 0, 3},
          .grade = {.bloom = 0.75F, .bloom_from = 0.5F, .vignette = 0.3F},
          .look = {.hand = hands::kGrotesque,
                   .lines = {"Jellies", "at Noon"},
                   .ground = hex(0x0A4A6A),
                   .accent = hex(0xFF8AC4),
                   .moment = 0.4F,
                   .second = 0,
                   .third = 2},
          .facts = {.plot = "Lunch break, forty metres down. Eight jellyfish do what they have "
                            "done for five hundred "
                            "million years, and do it beautifully: nothing, together.",
                    .tagline = "No brain. No hurry. No regrets.",
                    .genres = {"Documentary", "Family"},
                    .countries = {"Japan"},
                    .directors = {"Haruka Minamoto"},
                    .writers = {"The Tide"},
                    .cast = {{"Eight jellyfish", "Themselves"}, {"A shoal", "Extras"}},
                    .studio = "Forty Metres",
                    .certificate = "FSK 0",
                    .premiered = "2026-07-07"},
          .score = {.seed = 81,
                    .beats_per_minute = 72,
                    .root = 56,
                    .chords = {{0, 4, 11, 14}, {-3, 4, 7, 14}, {-7, 4, 9, 12}, {-5, 2, 9, 14}},
                    .lead = Lead::bells,
                    .air = Air::water,
                    .pad = 1.3,
                    .density = 0.55},
          .duration_s = 60};
}

FilmSpec keeper() {
  return {.id = "keeper",
          .title = "Keeper",
          .year = 2021,
          .scene = {"lighthouse", 0, 6},
          .grade = {.contrast = 1.06F,
                    .saturation = 0.86F,
                    .bloom = 0.6F,
                    .bloom_from = 0.6F,
                    .vignette = 0.5F,
                    .aspect = 1.85F},
          .look = {.hand = hands::kTall,
                   .lines = {"Keeper"},
                   .ground = hex(0x10161C),
                   .accent = hex(0xE8C878),
                   .moment = 0.02F,
                   .second = 2,
                   .third = 4},
          .facts = {.plot = "The relief boat is nine days late. The log has an entry for each of "
                            "them, in a hand that is "
                            "not the keeper\u2019s, about a tenth.",
                    .tagline = "It turns. Something turns with it.",
                    .genres = {"Horror", "Mystery"},
                    .countries = {"United Kingdom"},
                    .directors = {"Alasdair Muir"},
                    .writers = {"Effie Strachan"},
                    .cast = {{"Fergus Innes", "The Keeper"}, {"(uncredited)", "The Tenth Day"}},
                    .studio = "Skerry",
                    .certificate = "FSK 18",
                    .premiered = "2021-10-31"},
          .score = {.seed = 91,
                    .beats_per_minute = 50,
                    .root = 41,
                    .chords = {{0, 6, 12, 15}, {0, 7, 13, 15}, {-1, 6, 11, 17}, {0, 5, 6, 13}},
                    .lead = Lead::organ,
                    .beat = Beat::heart,
                    .air = Air::waves,
                    .pad = 1.5,
                    .density = 0.25},
          .cues = {{9, 12, "Day one. The boat is late.", "Tag eins. Das Boot versp\u00E4tet sich."},
                   {27, 30, "Day four. I did not write day three.",
                    "Tag vier. Tag drei habe ich nicht geschrieben."},
                   {50, 53.5, "Day nine. It asks when we are going up.",
                    "Tag neun. Es fragt, wann wir hinaufgehen."},
                   {70, 72.5, "Day ten.", "Tag zehn."}},
          .duration_s = 84};
}

FilmSpec pressure() {
  return {.id = "pressure",
          .title = "Pressure",
          .year = 2024,
          .scene = {"deep", 1, 17},
          .grade = {.contrast = 1.08F, .bloom = 0.9F, .bloom_from = 0.45F, .vignette = 0.55F},
          .look = {.hand = hands::kHeavy,
                   .lines = {"Pressure"},
                   .ink = hex(0xEDE6FF),
                   .ground = hex(0x0C0628),
                   .accent = hex(0x59E8FF),
                   .moment = 0.44F,
                   .title_high = true,
                   .second = 3,
                   .third = 4},
          .facts = {.plot = "At six thousand metres the station hears knocking. Polite at first. "
                            "The crew of three "
                            "disagree about who is outside, and later about how many they are.",
                    .tagline = "Answer it slowly",
                    .genres = {"Science Fiction", "Horror"},
                    .countries = {"South Korea", "Canada"},
                    .directors = {"Seo Min-ah"},
                    .writers = {"Seo Min-ah", "Glenn Tremblay"},
                    .cast = {{"Baek Ji-won", "Commander Ryu"},
                             {"Elise Tremblay", "Dr. Gagnon"},
                             {"Noh Sung", "The Third"}},
                    .studio = "Hadal",
                    .certificate = "FSK 16",
                    .premiered = "2024-02-15"},
          .score = {.seed = 95,
                    .beats_per_minute = 58,
                    .root = 39,
                    .chords = {{0, 7, 13, 18}, {-1, 6, 12, 19}, {1, 8, 12, 15}, {0, 6, 11, 18}},
                    .lead = Lead::bells,
                    .beat = Beat::heart,
                    .air = Air::water,
                    .pad = 1.6,
                    .density = 0.3},
          .width = 1280,
          .height = 720,
          .duration_s = 40};
}

std::vector<Cue> paper_sea_cues() {
  return {{9, 13, "Once there was a letter nobody had the courage to send.",
           "Es war einmal ein Brief, den niemand abzuschicken wagte."},
          {14, 17.5, "So it was folded, and given to the sea instead.",
           "Also wurde er gefaltet und dem Meer gegeben."},
          {40, 44, "A paper boat knows three things: up, down, and damp.",
           "Ein Papierboot kennt drei Dinge: auf, ab und feucht."},
          {78, 82, "Evening came, and somebody lit the lantern. Nobody knows who.",
           "Es wurde Abend, und jemand z\u00FCndete die Laterne an. Niemand wei\u00DF, wer."},
          {120, 124, "Good evening, said the whale. You are in my sentence.",
           "Guten Abend, sagte der Wal. Du stehst in meinem Satz."},
          {128, 131.5, "The boat apologised and moved one comma to the left.",
           "Das Boot entschuldigte sich und r\u00FCckte ein Komma nach links."},
          {190, 194, "On the third day nothing happened, twice.",
           "Am dritten Tag geschah nichts, und zwar zweimal."},
          {252, 256, "The moon offered to read the letter. Only the nice parts, it said.",
           "Der Mond bot an, den Brief zu lesen. Nur die sch\u00F6nen Stellen, sagte er."},
          {310, 314, "Paper remembers every fold. That is why it can come home.",
           "Papier merkt sich jede Falte. Darum findet es heim."},
          {372, 376, "Five storms passed. Four of them did not notice it.",
           "F\u00FCnf St\u00FCrme zogen vorbei. Vier davon bemerkten es nicht."},
          {440, 444, "If you are reading this, said the boat, you are the shore.",
           "Wenn du das liest, sagte das Boot, bist du das Ufer."},
          {505, 509, "On the sixth morning there was a window, and a hand.",
           "Am sechsten Morgen war da ein Fenster und eine Hand."},
          {540, 544, "It unfolded, and for the first time heard its own words.",
           "Es entfaltete sich und h\u00F6rte zum ersten Mal seine eigenen Worte."},
          {552, 556, "Dear you, it began.", "Liebes Du, begann es."}};
}

}  // namespace

std::vector<FilmSpec> water_films() { return {jellies_at_noon(), keeper(), pressure()}; }

FilmSpec feature_film() {
  FilmSpec film{.id = "the-paper-sea",
                .title = "The Paper Sea",
                .scene = {"sea", 0, 5},
                .grade = {.bloom = 0.25F, .bloom_from = 0.8F, .vignette = 0.24F, .grain = 0.01F},
                .look = {.hand = hands::kSlanted,
                         .lines = {"The Paper", "Sea"},
                         .ink = hex(0xFFF8EA),
                         .ground = hex(0x173A5E),
                         .accent = hex(0xF2A65A),
                         .moment = 0.165F,
                         .title_high = true,
                         .second = 3,
                         .third = 1},
                .facts = {.plot = "A boat folded from a letter sets out to be read. Six days and "
                                  "six nights, one whale, one "
                                  "lantern and a great deal of weather lie between the desk and "
                                  "the window. The feature of "
                                  "the house: ten minutes, no scissors spared.",
                          .tagline = "Fold. Launch. Believe.",
                          .genres = {"Adventure", "Family", "Animation"},
                          .countries = {"Germany", "Denmark"},
                          .directors = {"Henrike Solberg"},
                          .writers = {"Henrike Solberg", "Anton Quist"},
                          .cast = {{"Mia Falkner", "Voice of the Boat"},
                                   {"Ole Brandt", "Voice of the Moon"},
                                   {"Grete Halm", "Voice of the Whale"}},
                          .studio = "Schere & Licht",
                          .certificate = "FSK 0",
                          .premiered = "2026-01-29"},
                .score = {.seed = 5,
                          .beats_per_minute = 96,
                          .root = 55,
                          .chords = {{0, 4, 7, 11},
                                     {-3, 4, 9, 12},
                                     {-7, 5, 9, 12},
                                     {-5, 2, 7, 11},
                                     {-8, 4, 8, 11},
                                     {-3, 4, 9, 12},
                                     {-10, 2, 5, 9},
                                     {-5, 2, 7, 12}},
                          .lead = Lead::music_box,
                          .air = Air::waves,
                          .pad = 0.9,
                          .density = 0.7},
                .narrated = true,
                .duration_s = 600,
                .credits_s = 30};
  film.cues = paper_sea_cues();
  return film;
}

}  // namespace matinee::demo
