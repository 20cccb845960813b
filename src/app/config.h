#pragma once
// app/config: what an operator can set, from a TOML file and the command line.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "fleet/scaling/group_spec.h"

namespace matinee::app {

/// How the edge speaks TLS: not at all, with files, or with a certificate of its own making.
struct TlsConfig {
  std::filesystem::path certificate;  // PEM; both or neither
  std::filesystem::path key;
  bool self_signed = false;

  [[nodiscard]] bool is_on() const { return self_signed || !certificate.empty() || !key.empty(); }
};

/// What one client address may do at the front door.
struct ClientConfig {
  std::size_t connections_max = 512;
  double rate = 1;        // times the edge's own limits (edge/client_limits.h); 0 = none
  bool loopback = false;  // whether this machine's own addresses are limited too
};

/// Every setting with its default. An empty store URL means the embedded one in the home.
struct Config {
  std::filesystem::path home;
  std::string listen = "127.0.0.1:8080";
  bool open = false;  // of before sign-in; nothing asks for it any more
  std::string public_url;
  TlsConfig tls;
  ClientConfig clients;
  std::string server_name = "Matinee";  // on pages
  bool demo =
      false;  // a page asked for from this machine signs its owner in; only run_demo says so
  std::vector<std::string> hosts;  // more Host headers to answer to
  std::vector<std::string> roles{"origin", "control", "insight", "media", "edge"};
  std::vector<fleet::GroupSpec> groups;  // [[group]]: read and checked; nothing acts on them yet
  std::string objects_url;
  std::string database_url;
  std::string log_url;
  std::filesystem::path web_dir;  // empty: beside the program
  std::filesystem::path codec;    // empty: beside the program
  std::uint64_t edge_cache_bytes = std::uint64_t{64} * 1024 * 1024;
  std::uint64_t edge_disk_bytes = 0;  // of the edge's second cache, on disk; 0: none
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

/// Names and addresses of this machine and of the configuration, for a certificate of our own: the
/// first is what people would call it.
std::vector<std::string> certificate_names(const Config& config);

/// The host that `public_url` names, without a port; "" without one.
std::string public_host(const Config& config);

/// Host header values that this configuration answers to, without ports.
std::vector<std::string> allowed_hosts(const Config& config);

}  // namespace matinee::app
