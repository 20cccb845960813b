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

#include "app/config_groups.h"
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

using Setters = std::map<std::string, Setter, std::less<>>;

Setter path_into(std::filesystem::path TlsConfig::* member) {
  return [member](const toml::value& value, Config& config) {
    config.tls.*member = toml::get<std::string>(value);
  };
}

const Setters& tls_setters() {
  static const Setters all{{"certificate", path_into(&TlsConfig::certificate)},
                           {"key", path_into(&TlsConfig::key)},
                           {"self_signed", [](const toml::value& value, Config& config) {
                              config.tls.self_signed = toml::get<bool>(value);
                            }}};
  return all;
}

const Setters& client_setters() {
  static const Setters all{{"connections_max",
                            [](const toml::value& value, Config& config) {
                              const auto number = toml::get<std::int64_t>(value);
                              if (number < 0) throw std::out_of_range("must not be negative");
                              config.clients.connections_max = static_cast<std::size_t>(number);
                            }},
                           {"rate",
                            [](const toml::value& value, Config& config) {
                              const double rate =
                                  value.is_integer()
                                      ? static_cast<double>(toml::get<std::int64_t>(value))
                                      : toml::get<double>(value);
                              if (!(rate >= 0 && rate <= 1e6))
                                throw std::out_of_range("must be from 0 to 1000000");
                              config.clients.rate = rate;
                            }},
                           {"loopback", [](const toml::value& value, Config& config) {
                              config.clients.loopback = toml::get<bool>(value);
                            }}};
  return all;
}

const Setters& setters() {
  static const Setters all{{"listen", into(&Config::listen)},
                           {"open", into(&Config::open)},
                           {"public_url", into(&Config::public_url)},
                           {"server_name", into(&Config::server_name)},
                           {"hosts", into(&Config::hosts)},
                           {"roles", into(&Config::roles)},
                           {"objects_url", into(&Config::objects_url)},
                           {"database_url", into(&Config::database_url)},
                           {"log_url", into(&Config::log_url)},
                           {"web_dir", into(&Config::web_dir)},
                           {"codec", into(&Config::codec)},
                           {"edge_cache_bytes", positive(&Config::edge_cache_bytes)},
                           {"edge_disk_bytes", positive(&Config::edge_disk_bytes)},
                           {"edge_loops", positive(&Config::edge_loops)},
                           {"log_level", [](const toml::value& value, Config& config) {
                              config.log_level = levels().at(toml::get<std::string>(value));
                            }}};
  return all;
}

// Errors: invalid, naming the key with its table: "tls.certificate".
Result<void> apply(const toml::value& table, const Setters& known, const std::string& prefix,
                   Config& config) {
  for (const auto& [key, value] : table.as_table()) {
    const bool is_tls = key == "tls";
    if (prefix.empty() && value.is_table() && (is_tls || key == "clients")) {
      const Setters& inner = is_tls ? tls_setters() : client_setters();
      if (auto done = apply(value, inner, key + ".", config); !done) return done;
      continue;
    }
    if (prefix.empty() && key == "group") {
      auto groups = read_groups(value);
      if (!groups) return std::unexpected(groups.error());
      config.groups = *std::move(groups);
      continue;
    }
    const auto setter = known.find(key);
    if (setter == known.end()) {
      return fail(ErrorCode::invalid, "unknown key \"" + prefix + key + "\"");
    }
    try {  // toml11 reports by exceptions; none leaves here
      setter->second(value, config);
    } catch (const std::exception&) {
      return fail(ErrorCode::invalid, "the value of \"" + prefix + key + "\" will not do");
    }
  }
  return {};
}

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address == nullptr) return {};
  if (address->sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    return ::inet_ntop(AF_INET, &v4, text.data(), text.size()) == nullptr ? "" : text.data();
  }
  if (address->sa_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (IN6_IS_ADDR_LINKLOCAL(&v6)) return {};  // means nothing without its interface
  return ::inet_ntop(AF_INET6, &v6, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::vector<std::string> interface_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return addresses;
  for (const auto* one = interfaces; one != nullptr; one = one->ifa_next) {
    if (auto text = address_text(one->ifa_addr); !text.empty())
      addresses.push_back(std::move(text));
  }
  ::freeifaddrs(interfaces);
  return addresses;
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// Whether others than this machine can reach it.
bool is_beyond_loopback(const std::string& listen) {
  const auto address = http::Address::parse(listen);
  if (!address) return false;
  return address->host != "localhost" && address->host != "::1" &&
         !address->host.starts_with("127.");
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
    if (auto done = apply(document, setters(), "", config); !done) {
      return fail(done.error(), where);
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
  const TlsConfig& tls = config.tls;
  if (tls.self_signed) arguments.emplace_back("--tls-self-signed");
  if (!tls.certificate.empty()) {
    arguments.insert(arguments.end(), {"--tls-certificate", tls.certificate.string()});
  }
  if (!tls.key.empty()) arguments.insert(arguments.end(), {"--tls-key", tls.key.string()});
  if (config.demo) arguments.emplace_back("--demo");
  for (const auto& [name, level] : levels()) {
    if (level == config.log_level) arguments.insert(arguments.end(), {"--log-level", name});
  }
  return arguments;
}

std::string public_host(const Config& config) { return host_of_url(config.public_url); }

std::vector<std::string> certificate_names(const Config& config) {
  std::vector<std::string> names;
  if (!config.public_url.empty()) names.push_back(public_host(config));
  if (const auto name = machine_name(); !name.empty()) {
    names.push_back(name);
    if (name.find('.') == std::string::npos) names.push_back(name + ".local");
  }
  const auto hosts = allowed_hosts(config);
  names.insert(names.end(), hosts.begin(), hosts.end());
  names.emplace_back("::1");
  const auto addresses = interface_addresses();
  names.insert(names.end(), addresses.begin(), addresses.end());
  std::vector<std::string> once;
  for (auto& name : names) {
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    const bool is_any = name == "0.0.0.0" || name == "::";
    if (!is_any && std::ranges::find(once, name) == once.end()) once.push_back(std::move(name));
  }
  return once;
}

std::vector<std::string> allowed_hosts(const Config& config) {
  std::vector<std::string> hosts{"127.0.0.1", "localhost", "[::1]"};
  hosts.insert(hosts.end(), config.hosts.begin(), config.hosts.end());
  if (!config.public_url.empty()) hosts.push_back(host_of_url(config.public_url));
  if (const auto address = http::Address::parse(config.listen)) hosts.push_back(address->host);
  if (is_beyond_loopback(config.listen)) {
    for (const auto& address : interface_addresses()) {
      hosts.push_back(address.find(':') == std::string::npos ? address : "[" + address + "]");
    }
    if (const auto name = machine_name(); !name.empty()) {
      hosts.push_back(name);
      hosts.push_back(name + ".local");
    }
  }
  std::ranges::sort(hosts);
  hosts.erase(std::ranges::unique(hosts).begin(), hosts.end());
  return hosts;
}

}  // namespace matinee::app
