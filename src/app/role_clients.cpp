#include "app/role_clients.h"

#include "store/store_url.h"

namespace matinee::app {
namespace {

// What was configured, else what lies beside this program, else where the build tree has it
// (this program being build/<preset>/src/app/matinee).
std::filesystem::path beside_program(std::string_view name, const std::filesystem::path& in_tree,
                                     const std::filesystem::path& configured) {
  if (!configured.empty()) return configured;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto installed = folder / name;
  return std::filesystem::exists(installed) ? installed : (folder / in_tree).lexically_normal();
}

}  // namespace

Result<guard::RoleKeys> open_role_keys(RoleWorld& world, Files& files) {
  return guard::RoleKeys::open_or_create(files, world.paths.secrets() / "roles", world.clock,
                                         world.random);
}

std::function<std::string()> authorization_of(guard::Role role, const guard::RoleKeys& keys,
                                              const RoleWorld& world) {
  return [role, &keys, &world] { return keys.mint(role, world.clock.now()); };
}

http::Client::Options client_options(const RoleWorld& world, std::string_view role) {
  return {.address = http::Address::unix_path(world.paths.socket(role).string())};
}

std::unique_ptr<api::OriginClient> open_origin(guard::Role role, const guard::RoleKeys& keys,
                                               const RoleWorld& world) {
  return std::make_unique<api::OriginClient>(
      world.clock,
      api::OriginClient::Options{.client = client_options(world, "origin"),
                                 .authorization = authorization_of(role, keys, world)});
}

std::string event_log_url(const Config& config, const HomePaths& paths) {
  return config.log_url.empty() ? store::store_url("log", paths.insight() / "log") : config.log_url;
}

std::filesystem::path codec_program(const Config& config) {
  return beside_program("matinee-codec", "../../codec/matinee-codec", config.codec);
}

std::filesystem::path web_folder(const Config& config) {
  return beside_program("web", "../../../web", config.web_dir);
}

}  // namespace matinee::app
