#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>

#include "app/add.h"
#include "app/config.h"
#include "app/demo.h"
#include "app/doctor.h"
#include "app/events.h"
#include "app/library_commands.h"
#include "app/openapi.h"
#include "app/policy.h"
#include "app/role_runtime.h"
#include "app/roles.h"
#include "app/seed.h"
#include "app/serve.h"
#include "app/sign_in_commands.h"
#include "app/status.h"
#include "app/steer.h"
#include "app/studio.h"
#include "app/version.h"

namespace matinee::app {
namespace {

std::filesystem::path default_home() {
  if (const char* home = std::getenv("MATINEE_HOME"); home != nullptr && *home != '\0') return home;
  const char* user = std::getenv("HOME");
  return std::filesystem::path(user != nullptr ? user : ".") / ".local/share/matinee";
}

int report(const Error& error) {
  std::fprintf(stderr, "matinee: %s\n", error.message.c_str());
  return 1;
}

// Options that `serve` and the roles share; the file is read first, what was typed wins.
struct ServeOptions {
  std::string home = default_home().string();
  std::string config_file;
  std::string listen;
  bool open = false;
  bool demo = false;
  std::string log_level;
  std::vector<std::string> roles;
  std::string tls_certificate;
  std::string tls_key;
  bool tls_self_signed = false;

  void add_to(CLI::App& command) {
    command.add_option("--home", home, "directory of the service")->capture_default_str();
    command.add_option("--config", config_file, "configuration file (TOML)");
    command.add_option("--listen", listen, "ADDRESS:PORT (default 127.0.0.1:8080)");
    command.add_flag("--open", open)->group("");  // of before sign-in; nothing asks for it now
    command.add_option("--tls-certificate", tls_certificate, "serve https with this (PEM)");
    command.add_option("--tls-key", tls_key, "the key of that certificate (PEM)");
    command.add_flag("--tls-self-signed", tls_self_signed, "serve https with an own certificate");
    command.add_flag("--demo", demo)->group("");  // from run_demo to the roles only
    command.add_option("--log-level", log_level, "debug, info, warning or error (default info)");
    command.add_option("--roles", roles, "the roles to run here (default: all)")->delimiter(',');
  }

  [[nodiscard]] Result<Config> config() const {
    Config config;
    if (!config_file.empty()) {
      if (auto read = read_config_file(config_file, config); !read) {
        return std::unexpected(read.error());
      }
    }
    config.home = home;
    if (!listen.empty()) config.listen = listen;
    if (!roles.empty()) config.roles = roles;
    config.open = config.open || open;
    if (!tls_certificate.empty()) config.tls.certificate = tls_certificate;
    if (!tls_key.empty()) config.tls.key = tls_key;
    config.tls.self_signed = config.tls.self_signed || tls_self_signed;
    config.demo = demo;
    if (!log_level.empty()) {
      const auto level = log_level_of(log_level);
      if (!level) return std::unexpected(level.error());
      config.log_level = *level;
    }
    return config;
  }
};

// claim, login, members, invite.
struct MemberCommands {
  std::string home = default_home().string();
  std::string profile;
  std::string role = "viewer";
  std::string note;
  bool json = false;
  CLI::App* claim = nullptr;
  CLI::App* login = nullptr;
  CLI::App* members = nullptr;
  CLI::App* invite = nullptr;

