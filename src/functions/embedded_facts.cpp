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

std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(";/,|"), text.size());
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

}  // namespace

catalog::TitleFacts embedded_facts(const media::Probe& probe) {
  catalog::TitleFacts facts;
  // One chapter is none.
  if (probe.chapters.size() > 1) {
    for (const auto& chapter : probe.chapters) {
      facts.chapters.push_back({chapter.start_ms, chapter.name});
    }
  }
  facts.plot = tag_of(probe, {"synopsis", "description", "summary"});
  facts.premiered = tag_of(probe, {"date_released", "date"}).substr(0, 10);
  facts.genres = names_of(tag_of(probe, {"genre"}));
  facts.directors = names_of(tag_of(probe, {"director"}));
  catalog::limit_facts(facts);
  return facts;
}

}  // namespace matinee::functions
