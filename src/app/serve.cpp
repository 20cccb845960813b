#include "app/serve.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>

#include "app/doctor.h"
#include "app/home.h"
#include "app/tls_setup.h"
#include "base/log.h"
#include "fleet/socket_activation.h"
#include "fleet/supervisor.h"
#include "http/socket.h"

namespace matinee::app {
namespace {

// The front door drains first and the stores last, so that what is under way can finish.
const std::map<std::string, int, std::less<>>& drain_orders() {
  static const std::map<std::string, int, std::less<>> orders{
      {"edge", 0}, {"media", 1}, {"control", 2}, {"insight", 2}, {"origin", 3}};
  return orders;
}

struct Sockets {
  std::vector<http::Socket> owned;  // stay open for the life of the supervisor
  std::map<std::string, std::vector<fleet::NamedSocket>, std::less<>> of_role;
  std::uint16_t public_port = 0;
};

Result<void> add(Sockets& sockets, const std::string& role, const std::string& name,
                 Result<http::Socket> socket) {
  if (!socket) return std::unexpected(socket.error());
  sockets.of_role[role].push_back({name, socket->fd()});
  sockets.owned.push_back(std::move(*socket));
  return {};
}

Result<http::Socket> public_socket(const Config& config) {
  auto inherited = fleet::take_inherited_sockets();
  if (!inherited) return std::unexpected(inherited.error());
  if (!inherited->empty()) {
    const int named = fleet::find_socket(*inherited, "public");
    return http::Socket(named >= 0 ? named : inherited->front().fd);
  }
  const auto address = http::Address::parse(config.listen);
  if (!address || address->kind != http::Address::Kind::tcp) {
    return fail(ErrorCode::invalid, "--listen wants ADDRESS:PORT, not \"" + config.listen + "\"");
  }
  return http::listen_tcp(address->host, address->port);
}

Result<Sockets> bind_sockets(const Config& config, const HomePaths& paths) {
  Sockets sockets;
  for (const auto& role : config.roles) {
    if (!drain_orders().contains(role)) {
      return fail(ErrorCode::invalid, "there is no role \"" + role + "\"");
    }
    auto done =
        add(sockets, role, "internal", http::listen_unix(paths.socket(role).string(), 0600));
    if (done && role == "control") {
      done = add(sockets, role, "admin", http::listen_unix(paths.socket("admin").string(), 0600));
    }
    if (done && role == "edge") {
      done = add(sockets, role, "public", public_socket(config));
      if (done) sockets.public_port = http::port_of(sockets.owned.back());
    }
    if (!done) return std::unexpected(done.error());
  }
  return sockets;
}

// A certificate that no authority vouches for is told by its fingerprint.
void print_certificate(const http::CertificateFacts& facts) {
  if (facts.is_trusted) return;
  std::printf("the certificate's SHA-256 fingerprint is %s\n", facts.fingerprint.c_str());
}

std::string url_of(const Config& config, std::uint16_t port) {
  if (!config.public_url.empty()) return config.public_url;
  const auto address = http::Address::parse(config.listen);
  const std::string host = address ? address->host : "127.0.0.1";
  const std::string scheme = config.tls.is_on() ? "https://" : "http://";
  return scheme + (host == "0.0.0.0" ? "127.0.0.1" : host) + ":" + std::to_string(port) + "/";
}

std::vector<fleet::RoleSpec> role_specs(const Config& config, const std::filesystem::path& file,
                                        const Sockets& sockets) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<fleet::RoleSpec> specs;
  for (const auto& role : config.roles) {
    std::vector<std::string> command{program, "role", role};
    const auto arguments = to_arguments(config, file);
    command.insert(command.end(), arguments.begin(), arguments.end());
    specs.push_back({role, role, std::move(command), sockets.of_role.find(role)->second,
                     drain_orders().find(role)->second});
  }
  return specs;
}

}  // namespace

Result<void> serve(const Config& config, const std::filesystem::path& config_file,
                   const std::function<void(const std::string& url)>& on_ready) {
  log::configure("supervisor", config.log_level);
  if (!config.groups.empty()) {
    log::warning("groups are read and checked, but nothing scales them yet",
                 {{"groups", config.groups.size()}});
  }
  const SystemClock clock;
  SystemRandom random;
  auto home = Home::open(config.home, clock, random);
  if (!home) return std::unexpected(home.error());
  if (const auto check = check_clock(home->paths(), clock.now()); check.health != Health::good) {
    log::warning("the clock is wrong", {{"why", check.message}, {"advice", check.advice}});
  }
  const auto certificate = prepare_tls(config, home->paths(), clock, random);
  if (!certificate) return std::unexpected(certificate.error());
  auto sockets = bind_sockets(config, home->paths());
  if (!sockets) return std::unexpected(sockets.error());

  bool announced = false;
  const auto url = url_of(config, sockets->public_port);
  fleet::Supervisor::Options options{.roles = role_specs(config, config_file, *sockets),
                                     .status_file = home->paths().status()};
  options.on_change = [&](const std::vector<fleet::RoleStatus>& roles) {
    const bool all_ready = std::ranges::all_of(
        roles, [](const auto& role) { return role.state == fleet::RoleState::ready; });
    if (!all_ready || std::exchange(announced, announced || all_ready)) return;
    std::ofstream(home->paths().address()) << url << '\n';  // for the command line
    log::info("serving", {{"url", url}, {"home", config.home.string()}});
    if (*certificate) print_certificate(**certificate);
    if (on_ready) on_ready(url);
  };
  return fleet::Supervisor(std::move(options), clock, random).run();
}

}  // namespace matinee::app
