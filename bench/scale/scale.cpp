// The simulations of the claim `scale` (bench/scale/run): one line of JSON for each trace.
// usage: matinee_bench_scale FIRST_SEED SEEDS [UTILISATION SPARES]

#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "simulate/scaling_run.h"

namespace {

using matinee::Json;
using matinee::simulate::ScalingOutcome;

Json to_json(const ScalingOutcome& outcome) {
  return {{"instance_hours", outcome.instance_hours},
          {"violation_seconds", outcome.violation_seconds},
          {"refused_stream_hours", outcome.refused_stream_hours},
          {"changes", outcome.changes}};
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int kDefaultTargetPercent = 80;  // what Kubernetes takes when no metric is named
  if (count < 3) {
    std::fprintf(stderr, "usage: matinee_bench_scale FIRST_SEED SEEDS [UTILISATION SPARES]\n");
    return 2;
  }
  const auto first = std::strtoull(arguments[1], nullptr, 10);
  const auto seeds = std::strtoull(arguments[2], nullptr, 10);
  matinee::simulate::OurSettings settings;
  if (count > 3) settings.utilisation = std::strtod(arguments[3], nullptr);
  if (count > 4) settings.spares = std::atoi(arguments[4]);
  for (const auto kind : matinee::simulate::kTraceKinds) {
    for (auto seed = first; seed < first + seeds; ++seed) {
      const auto trace = make_trace(kind, seed);
      const auto ours = run_ours(trace, settings);
      const int target = hpa_target_for(trace, ours.instance_hours);
      const Json line{{"kind", name_of(kind)},
                      {"seed", seed},
                      {"start_time_s", trace.start_time.count()},
                      {"ours", to_json(ours)},
                      {"hpa_target_percent", target},
                      {"hpa", to_json(run_hpa(trace, target))},
                      {"hpa_default", to_json(run_hpa(trace, kDefaultTargetPercent))}};
      std::printf("%s\n", matinee::to_text(line).c_str());
      std::fflush(stdout);
    }
  }
  return 0;
}
