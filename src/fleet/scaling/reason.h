#pragma once
// fleet/scaling/reason: why a group has the size it has, as data and as a sentence.

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "fleet/scaling/group_spec.h"

namespace matinee::fleet {

enum class Rule {
  target,           // the load of now at the target
  trend,            // the load there will be when an instance ordered now serves
  step,             // a step rule
  waiting,          // something waits and nothing serves
  spares,           // what runs beside the need
  schedule,         // a floor
  forecast,         // a floor
  minimum,          // instances_min
  maximum,          // instances_max
  metrics_missing,  // no shrinking: the load is not known
  history_short,    // no shrinking: it has not been watched for long enough
  shrink_window,    // not so few yet: the window remembers more
  collapse,         // no shrinking: the load fell off a cliff
  grow_pause,       // grown too recently
  shrink_pause,     // shrunk too recently
  shrink_share,     // not so many at once
  idle_window       // the last one stays a while
};

std::string_view name_of(Rule rule);

/// One rule that had a say. Fields that a rule has no use for are 0.
struct Reason {
  Rule rule = Rule::target;
  int instances = 0;  // what it asks for or holds at
  LoadMetric metric = LoadMetric::streams;
  double load = 0;   // of the group; for `step`, of one instance; for `collapse`, before the fall
  double limit = 0;  // the target or threshold; for `collapse`, the load after it
  Instant until{};   // of floors, pauses and windows
};

/// "streams: 812 at 200 an instance need 5". Times are UTC.
std::string to_sentence(const Reason& reason);

/// {"rule","instances","metric","load","limit","until_ms","sentence"}; what is not used is left
/// out.
Json to_json(const Reason& reason);

}  // namespace matinee::fleet
