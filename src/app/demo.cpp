#include "app/demo.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/demo_maker.h"
#include "app/home.h"
#include "app/role_clients.h"
#include "app/serve.h"
#include "base/files.h"
#include "base/log.h"
#include "demo/contact_sheet.h"
#include "demo/draw/png.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

fs::path default_home() {
  const char* user = std::getenv("HOME");
  return fs::path(user != nullptr ? user : "/tmp") / ".local/state/matinee-demo";
}

// Only a demo's home, or an empty folder, is ever used or wiped.
Result<void> check_home(const fs::path& home) {
  std::error_code error;
  const bool is_demo = fs::exists(demo_library(home), error);
  if (fs::exists(home, error) && !fs::is_empty(home, error) && !is_demo) {
    return fail(ErrorCode::conflict,
                home.string() + " holds something that is no demo: choose another --home");
  }
  return {};
}

// Nothing stays, also not the folders that were made for a home where none was named.
Result<void> wipe(const fs::path& home, bool is_default) {
  std::error_code error;
  if (fs::exists(demo_library(home), error)) {
    const SystemClock clock;
    SystemRandom random;
    const auto unused = Home::open(home, clock, random);  // nobody runs on it
    if (!unused) return fail(unused.error(), "wiping the demo");
    fs::remove_all(home, error);
    if (error) return fail(ErrorCode::unavailable, "wiping " + home.string());
  } else if (fs::exists(home, error)) {
    fs::remove(home, error);  // empty, as check_home saw
  }
  if (is_default) {
    for (auto folder = home.parent_path(); folder.has_filename(); folder = folder.parent_path()) {
      const auto name = folder.filename();
      if ((name != "state" && name != ".local") || !fs::remove(folder, error) || error) break;
    }
  }
  return {};
}

void print_banner(const std::string& url, const fs::path& home) {
  std::printf(
      "\n  Matinee demo\n\n"
      "    watch   %s\n"
      "    home    %s\n"
      "    add     matinee add --home %s FILE...\n"
      "    stop    Ctrl-C (start again: the films stay; matinee demo --wipe leaves nothing)\n\n"
      "  24 titles are drawn and scored now; the first is playable in a few seconds.\n\n",
      url.c_str(), home.c_str(), home.c_str());
  std::fflush(stdout);
}

int report(const Error& error) {
  std::fprintf(stderr, "matinee demo: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  const auto home = fs::absolute(options.home.empty() ? default_home() : fs::path(options.home))
                        .lexically_normal();
  if (const auto checked = check_home(home); !checked) return report(checked.error());
  if (options.wipe) {
    if (const auto wiped = wipe(home, options.home.empty()); !wiped) return report(wiped.error());
    std::printf("%s: nothing is left of the demo\n", home.c_str());
    return 0;
  }
  const auto codec = codec_program({});
  const pid_t maker = ::fork();
  if (maker == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::setpgid(0, 0);
    ::nice(5);
    log::configure("demo", log::Level::warning);
    ::_exit(make_demo_library(home, codec));
  }
  Config config;
  config.home = home;
  config.listen = options.listen;
  config.log_level = log::Level::warning;
  const auto served = serve(config, {}, [&](const std::string& url) { print_banner(url, home); });
  if (maker > 0) {
    ::kill(-maker, SIGTERM);
    ::waitpid(maker, nullptr, 0);
  }
  return served ? 0 : report(served.error());
}

int run_contact_sheet(const std::string& file) {
  SystemFiles files;
  const auto sheet = demo::to_png(demo::contact_sheet(demo::demo_catalogue()));
  const auto written = write_file(files, fs::absolute(file), sheet);
  return written ? 0 : report(written.error());
}

}  // namespace matinee::app
