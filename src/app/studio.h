#pragma once
// app/studio: what the studio's pages show and order, on the command line: titles, title, jobs,
// retry, stop, turn, storage, library. All of it over the admin socket of a running service.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace matinee::app {

/// The commands and what was typed for them; lives as long as the CLI::App.
class StudioCommands {
 public:
  /// `home`: the default of --home.
  StudioCommands(CLI::App& app, const std::string& home);

  /// The exit status when one of these commands was given.
  std::optional<int> run() const;

 private:
  CLI::App* add(CLI::App& app, const char* name, const char* summary);

  std::string home_;
  bool json_ = false;
  std::string id_;
  std::string state_;
  std::string search_;
  std::string turn_ = "first";
  bool attention_ = false;
  std::int64_t limit_ = 200;
  CLI::App* titles_ = nullptr;
  CLI::App* title_ = nullptr;
  CLI::App* jobs_ = nullptr;
  CLI::App* retry_ = nullptr;
  CLI::App* stop_ = nullptr;
  CLI::App* turn_command_ = nullptr;
  CLI::App* storage_ = nullptr;
  CLI::App* library_ = nullptr;
};

}  // namespace matinee::app
