#pragma once
// app/config: what an operator can set, from a TOML file and the command line.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace matinee::app {

/// Every setting with its default. An empty store URL means the embedded one in the home.
struct Config {
  std::filesystem::path home;
  std::string listen = "127.0.0.1:8080";
  bool open = false;  // listen on more than loopback although nobody has to sign in
  std::string public_url;
  std::vector<std::string> hosts;  // more Host headers to answer to
  std::vector<std::string> roles{"origin", "control", "insight", "media", "edge"};
  std::string objects_url;
  std::string database_url;
  std::string log_url;
  std::filesystem::path web_dir;  // empty: beside the program
  std::filesystem::path codec;    // empty: beside the program
  std::uint64_t edge_cache_bytes = std::uint64_t{64} * 1024 * 1024;
  std::size_t edge_loops = 1;
  log::Level log_level = log::Level::info;
};

/// Overwrites what the file sets. Errors: not_found; invalid, naming the key or the line.
/// Unknown keys are refused, so that a misspelt one is not silently the default.
Result<void> read_config_file(const std::filesystem::path& file, Config& config);

/// "debug", "info", "warning", "error". Errors: invalid.
Result<log::Level> log_level_of(std::string_view name);

/// The command-line form of what roles must know, for the processes the supervisor starts.
std::vector<std::string> to_arguments(const Config& config, const std::filesystem::path& file);

/// Host header values that this configuration answers to, without ports.
std::vector<std::string> allowed_hosts(const Config& config);

}  // namespace matinee::app
