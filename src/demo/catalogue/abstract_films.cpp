// Films of light alone.
#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

FilmSpec ember_and_ice() {
  return {.id = "ember-and-ice",
          .title = "Ember & Ice",
          .year = 2025,
          .scene = {"flow", 0, 22},
          .grade = {.contrast = 1.05F, .bloom = 0.8F, .bloom_from = 0.45F},
          .look = {.hand = hands::kFashion,
                   .lines = {"Ember", "& Ice"},
                   .ground = hex(0x0A0616),
                   .accent = hex(0xFF6A4A),
                   .moment = 0.5F,
                   .title_high = true,
                   .second = 0,
                   .third = 4},
          .facts = {.plot = "Two temperatures dance a tango over one whirlpool. Four hundred and "
                            "thirty threads, each "
                            "alive for a few seconds, none of them wasted.",
                    .tagline = "It takes two to turn",
                    .genres = {"Music", "Experimental"},
                    .countries = {"Argentina"},
                    .directors = {"Luc\u00EDa Ferreyra"},
                    .writers = {"Luc\u00EDa Ferreyra"},
                    .cast = {{"Warm", "Herself"}, {"Cold", "Himself"}},
                    .studio = "Milonga Visual",
                    .certificate = "FSK 0",
                    .premiered = "2025-08-14"},
          .score = {.seed = 181,
                    .beats_per_minute = 118,
                    .root = 50,
                    .chords = {{0, 3, 7, 12}, {-5, 2, 5, 11}, {-4, 3, 8, 12}, {-5, -1, 5, 11}},
                    .lead = Lead::pluck,
                    .beat = Beat::march,
                    .pad = 0.9,
                    .density = 0.9},
          .duration_s = 44};
}

FilmSpec rose_window() {
  return {.id = "rose-window",
          .title = "Rose Window",
          .year = 2019,
          .scene = {"kaleidoscope", 0, 23},
          .grade = {.contrast = 1.04F, .bloom = 0.6F, .bloom_from = 0.55F, .vignette = 0.45F},
          .look = {.hand = hands::kRoman,
                   .lines = {"Rose", "Window"},
                   .ink = hex(0xFFF0D2),
                   .ground = hex(0x0C0818),
                   .accent = hex(0xE8A01E),
                   .moment = 0.35F,
                   .title_high = false,
                   .second = 1,
                   .third = 0},
          .facts = {.plot = "A cathedral that has grown tired of standing still turns its great "
                            "window, a quarter of an "
                            "inch a year, until somebody looks up. From the archive, in the format "
                            "it was found in.",
                    .tagline = "Look up",
                    .genres = {"Experimental", "Music"},
                    .countries = {"France"},
                    .directors = {"Anselme Roche"},
                    .writers = {"Anselme Roche"},
                    .cast = {{"Cobalt", "Blue"}, {"Selenium", "Red"}},
                    .studio = "Verre et Plomb",
                    .certificate = "FSK 0",
                    .premiered = "2019-12-24"},
          .score = {.seed = 191,
                    .beats_per_minute = 70,
                    .root = 48,
                    .chords = {{0, 7, 12, 16}, {-5, 2, 7, 14}, {-3, 4, 9, 16}, {-7, 5, 9, 12}},
                    .lead = Lead::organ,
                    .pad = 1.3,
                    .density = 0.7},
          .duration_s = 36,
          .browser_safe = false};
}

}  // namespace

std::vector<FilmSpec> abstract_films() { return {ember_and_ice(), rose_window()}; }

}  // namespace matinee::demo
