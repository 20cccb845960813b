#pragma once
// app/steer: `matinee steer explain`: where a client would be sent for a title, and why.

#include <string>

namespace matinee::app {

struct SteerOptions {
  std::string home;
  std::string client;  // an IPv4 or IPv6 address
  std::string title;   // id
  bool json = false;
};

/// Asks the service on this home over its admin socket; returns the exit status.
int run_steer_explain(const SteerOptions& options);

}  // namespace matinee::app
