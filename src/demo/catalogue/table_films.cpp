// Films made on a table: paper, card, a microscope.
#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

FilmSpec serpent_understudy() {
  return {
      .id = "serpent-understudy",
      .title = "The Serpent\u2019s Understudy",
      .year = 2025,
      .scene = {"theatre", 0, 16},
      .grade = {.gain = {1.04F, 1, 0.95F}, .bloom = 0.45F, .bloom_from = 0.65F, .vignette = 0.4F},
      .look = {.hand = hands::kRoman,
               .lines = {"The Serpent\u2019s", "Understudy"},
               .ink = hex(0xFCE9BC),
               .ground = hex(0x5A1220),
               .accent = hex(0xF0C25A),
               .moment = 0.6F,
               .title_high = false,
               .second = 1,
               .third = 0},
      .facts = {.plot = "Opening night at the toy theatre, and the sea serpent has the hiccups. In "
                        "the wings waits a "
                        "sock who knows every line, and there is only one line: it is a roar.",
                .tagline = "Every monster was somebody\u2019s second choice",
                .genres = {"Comedy", "Animation"},
                .countries = {"Czechia"},
                .directors = {"Jindrich Havel"},
                .writers = {"Dora Kafkov\u00E1"},
                .cast = {{"A sock", "The Understudy"},
                         {"Papier-mache", "The Serpent"},
                         {"Card, painted", "The Sea"}},
                .studio = "Papertown Theatre",
                .certificate = "FSK 6",
                .premiered = "2025-12-05"},
      .score = {.seed = 141,
                .beats_per_minute = 132,
                .root = 60,
                .chords = {{0, 4, 7, 12}, {0, 5, 9, 12}, {-1, 2, 7, 11}, {0, 4, 7, 12}},
                .lead = Lead::organ,
                .beat = Beat::march,
                .pad = 0.5,
                .density = 0.8},
      .cues = {{8, 11, "Quiet, please. The sea is about to be pulled on.",
                "Ruhe bitte. Gleich wird das Meer hereingezogen."},
               {24, 27, "Enter: a ship. It has practised.",
                "Auftritt: ein Schiff. Es hat ge\u00FCbt."},
               {40, 43.5, "Roar, said the sock, with feeling.",
                "Br\u00FCll, sagte die Socke mit Gef\u00FChl."},
               {60, 63, "They clapped until the moon came down for a bow.",
                "Man klatschte, bis der Mond sich verbeugen kam."}},
      .duration_s = 76};
}

FilmSpec castle_at_four() {
  return {.id = "castle-at-four",
          .title = "The Castle at Four O\u2019Clock",
          .year = 2024,
          .scene = {"theatre", 1, 18},
          .grade = {.saturation = 1.06F, .bloom = 0.35F, .bloom_from = 0.7F, .vignette = 0.34F},
          .look = {.hand = hands::kHeavy,
                   .lines = {"The Castle", "at Four", "O\u2019Clock"},
                   .ink = hex(0xFFF6DE),
                   .ground = hex(0xBFE0D2),
                   .accent = hex(0xC23B4A),
                   .moment = 0.4F,
                   .title_high = false,
                   .second = 1,
                   .third = 3},
          .facts = {.plot = "A knight is invited to tea and mistakes it for a siege. The cake is "
                            "very brave. For children "
                            "who can already tell the time, and for castles.",
                    .tagline = "Bring a lance or a lemon cake",
                    .genres = {"Family", "Comedy"},
                    .countries = {"Germany"},
                    .directors = {"Wiebke Tamm"},
                    .writers = {"Wiebke Tamm"},
                    .cast = {{"Sir Pell", "A knight"}, {"Bianka", "A horse on a stick"}},
                    .studio = "Papertown Theatre",
                    .certificate = "FSK 0",
                    .premiered = "2024-04-04"},
          .score = {.seed = 151,
                    .beats_per_minute = 124,
                    .root = 58,
                    .chords = {{0, 4, 7, 12}, {-5, 2, 7, 11}, {-3, 4, 9, 12}, {-7, 5, 9, 12}},
                    .lead = Lead::flute,
                    .beat = Beat::march,
                    .pad = 0.6,
                    .density = 0.9},
          .narrated = true,
          .duration_s = 64};
}