  CLI::App* add(CLI::App& app, const std::string& name, const std::string& summary) {
    auto* command = app.add_subcommand(name, summary);
    command->add_option("--home", home, "directory of the service")->capture_default_str();
    return command;
  }
  void add_to(CLI::App& app) {
    claim = add(app, "claim", "print a new link that makes whoever opens it the owner");
    claim->add_flag("--json", json, "as JSON");
    login = add(app, "login", "print a session cookie of the owner, for scripts");
    login->add_option("--profile", profile, "the profile's name (default: the first)");
    members = add(app, "members", "who has an account");
    members->add_flag("--json", json, "as JSON");
    invite = add(app, "invite", "print a link that lets one person in");
    invite->add_option("--role", role, "viewer, editor or owner")->capture_default_str();
    invite->add_option("--note", note, "for whom it is");
    invite->add_flag("--json", json, "as JSON");
  }
  [[nodiscard]] std::optional<int> run() const {
    if (*claim) return run_claim(home, json);
    if (*login) return run_login(home, profile);
    if (*members) return run_members(home, json);
    if (*invite) return run_invite(home, role, note, json);
    return std::nullopt;
  }
};

int run_serve(const ServeOptions& options) {
  const auto config = options.config();
  if (!config) return report(config.error());
  const auto done = serve(*config, options.config_file, [&](const std::string& url) {
    // The link first: who reads that it serves may ask for another at once.
    const auto claim = claim_text_if_unclaimed(config->home.string(), url);
    std::printf("matinee serves at %s\n%s", url.c_str(), claim.c_str());
    std::fflush(stdout);
  });
  return done ? 0 : report(done.error());
}

int run_role_command(const std::string& role, const ServeOptions& options) {
  const auto config = options.config();
  if (!config) return report(config.error());
  const auto start = starter_of(role);
  if (start == nullptr) return report({ErrorCode::invalid, "there is no role \"" + role + "\""});
  return run_role(role, *config, start);
}

int run_doctor_command(const ServeOptions& options, bool as_json) {
  const auto config = options.config();
  return config ? run_doctor(*config, as_json) : report(config.error());
}

int run_status(const std::string& home, bool as_json) {
  const auto status = read_status(home);
  if (!status) return report(status.error());
  const auto text = as_json ? to_text(*status) + "\n" : to_table(*status);
  std::fputs(text.c_str(), stdout);
  return 0;
}

void add_policy_options(CLI::App& show, CLI::App& set, PolicyOptions& options) {
  for (auto* const command : {&show, &set}) {
    command->add_option("--home", options.home, "directory of the service")->capture_default_str();
    command->add_flag("--json", options.json, "as JSON");
  }
  set.add_option("--when", options.when, "now, on_first_watch or never (repackage only)");
  set.add_option("--night", options.night, "FROM-TO in local time, as 22:00-06:00, or off");
  set.add_option("--cpu-share", options.cpu_share, "0.1 to 1, or percent: of the time to encode");
  set.add_option("--disk-quota", options.quota, "size like 500GB, or off");
}

void add_steer_options(CLI::App& steer, SteerOptions& options) {
  auto* explain = steer.add_subcommand("explain", "where a client would be sent, and why");
  explain->add_option("--home", options.home, "directory of the service")->capture_default_str();
  explain->add_option("--client", options.client, "IPv4 or IPv6 address")->required();
  explain->add_option("--title", options.title, "id of the title")->required();
  explain->add_flag("--json", options.json, "as JSON");
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App app("Matinee: a streaming service that one operator can run", "matinee");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);

  ServeOptions serve_options;
  auto* serve_command = app.add_subcommand("serve", "run the service");
  serve_options.add_to(*serve_command);

  std::string role;
  auto* role_command = app.add_subcommand("role", "run one role (what `serve` starts)")->group("");
  role_command->add_option("role", role)->required();
  serve_options.add_to(*role_command);

  AddOptions add_options;
  add_options.home = default_home().string();
  auto* add_command = app.add_subcommand("add", "add films: files, or folders of them");
  add_command->add_option("--home", add_options.home, "directory of the service")
      ->capture_default_str();
  add_command->add_option("paths", add_options.paths, "files or folders")->required();
  add_command->add_flag("--wait", add_options.wait, "until everything is playable or has failed");
  add_command->add_flag("--json", add_options.json, "one JSON document a line");

  LibraryOptions library_options;
  library_options.home = default_home().string();
  auto* scan_command = app.add_subcommand("scan", "scan all folders of the library anew");
  auto* verify_command =
      app.add_subcommand("verify", "read every source and compare it with its recorded digest");
  for (auto* command : {scan_command, verify_command}) {
    command->add_option("--home", library_options.home, "directory of the service")
        ->capture_default_str();
    command->add_flag("--json", library_options.json, "as JSON");
  }

