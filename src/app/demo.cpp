#include "app/demo.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "app/demo_audience.h"
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

constexpr int kAudienceNice = 5;

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

// A home of its own, marked as a demo's before any role looks at it.
Result<void> make_home(const fs::path& home) {
  const SystemClock clock;
  SystemRandom random;
  const auto made = Home::open(home, clock, random);
  if (!made) return std::unexpected(made.error());
  if (::mkdir(demo_library(home).c_str(), 0700) == 0 ||
      ::chmod(demo_library(home).c_str(), 0700) == 0) {
    return {};
  }
  return fail(ErrorCode::unavailable, "creating " + demo_library(home).string());
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

// Draws, or watches, beside the service; ends with it.
template <typename Work>
pid_t start_helper(const Work& work) {
  const pid_t helper = ::fork();
  if (helper != 0) return helper;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::setpgid(0, 0);
  log::configure("demo", log::Level::warning);
  ::_exit(work());
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
  if (const auto made = make_home(home); !made) return report(made.error());
  const auto codec = codec_program({});
  std::array<int, 2> url_pipe{-1, -1};
  if (::pipe2(url_pipe.data(), O_CLOEXEC) != 0) {
    return report({ErrorCode::unavailable, "no pipe for the audience"});
  }
  const std::array helpers{
      start_helper([&] {
        for (const int end : url_pipe) ::close(end);
        return make_demo_library(home, codec);
      }),
      start_helper([&] {
        ::nice(kAudienceNice);
        ::close(url_pipe[1]);
        return run_demo_audience(home, url_pipe[0], options.audience);
      }),
  };
  ::close(url_pipe[0]);
  Config config;
  config.home = home;
  config.listen = options.listen;
  config.log_level = log::Level::warning;
  config.demo = true;
  const auto served = serve(config, {}, [&](const std::string& url) {
    print_banner(url, home);
    const auto line = url + "\n";
    if (::write(url_pipe[1], line.data(), line.size()) < 0) {
      log::warning("the audience cannot be told where the service is", {});
    }
  });
  ::close(url_pipe[1]);
  for (const pid_t helper : helpers) {
    if (helper <= 0) continue;
    ::kill(-helper, SIGTERM);
    ::waitpid(helper, nullptr, 0);
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