FilmSpec triadic() {
  return {.id = "triadic",
          .title = "Triadic",
          .scene = {"bauhaus", 0, 19},
          .grade = {.bloom = 0, .vignette = 0.22F, .grain = 0.02F, .aspect = 1.3333F},
          .look = {.hand = hands::kHeavy,
                   .lines = {"Triadic"},
                   .ink = hex(0x1C1A1E),
                   .ground = hex(0xF1E8D6),
                   .accent = hex(0xD6382B),
                   .moment = 0.06F,
                   .second = 2,
                   .third = 4},
          .facts = {.plot = "Red, blue and yellow share a flat. Black does the accounts. Four "
                            "scenes of domestic geometry, "
                            "moved by hand, twelve times a second.",
                    .tagline = "Three\u2019s a company",
                    .genres = {"Animation", "Experimental"},
                    .countries = {"Germany"},
                    .directors = {"Lore Abendroth"},
                    .writers = {"Lore Abendroth"},
                    .cast = {{"Circle", "Red"}, {"Square", "Blue"}, {"Triangle", "Yellow"}},
                    .studio = "Werkstatt 19",
                    .certificate = "FSK 0",
                    .premiered = "2026-02-19"},
          .score = {.seed = 161,
                    .beats_per_minute = 120,
                    .root = 52,
                    .chords = {{0, 5, 10, 12}, {2, 7, 12, 14}, {-3, 2, 7, 12}, {-5, 0, 5, 10}},
                    .lead = Lead::pluck,
                    .beat = Beat::clock,
                    .pad = 0.3,
                    .density = 0.95},
          .duration_s = 37};
}

FilmSpec drop_of_pond() {
  return {.id = "drop-of-pond",
          .title = "A Drop of Pond",
          .year = 2025,
          .scene = {"cells", 0, 20},
          .grade = {.bloom = 0.3F, .bloom_from = 0.85F, .vignette = 0.1F},
          .look = {.hand = hands::kGrotesque,
                   .lines = {"A Drop", "of Pond"},
                   .ink = hex(0x1E3A38),
                   .ground = hex(0xD6E8DC),
                   .accent = hex(0xC24A6A),
                   .moment = 0.5F,
                   .title_high = false,
                   .second = 0,
                   .third = 2},
          .facts = {.plot = "Twenty-six neighbours in one hundredth of a teaspoon. Births, "
                            "partings and a traffic problem, "
                            "under glass and without narration, because what could one add.",
                    .tagline = "It is crowded in there",
                    .genres = {"Documentary", "Nature"},
                    .countries = {"Sweden"},
                    .directors = {"Britta Lindqvist"},
                    .writers = {"Britta Lindqvist"},
                    .cast = {{"Paramecia", "Commuters"}, {"A ciliate", "The Late One"}},
                    .studio = "Eyepiece",
                    .certificate = "FSK 0",
                    .premiered = "2025-05-22"},
          .score = {.seed = 171,
                    .beats_per_minute = 100,
                    .root = 57,
                    .chords = {{0, 4, 7, 14}, {2, 6, 9, 14}, {-3, 4, 7, 12}, {-5, 2, 6, 11}},
                    .lead = Lead::bells,
                    .air = Air::water,
                    .pad = 0.8,
                    .density = 0.7},
          .duration_s = 58};
}

}  // namespace

std::vector<FilmSpec> table_films() {
  return {serpent_understudy(), castle_at_four(), triadic(), drop_of_pond()};
}

}  // namespace matinee::demo
