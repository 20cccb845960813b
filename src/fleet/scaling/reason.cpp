#include "fleet/scaling/reason.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace matinee::fleet {
namespace {

constexpr std::array<std::string_view, 17> kRuleNames{
    "target",   "trend",      "step",         "waiting",         "spares",        "schedule",
    "forecast", "minimum",    "maximum",      "metrics_missing", "history_short", "shrink_window",
    "collapse", "grow_pause", "shrink_pause", "shrink_share",    "idle_window"};

// At most three places after the point, none that is not needed.
std::string number(double value) {
  std::array<char, 64> text{};
  const double rounded = std::round(value * 1000) / 1000;
  std::snprintf(text.data(), text.size(), "%.12g", rounded);
  return text.data();
}

std::string clock_time(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text.data();
}

bool has_load(Rule rule) {
  return rule == Rule::target || rule == Rule::trend || rule == Rule::step ||
         rule == Rule::forecast || rule == Rule::collapse || rule == Rule::shrink_window;
}

bool has_metric(Rule rule) { return has_load(rule) || rule == Rule::metrics_missing; }

}  // namespace

std::string_view name_of(Rule rule) { return kRuleNames.at(static_cast<std::size_t>(rule)); }

std::string to_sentence(const Reason& r) {
  const std::string count = std::to_string(r.instances);
  const std::string metric(name_of(r.metric));
  const std::string at_target =
      number(r.load) + " at " + number(r.limit) + " an instance need " + count;
  const std::string until = clock_time(r.until);
  switch (r.rule) {
    case Rule::target:
      return metric + ": " + at_target;
    case Rule::trend:
      return metric + " by " + until + ", as it rises: " + at_target;
    case Rule::step:
      return metric + " is " + number(r.load) + " an instance, at least " + number(r.limit) +
             ": a step asks for " + count;
    case Rule::waiting:
      return "something waits and nothing serves: " + count;
    case Rule::spares:
      return "with spares: " + count;
    case Rule::schedule:
      return "a schedule asks for " + count;
    case Rule::forecast:
      return metric + " forecast by " + until + ": " + at_target;
    case Rule::minimum:
      return "never fewer than " + count;
    case Rule::maximum:
      return "never more than " + count;
    case Rule::metrics_missing:
      return metric + " is not known: not fewer than " + count;
    case Rule::history_short:
      return "not watched for long enough to shrink, until " + until + ": " + count + " stay";
    case Rule::shrink_window:
      return metric + " was " + number(r.load) + " within the window: not fewer than " + count;
    case Rule::collapse:
      return metric + " fell from " + number(r.load) + " to " + number(r.limit) +
             " at once, which may be an outage: " + count + " stay until " + until;
    case Rule::grow_pause:
      return "grown a moment ago: " + count + " until " + until;
    case Rule::shrink_pause:
      return "shrunk a moment ago: " + count + " until " + until;
    case Rule::shrink_share:
      return "not so many go at once: " + count;
    case Rule::idle_window:
      return "not idle for long enough: " + count + " stays";
  }
  return {};
}

Json to_json(const Reason& reason) {
  Json json{{"rule", name_of(reason.rule)}, {"instances", reason.instances}};
  if (has_metric(reason.rule)) json["metric"] = name_of(reason.metric);
  if (has_load(reason.rule)) {
    json["load"] = reason.load;
    if (reason.rule != Rule::shrink_window) json["limit"] = reason.limit;
  }
  if (reason.until != Instant{}) json["until_ms"] = to_ms(reason.until);
  json["sentence"] = to_sentence(reason);
  return json;
}

}  // namespace matinee::fleet
