// Goal: a file's own chapters and tags fill what nobody said, and overrule nobody.
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

TEST(EmbeddedFacts, FillWhatIsNotKnown) {
  catalog::TitleFacts facts;
  EXPECT_TRUE(add_embedded_facts(facts, probe_with_tags()));
  EXPECT_EQ(facts.chapters.size(), 2U);
  EXPECT_EQ(facts.genres, (std::vector<std::string>{"Drama", "Noir"}));
  EXPECT_EQ(facts.plot, "A plot.");
  EXPECT_EQ(facts.premiered, "1946-08-23");
  EXPECT_FALSE(add_embedded_facts(facts, probe_with_tags()));
}

TEST(EmbeddedFacts, WhatIsKnownStays) {
  catalog::TitleFacts facts;
  facts.plot = "Another plot.";
  facts.genres = {"Comedy"};
  facts.chapters = {{0, "All of it"}};
  facts.premiered = "2000-01-01";
  EXPECT_FALSE(add_embedded_facts(facts, probe_with_tags()));
  catalog::TitleFacts none;
  media::Probe odd;
  odd.chapters = {{0, "All of it"}};
  odd.tags = {{"date", "yesterday"}};
  EXPECT_FALSE(add_embedded_facts(none, odd));
}

}  // namespace
}  // namespace matinee::functions
