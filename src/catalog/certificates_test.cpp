// Goal: a certificate that a board gave is an age; one that nobody knows is none.
#include "catalog/certificates.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace matinee::catalog {
namespace {

TEST(Certificates, KnownMarksAreAges) {
  const std::vector<std::pair<std::string_view, int>> cases{
      {"G", 0},
      {"PG", 8},
      {"PG-13", 13},
      {"Rated PG-13", 13},
      {"Rated PG-13 for violence and language", 13},
      {"US:PG-13", 13},
      {"Rated R", 17},
      {"NC-17", 18},
      {"TV-MA", 17},
      {"TV-Y7-FV", 7},
      {"TV-14", 14},
      {"U", 0},
      {"12A", 12},
      {"UK:15", 15},
      {"GB:18", 18},
      {"FSK 12", 12},
      {"fsk-16", 16},
      {"Germany:6", 6},
      {"DE:FSK 0", 0},
      {"FSK 18", 18},
      {"Ohne Altersbeschr\xC3\xA4nkung", 0},
      {"ab 12", 12},
      {"Tous publics", 0},
      {"-16", 16},
      {"Interdit aux moins de 12 ans", 12},
      {"AL", 0},
      {"Kijkwijzer 9", 9},
      {"PEGI 16", 16},
      {"16+", 16},
      {"VM14", 14},
      {"MA 15+", 15},
      {"AU:M", 15},
      {"21", 18},
      {"US:PG-13 / DE:FSK 12", 13},
  };
  for (const auto& [certificate, age] : cases) {
    const auto found = maturity_of_certificate(certificate);
    EXPECT_EQ(found.value_or(-1), age) << certificate;
  }
}

TEST(Certificates, WhatNobodyKnowsIsNoAge) {
  for (const std::string_view certificate : {"", "Not Rated", "NR", "Unrated", "N/A", "banana",
                                             "99", "1946", ":", "/", "US:", "\xFF\xFE", "PG-99"}) {
    EXPECT_FALSE(maturity_of_certificate(certificate)) << certificate;
  }
}

}  // namespace
}  // namespace matinee::catalog
