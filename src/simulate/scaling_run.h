#pragma once
// simulate/scaling_run: a group of instances under a load trace and a controller: days in a moment.

#include "fleet/scaling/group_spec.h"
#include "simulate/load_trace.h"

namespace matinee::simulate {

inline constexpr int kScaledMax = 500;  // instances, of either controller

/// Of the days after the first, which both controllers have to get used to the audience.
struct ScalingOutcome {
  double instance_hours = 0;     // those that start included
  double violation_seconds = 0;  // in which more streams were wanted than could be carried
  double refused_stream_hours = 0;
  int changes = 0;
};

/// How our controller is set for these groups.
struct OurSettings {
  double utilisation = 0.8;  // target: this share of what an instance can carry
  int spares = 1;
};

/// What `decide` is given for a trace: its target, its start time, its announced premiere.
fleet::GroupSpec group_for(const LoadTrace& trace, const OurSettings& settings);

/// Our controller, asked each 5 s, with a forecast from the days before.
ScalingOutcome run_ours(const LoadTrace& trace, const OurSettings& settings);

/// Kubernetes' HPA with its defaults on a metric per pod, asked each 15 s, with metrics that are as
/// fresh as ours and count refused streams too. `target_percent` of what an instance can carry.
ScalingOutcome run_hpa(const LoadTrace& trace, int target_percent);

/// The highest target (of 20 to 95 %) at which the HPA spends no fewer instance-hours than `hours`;
/// 20 when none does.
int hpa_target_for(const LoadTrace& trace, double hours);

}  // namespace matinee::simulate
