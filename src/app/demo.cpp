#include "app/demo.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/add.h"
#include "app/home.h"
#include "app/role_clients.h"
#include "app/serve.h"
#include "base/files.h"
#include "base/log.h"
#include "demo/film.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

fs::path default_home() {
  const char* user = std::getenv("HOME");
  return fs::path(user != nullptr ? user : "/tmp") / ".local/state/matinee-demo";
}

// The films of a demo; that this folder is there says that a home is a demo's.
fs::path films_of(const fs::path& home) { return home / "demo"; }

// Only a demo's home, or an empty folder, is ever used or wiped.
Result<void> prepare(const fs::path& home, bool wipe) {
  std::error_code error;
  const bool is_demo = fs::exists(films_of(home), error);
  if (fs::exists(home, error) && !fs::is_empty(home, error) && !is_demo) {
    return fail(ErrorCode::conflict,
                home.string() + " holds something that is no demo: choose another --home");
  }
  if (!wipe || !is_demo) return {};
  const SystemClock clock;
  SystemRandom random;
  const auto unused = Home::open(home, clock, random);  // nobody runs on it
  if (!unused) return fail(unused.error(), "wiping the demo");
  fs::remove_all(home, error);
  if (error) return fail(ErrorCode::unavailable, "wiping " + home.string());
  return {};
}

void wait_for(const fs::path& path) {
  while (!fs::exists(path)) std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

// The film's captions as sidecars, before the film: who adds it finds them beside it.
Result<void> write_captions(const demo::FilmSpec& film, const fs::path& path) {
  SystemFiles files;
  for (const std::string language : {"en", "de"}) {
    const auto text = demo::film_captions(film, language);
    if (text.empty()) continue;
    auto sidecar = path;
    sidecar.replace_extension("." + language + ".srt");
    if (const auto written = write_file(files, sidecar, text); !written) return written;
  }
  return {};
}

// Draws the films that are not there yet and adds each as soon as it is whole.
int make_films(const fs::path& home, const fs::path& codec) {
  wait_for(HomePaths{home}.description());
  std::error_code error;
  fs::create_directory(films_of(home), error);
  for (const auto& film : demo::demo_films()) {
    const auto path = films_of(home) / film.file;
    if (const auto captions = write_captions(film, path); !captions) {
      log::error("a demo film's captions could not be written",
                 {{"film", film.file}, {"error", captions.error().message}});
      return 1;
    }
    if (!fs::exists(path)) {
      const auto made = demo::generate_film(SystemClock(), film, codec.string(), path.string(),
                                            [](double) { return true; });
      if (!made) {
        log::error("a demo film could not be made",
                   {{"film", film.file}, {"error", made.error().message}});
        return 1;
      }
    }
    wait_for(HomePaths{home}.socket("admin"));
    AddOptions options{.home = home.string(), .paths = {path.string()}};
    options.quiet = true;
    if (run_add(options) != 0) return 1;
  }
  return 0;
}

void print_banner(const std::string& url, const fs::path& home) {
  std::printf(
      "\n  Matinee demo\n\n"
      "    watch   %s\n"
      "    home    %s\n"
      "    add     matinee add --home %s FILE...\n"
      "    stop    Ctrl-C (start again: the films stay; --wipe begins anew)\n\n"
      "  Three films are drawn and scored now; the first is playable in a few seconds.\n\n",
      url.c_str(), home.c_str(), home.c_str());
  std::fflush(stdout);
}

}  // namespace

int run_demo(const DemoOptions& options) {
  const auto home = fs::absolute(options.home.empty() ? default_home() : fs::path(options.home))
                        .lexically_normal();
  if (const auto prepared = prepare(home, options.wipe); !prepared) {
    std::fprintf(stderr, "matinee demo: %s\n", prepared.error().message.c_str());
    return 1;
  }
  const auto codec = codec_program({});
  const pid_t maker = ::fork();
  if (maker == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::setpgid(0, 0);
    ::nice(5);
    log::configure("demo", log::Level::warning);
    ::_exit(make_films(home, codec));
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
  if (served) return 0;
  std::fprintf(stderr, "matinee demo: %s\n", served.error().message.c_str());
  return 1;
}

}  // namespace matinee::app
