#pragma once
// app/demo: `matinee demo`: the service on a catalogue that it draws and scores itself.

#include <string>

namespace matinee::app {

struct DemoOptions {
  std::string home;  // empty: ~/.local/state/matinee-demo
  std::string listen = "127.0.0.1:8080";
  int audience = 0;   // synthetic viewers at the start; 0: none
  bool wipe = false;  // take everything of an earlier demo away, and serve nothing
};

/// Serves until stopped; the films are made behind. Returns the exit status.
int run_demo(const DemoOptions& options);

/// Writes a PNG of everything that the demo draws, for people who look after it.
int run_contact_sheet(const std::string& file);

}  // namespace matinee::app
