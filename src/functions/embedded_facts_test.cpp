// Goal: a file's own chapters and tags become facts.
#include "functions/embedded_facts.h"

#include <gtest/gtest.h>

namespace matinee::functions {
namespace {

media::Probe probe_with_tags() {
  media::Probe probe;
  probe.chapters = {{0, "Begin"}, {60'000, "End"}};
  probe.tags = {{"genre", "Drama; Noir"},
                {"description", "A plot."},
                {"date", "1946-08-23"},
                {"encoder", "x"}};
  return probe;
}

TEST(EmbeddedFacts, AreChaptersAndTags) {
  const auto facts = embedded_facts(probe_with_tags());
  EXPECT_EQ(facts.chapters.size(), 2U);
  EXPECT_EQ(facts.genres, (std::vector<std::string>{"Drama", "Noir"}));
  EXPECT_EQ(facts.plot, "A plot.");
  EXPECT_EQ(facts.premiered, "1946-08-23");
}

TEST(EmbeddedFacts, WhatCannotBeIsNone) {
  media::Probe odd;
  odd.chapters = {{0, "All of it"}};
  odd.tags = {{"date", "yesterday"}};
  EXPECT_EQ(embedded_facts(odd), catalog::TitleFacts{});
}

}  // namespace
}  // namespace matinee::functions
