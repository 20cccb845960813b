#include "app/config.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <toml.hpp>

#include "http/socket.h"

namespace matinee::app {
namespace {

using Setter = std::function<void(const toml::value&, Config&)>;

const std::map<std::string, log::Level, std::less<>>& levels() {
  static const std::map<std::string, log::Level, std::less<>> names{
      {"debug", log::Level::debug},
      {"info", log::Level::info},
      {"warning", log::Level::warning},
      {"error", log::Level::error}};
  return names;
}

template <typename Number>
Setter positive(Number Config::* member) {
  return [member](const toml::value& value, Config& config) {
    const auto number = toml::get<std::int64_t>(value);
    if (number <= 0) throw std::out_of_range("must be greater than 0");
    config.*member = static_cast<Number>(number);
  };
}

template <typename T>
Setter into(T Config::* member) {
  return [member](const toml::value& value, Config& config) {
    if constexpr (std::is_same_v<T, std::filesystem::path>) {
      config.*member = toml::get<std::string>(value);
    } else {
      config.*member = toml::get<T>(value);
    }
  };
}

const std::map<std::string, Setter, std::less<>>& setters() {
  static const std::map<std::string, Setter, std::less<>> all{
      {"listen", into(&Config::listen)},
      {"open", into(&Config::open)},
      {"public_url", into(&Config::public_url)},
      {"hosts", into(&Config::hosts)},
      {"roles", into(&Config::roles)},
      {"objects_url", into(&Config::objects_url)},
      {"database_url", into(&Config::database_url)},
      {"log_url", into(&Config::log_url)},
      {"web_dir", into(&Config::web_dir)},
      {"codec", into(&Config::codec)},
      {"edge_cache_bytes", positive(&Config::edge_cache_bytes)},
      {"edge_loops", positive(&Config::edge_loops)},
      {"log_level", [](const toml::value& value, Config& config) {
         config.log_level = levels().at(toml::get<std::string>(value));
       }}};
  return all;
}

void append_interface_addresses(std::vector<std::string>& hosts) {
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return;
  for (const auto* one = interfaces; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) {
      hosts.emplace_back(text.data());
    }
  }
  ::freeifaddrs(interfaces);
}

std::string host_of_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
  url = url.substr(0, url.find('/'));
  const auto port = url.rfind(':');
  if (port != std::string_view::npos && url.find(']', port) == std::string_view::npos) {
    url = url.substr(0, port);
  }
  return std::string(url);
}

}  // namespace

Result<void> read_config_file(const std::filesystem::path& file, Config& config) {
  const auto where = "configuration " + file.string();
  if (!std::filesystem::exists(file)) return fail(ErrorCode::not_found, where + " does not exist");
  try {  // toml11 reports by exceptions; none leaves here
    const auto document = toml::parse(file.string());
    for (const auto& [key, value] : document.as_table()) {
      const auto setter = setters().find(key);
      if (setter == setters().end()) {
        return fail(ErrorCode::invalid, where + ": unknown key \"" + key + "\"");
      }
      try {
        setter->second(value, config);
      } catch (const std::exception&) {
        return fail(ErrorCode::invalid, where + ": the value of \"" + key + "\" will not do");
      }
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::invalid, where + ": " + error.what());
  }
  return {};
}

Result<log::Level> log_level_of(std::string_view name) {
  const auto found = levels().find(name);
  if (found == levels().end()) {
    return fail(ErrorCode::invalid, "there is no log level \"" + std::string(name) + "\"");
  }
  return found->second;
}

std::vector<std::string> to_arguments(const Config& config, const std::filesystem::path& file) {
  std::vector<std::string> arguments{"--home", config.home.string(), "--listen", config.listen};
  if (!file.empty()) arguments.insert(arguments.end(), {"--config", file.string()});
  if (config.open) arguments.emplace_back("--open");
  for (const auto& [name, level] : levels()) {
    if (level == config.log_level) arguments.insert(arguments.end(), {"--log-level", name});
  }
  return arguments;
}

std::vector<std::string> allowed_hosts(const Config& config) {
  std::vector<std::string> hosts{"127.0.0.1", "localhost", "[::1]"};
  hosts.insert(hosts.end(), config.hosts.begin(), config.hosts.end());
  if (!config.public_url.empty()) hosts.push_back(host_of_url(config.public_url));
  if (const auto address = http::Address::parse(config.listen)) hosts.push_back(address->host);
  if (config.open) {
    append_interface_addresses(hosts);
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) hosts.emplace_back(name.data());
  }
  std::ranges::sort(hosts);
  hosts.erase(std::ranges::unique(hosts).begin(), hosts.end());
  return hosts;
}

}  // namespace matinee::app
