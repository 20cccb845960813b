#include "app/doctor.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include "app/role_clients.h"
#include "app/tls_setup.h"
#include "base/json.h"
#include "http/socket.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFreeBytesMin = 1'000'000'000;
constexpr std::uint64_t kFreeBytesGood = 20'000'000'000;
constexpr std::int64_t kClockMinMs = 1'735'689'600'000;  // 2025-01-01: no Matinee is older
constexpr std::int64_t kWatchesGood = 8'192;

// The home, or the folder above that is there.
fs::path existing_folder(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(path, ignored) && path.has_relative_path()) path = path.parent_path();
  return path;
}

Check check_home(const HomePaths& paths) {
  const auto folder = existing_folder(paths.root);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return {"home", Health::problem, folder.string() + " cannot be written to",
            "give it to the user who runs Matinee, or choose another with --home"};
  }
  std::error_code ignored;
  if (!fs::exists(paths.description(), ignored)) {
    return {"home", Health::good, paths.root.string() + " will be made at the first start", ""};
  }
  return {"home", Health::good, paths.root.string(), ""};
}

Check check_port(const Config& config, bool running) {
  const auto address = http::Address::parse(config.listen);
  if (!address) {
    return {"port", Health::problem, "\"" + config.listen + "\" is no address and port",
            "set listen to something like 127.0.0.1:8080"};
  }
  if (running) return {"port", Health::good, config.listen + " (the service runs)", ""};
  const auto socket = http::listen_tcp(address->host, address->port);
  if (socket) return {"port", Health::good, config.listen + " is free", ""};
  return {
      "port", Health::problem, config.listen + ": " + socket.error().message,
      "end the program that listens there (ss -ltnp shows it), or choose another with --listen"};
}

Check check_certificate(const Config& config, const HomePaths& paths, Instant now) {
  const auto files = tls_files(config, paths);
  if (!files) {
    return {"certificate", Health::problem, files.error().message,
            "set both tls.certificate and tls.key, or neither"};
  }
  if (!*files) return {"certificate", Health::good, "TLS is off", ""};
  std::error_code ignored;
  if (config.tls.self_signed && !fs::exists((*files)->certificate, ignored)) {
    return {"certificate", Health::good, "one will be made at the first start", ""};
  }
  const auto identity = http::load_tls_identity(**files);
  if (!identity) {
    return {"certificate", Health::problem, identity.error().message,
            "put a certificate chain and its key there, both as PEM"};
  }
  if (config.tls.self_signed) {
    const auto names = names_missing(config, identity->facts());
    if (!names.empty()) {
      return {"certificate", Health::warning,
              "the self-signed one does not name " + names.front() +
                  (names.size() > 1 ? " and " + std::to_string(names.size() - 1) + " more" : ""),
              "remove " + (*files)->certificate.string() +
                  " and start again; browsers will ask once more whether they trust it"};
    }
  }
  const auto left = identity->facts().not_after - now;
  const auto days = std::chrono::duration_cast<std::chrono::hours>(left).count() / 24;
  if (left.count() <= 0) {
    return {"certificate", Health::problem, (*files)->certificate.string() + " has expired",
            "renew it; it is taken up without a restart"};
  }
  if (days < 14) {
    return {"certificate", Health::warning, "expires in " + std::to_string(days) + " days",
            "renew it; it is taken up without a restart"};
  }
  return {"certificate", Health::good, "good for " + std::to_string(days) + " days", ""};
}

Check check_watches() {
  std::ifstream file("/proc/sys/fs/inotify/max_user_watches");
  std::int64_t watches = 0;
  if (file >> watches && watches < kWatchesGood) {
    return {"watches", Health::warning,
            std::to_string(watches) + " folders can be watched; others are scanned now and then",
            "sysctl fs.inotify.max_user_watches=65536"};
  }
  return {"watches", Health::good, "folders of the library can be watched", ""};
}

fs::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    if (::access((fs::path(folder) / name).c_str(), X_OK) == 0) return fs::path(folder) / name;
  }
  return {};
}

Check check_web(const Config& config) {
  const auto folder = web_folder(config);
  std::error_code ignored;
  if (fs::exists(folder / "index.html", ignored)) {
    return {"web app", Health::good, folder.string(), ""};
  }
  return {"web app", Health::problem, "no index.html in " + folder.string(),
          "build it (cd web && npm ci && npm run build), or set web_dir"};
}

Instant newest_in(const fs::path& folder) {
  std::int64_t newest_ms = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    struct stat facts{};
    if (::stat(entry.path().c_str(), &facts) != 0) continue;
    newest_ms = std::max(newest_ms, std::int64_t{facts.st_mtim.tv_sec} * 1000);
  }
  return from_ms(newest_ms);
}

