#include "app/status.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "app/home.h"
#include "app/tls_setup.h"
#include "app/version.h"
#include "fleet/role_state.h"
#include "http/client.h"

namespace matinee::app {
namespace {

std::int64_t memory_bytes(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("Pss:")) return std::stoll(line.substr(4)) * 1024;
  }
  return 0;
}

// The counts of jobs and the titles in work; null when control does not answer.
Json work_of(const HomePaths& paths) {
  const SystemClock clock;
  http::Client client(clock, {.address = http::Address::unix_path(paths.socket("admin").string())});
  const auto answer = client.fetch({.target = "/admin/jobs"},
                                   Deadline::in(clock, std::chrono::seconds{2}), 1024 * 1024);
  if (!answer || answer->status != 200) return nullptr;
  auto json = parse_json(answer->body);
  return json && json->contains("counts") ? std::move(*json) : Json(nullptr);
}

Json tls_of(const HomePaths& paths) {
  std::ifstream file(paths.tls_status());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto json = parse_json(text);
  return json ? std::move(*json) : Json(nullptr);
}

}  // namespace

Result<Json> read_status(const std::filesystem::path& home) {
  const HomePaths paths{std::filesystem::absolute(home).lexically_normal()};
  if (auto running = check_running(paths); !running) return std::unexpected(running.error());
  std::ifstream file(paths.status());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto roles = fleet::parse_role_statuses(text);
  if (!roles) return fail(roles.error(), "reading " + paths.status().string());
  const auto now_ms = to_ms(SystemClock().now());
  Json processes = Json::array();
  for (const auto& role : *roles) {
    processes.push_back({{"role", role.role},
                         {"name", role.name},
                         {"pid", role.pid},
                         {"state", fleet::name_of(role.state)},
                         {"uptime_ms", role.pid > 0 ? now_ms - role.started_ms : 0},
                         {"restarts", role.restarts},
                         {"memory_bytes", role.pid > 0 ? memory_bytes(role.pid) : 0}});
  }
  const Json work = work_of(paths);
  return Json{{"version", kVersion},
              {"home", paths.root.string()},
              {"tls", tls_of(paths)},
              {"processes", std::move(processes)},
              {"jobs", work.is_null() ? Json(nullptr) : work["counts"]},
              {"titles_in_work", work.is_null() ? Json::array() : work["titles"]}};
}

std::string to_table(const Json& status) {
  std::string out =
      fmt::format("matinee {}  home {}\n\n{:<10}{:>8}  {:<10}{:>10}{:>10}{:>10}\n",
                  status["version"].get<std::string>(), status["home"].get<std::string>(), "role",
                  "pid", "state", "up s", "restarts", "MiB");
  for (const auto& process : status["processes"]) {
    out += fmt::format(
        "{:<10}{:>8}  {:<10}{:>10.1f}{:>10}{:>10.1f}\n", process["name"].get<std::string>(),
        process["pid"].get<int>(), process["state"].get<std::string>(),
        static_cast<double>(process["uptime_ms"].get<std::int64_t>()) / 1e3,
        process["restarts"].get<std::int64_t>(),
        static_cast<double>(process["memory_bytes"].get<std::int64_t>()) / (1024.0 * 1024.0));
  }
  if (status.contains("tls") && status["tls"].is_object()) out += "\n" + tls_text(status["tls"]);
  out += status["jobs"].is_null() ? "\njobs: control does not answer\n"
                                  : "\njobs: " + to_text(status["jobs"]) + "\n";
  for (const auto& title : status.value("titles_in_work", Json::array())) {
    out += fmt::format("{:<14}{:>4.0f}%  {}\n",
                       title["announced"].get<bool>() ? "in the making" : "encoding",
                       title["progress"].get<double>() * 100, title["name"].get<std::string>());
  }
  return out;
}

}  // namespace matinee::app
