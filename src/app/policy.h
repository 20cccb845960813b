#pragma once
// app/policy: `matinee policy`: shows and sets when films are encoded.

#include <string>

#include "base/result.h"
#include "functions/encode_policy.h"

namespace matinee::app {

struct PolicyOptions {
  std::string home;
  bool json = false;
  // What `set` changes; empty leaves it as it is.
  std::string when;       // now, on_first_watch, never
  std::string night;      // "22:00-06:00", or "off"
  std::string cpu_share;  // "0.5" or "50%"
  std::string quota;      // "500GB", bytes, or "off"
};

/// The policy with what the options change. Errors: invalid, naming the option.
Result<functions::EncodePolicy> changed_policy(functions::EncodePolicy policy,
                                               const PolicyOptions& options);

/// Ask the service on this home over its admin socket; return the exit status.
int run_policy_show(const PolicyOptions& options);
int run_policy_set(const PolicyOptions& options);

}  // namespace matinee::app