  ServeOptions doctor_options;
  bool doctor_json = false;
  auto* doctor_command = app.add_subcommand("doctor", "look for what keeps a service from running");
  doctor_options.add_to(*doctor_command);
  doctor_command->add_flag("--json", doctor_json, "as JSON");

  std::string status_home = default_home().string();
  bool status_json = false;
  auto* status_command = app.add_subcommand("status", "what the roles and jobs are doing");
  status_command->add_option("--home", status_home, "directory of the service")
      ->capture_default_str();
  status_command->add_flag("--json", status_json, "as JSON");

  StudioCommands studio_commands(app, default_home().string());
  PolicyOptions policy_options;
  policy_options.home = default_home().string();
  auto* policy_command = app.add_subcommand("policy", "when films are encoded, and how much");
  policy_command->require_subcommand(1);
  auto* policy_show = policy_command->add_subcommand("show", "print the policy");
  auto* policy_set = policy_command->add_subcommand("set", "change what is given");
  add_policy_options(*policy_show, *policy_set, policy_options);

  SteerOptions steer_options;
  steer_options.home = default_home().string();
  auto* steer_command = app.add_subcommand("steer", "which edges viewers are sent to");
  steer_command->require_subcommand(1);
  add_steer_options(*steer_command, steer_options);

  std::string events_home = default_home().string();
  auto* events_command =
      app.add_subcommand("events", "print the events of a stopped service, one JSON line each");
  events_command->add_option("--home", events_home, "directory of the service")
      ->capture_default_str();

  MemberCommands member_commands;
  member_commands.add_to(app);

  auto* openapi_command = app.add_subcommand("openapi", "print the public API's description");

  SeedOptions seed_options;
  seed_options.home = default_home().string();
  auto* seed_command = app.add_subcommand(
      "seed", "fill the library of a stopped home with made-up titles, for measurements only");
  seed_command->add_option("--home", seed_options.home, "directory of the service")
      ->capture_default_str();
  seed_command->add_option("--titles", seed_options.titles, "how many")->capture_default_str();
  seed_command->add_option("--seed", seed_options.seed, "the same seed, the same titles")
      ->capture_default_str();
  seed_command->add_flag("--force", seed_options.force, "although the home has titles");

  DemoOptions demo_options;
  auto* demo_command = app.add_subcommand("demo", "run the service on generated films");
  demo_command->add_option("--home", demo_options.home, "directory of the demo");
  demo_command->add_option("--listen", demo_options.listen, "ADDRESS:PORT")->capture_default_str();
  demo_command->add_option("--audience", demo_options.audience, "synthetic viewers, 0 to 64")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  demo_command->add_flag("--wipe", demo_options.wipe,
                         "take everything of an earlier demo away and stop");
  std::string contact_sheet;
  demo_command->add_option("--contact-sheet", contact_sheet, "draw a sheet of all films")
      ->group("");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (const auto status = studio_commands.run()) return *status;
  if (*serve_command) return run_serve(serve_options);
  if (*role_command) return run_role_command(role, serve_options);
  if (*add_command) return run_add(add_options);
  if (*scan_command) return run_scan(library_options);
  if (*verify_command) return run_verify(library_options);
  if (*doctor_command) return run_doctor_command(doctor_options, doctor_json);
  if (*policy_show) return run_policy_show(policy_options);
  if (*policy_set) return run_policy_set(policy_options);
  if (*steer_command) return run_steer_explain(steer_options);
  if (*status_command) return run_status(status_home, status_json);
  if (const auto status = member_commands.run()) return *status;
  if (*openapi_command) return std::puts(openapi_text().c_str()) >= 0 ? 0 : 1;
  if (*events_command) return run_events(events_home);
  if (!contact_sheet.empty()) return run_contact_sheet(contact_sheet);
  if (*seed_command) return run_seed(seed_options);
  return run_demo(demo_options);
}

}  // namespace matinee::app