std::uint64_t free_bytes_of(const fs::path& folder) {
  struct statvfs facts{};
  if (::statvfs(folder.c_str(), &facts) != 0) return 0;
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::good:
      return "good";
    case Health::warning:
      return "warning";
    case Health::problem:
      return "problem";
  }
  return "problem";
}

Check check_disk(const fs::path& folder, std::uint64_t free_bytes) {
  const std::string free =
      std::to_string(free_bytes / 1'000'000'000) + " GB free at " + folder.string();
  if (free_bytes < kFreeBytesMin) {
    return {"disk", Health::problem, free, "make room: encoding stops when the disk is full"};
  }
  if (free_bytes < kFreeBytesGood) {
    return {"disk", Health::warning, free,
            "an hour of film takes about 5 GB with all its rungs; see disk_quota_bytes of the "
            "encode policy"};
  }
  return {"disk", Health::good, free, ""};
}

Check check_clock(Instant now, Instant newest_in_home) {
  if (to_ms(now) < kClockMinMs) {
    return {"clock", Health::problem, "the clock says a time before Matinee was made",
            "set it: timedatectl set-ntp true"};
  }
  if (newest_in_home > now + std::chrono::hours{24}) {
    return {"clock", Health::problem, "files of the home are from the future",
            "the clock has gone back, or was wrong before: timedatectl set-ntp true"};
  }
  return {"clock", Health::good, "plausible", ""};
}

Check check_clock(const HomePaths& home, Instant now) {
  return check_clock(now, newest_in(home.root));
}

Check check_secrets(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) {
    return {"secrets", Health::good, "will be made at the first start", ""};
  }
  std::vector<fs::path> paths{folder};
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    paths.push_back(entry.path());
  }
  if (error) {
    return {"secrets", Health::problem, folder.string() + ": " + error.message(),
            "run doctor as the user who runs Matinee"};
  }
  for (const auto& path : paths) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) continue;
    if ((facts.st_mode & 077U) != 0) {
      return {"secrets", Health::problem, path.string() + " can be read by others",
              "chmod -R go= " + folder.string()};
    }
    if (facts.st_uid != ::geteuid()) {
      return {"secrets", Health::warning, path.string() + " belongs to another user",
              "run Matinee as its owner, or chown -R it"};
    }
  }
  return {"secrets", Health::good, "for their owner only", ""};
}

Check check_program(const std::string& name, const fs::path& path, Health without,
                    const std::string& advice) {
  if (!path.empty() && ::access(path.c_str(), X_OK) == 0) {
    return {name, Health::good, path.string(), ""};
  }
  return {name, without, path.empty() ? name + " is not installed" : path.string() + " is missing",
          advice};
}

std::vector<Check> examine(const Config& config, const Clock& clock) {
  const HomePaths paths{fs::absolute(config.home).lexically_normal()};
  const auto folder = existing_folder(paths.root);
  return {
      check_home(paths),
      check_disk(folder, free_bytes_of(folder)),
      check_port(config, check_running(paths).has_value()),
      check_certificate(config, paths, clock.now()),
      check_secrets(paths.secrets()),
      check_clock(paths, clock.now()),
      check_program("matinee-codec", codec_program(config), Health::problem,
                    "install it beside matinee, or set codec: without it no film is encoded"),
      check_web(config),
      check_program("ffmpeg", find_program("ffmpeg"), Health::warning,
                    "apt install ffmpeg: not needed to serve, but to look into an odd file"),
      check_watches(),
  };
}

int run_doctor(const Config& config, bool json) {
  const auto checks = examine(config, SystemClock());
  const bool is_ill = std::ranges::any_of(
      checks, [](const Check& check) { return check.health == Health::problem; });
  if (json) {
    Json list = Json::array();
    for (const auto& check : checks) {
      list.push_back({{"name", check.name},
                      {"health", name_of(check.health)},
                      {"message", check.message},
                      {"advice", check.advice}});
    }
    std::puts(to_text({{"healthy", !is_ill}, {"checks", std::move(list)}}).c_str());
  } else {
    for (const auto& check : checks) {
      std::printf("%-8s %-14s %s\n", std::string(name_of(check.health)).c_str(), check.name.c_str(),
                  check.message.c_str());
      if (!check.advice.empty()) std::printf("%-8s %-14s -> %s\n", "", "", check.advice.c_str());
    }
  }
  return is_ill ? 1 : 0;
}

}  // namespace matinee::app
