#include "functions/embedded_facts.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace matinee::functions {
namespace {

// The first tag of these names that says anything.
std::string_view tag_of(const media::Probe& probe, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    const auto tag = std::ranges::find(probe.tags, name, &media::ProbeTag::name);
    if (tag != probe.tags.end() && !tag->value.empty()) return tag->value;
  }
  return {};
}

void add_names(std::vector<std::string>& names, std::string_view text) {
  if (!names.empty()) return;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(";/,|"), text.size());
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

bool add_embedded_facts(catalog::TitleFacts& facts, const media::Probe& probe) {
  const catalog::TitleFacts before = facts;
  if (facts.chapters.empty()) {
    for (const auto& chapter : probe.chapters) {
      facts.chapters.push_back({chapter.start_ms, chapter.name});
    }
    // One chapter is none.
    if (facts.chapters.size() < 2) facts.chapters.clear();
  }
  if (facts.plot.empty()) facts.plot = tag_of(probe, {"synopsis", "description", "summary"});
  if (facts.premiered.empty()) {
    facts.premiered = tag_of(probe, {"date_released", "date"}).substr(0, 10);
  }
  add_names(facts.genres, tag_of(probe, {"genre"}));
  add_names(facts.directors, tag_of(probe, {"director"}));
  catalog::limit_facts(facts);
  return facts != before;
}

}  // namespace matinee::functions
