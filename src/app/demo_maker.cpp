#include "app/demo_maker.h"

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "app/add.h"
#include "app/home.h"
#include "base/log.h"
#include "base/time.h"
#include "demo/library.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kHomeMax{30};     // until the service has made its home
constexpr std::chrono::seconds kServiceMax{60};  // until it answers
constexpr std::chrono::milliseconds kLookEvery{10};
constexpr int kPainters = 2;

Result<void> wait_for(const Clock& clock, const fs::path& path, std::chrono::seconds most) {
  const auto deadline = Deadline::in(clock, most);
  std::error_code error;
  while (!fs::exists(path, error)) {
    if (deadline.left(clock).count() == 0) {
      return fail(ErrorCode::unavailable, path.string() + " did not appear in time");
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return {};
}

Result<void> make_private_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || ::chmod(path.c_str(), 0700) == 0) return {};
  return fail(ErrorCode::unavailable, "creating " + path.string());
}

class Maker {
 public:
  Maker(const fs::path& home, const fs::path& codec)
      : home_(home),
        codec_(codec),
        layout_(demo_library(home)),
        catalogue_(demo::demo_catalogue()) {}

  Result<void> run() {
    if (auto done = wait_for(clock_, HomePaths{home_}.description(), kHomeMax); !done) return done;
    if (auto done = make_private_folder(layout_.root()); !done) return done;
    if (auto done = write_what_pages_show(); !done) return done;
    if (auto done = wait_for(clock_, HomePaths{home_}.socket("admin"), kServiceMax); !done)
      return done;
    if (auto done = make_film(catalogue_.films.front()); !done) return done;
    std::jthread more([this] { draw_more_pictures(); });
    for (const auto& film : catalogue_.films) {
      if (auto done = make_film(film); !done) return done;
    }
    return {};
  }

 private:
  // Texts and first posters of everything, by several hands.
  Result<void> write_what_pages_show() {
    for (const auto& show : catalogue_.shows) {
      if (auto done = demo::write_texts(layout_, show); !done) return done;
    }
    std::atomic<std::size_t> next{0};
    std::vector<Result<void>> results(kPainters);
    {
      std::vector<std::jthread> painters;
      for (auto& result : results) {
        painters.emplace_back([&] {
          for (std::size_t i = next++; i < catalogue_.films.size() && result; i = next++) {
            const auto& film = catalogue_.films[i];
            result = demo::write_texts(layout_, film);
            if (result) result = demo::write_first_picture(layout_, film);
          }
        });
      }
    }
    for (auto& result : results) {
      if (!result) return result;
    }
    return {};
  }

  void draw_more_pictures() {
    for (const auto& film : catalogue_.films) {
      if (const auto done = demo::write_more_pictures(layout_, film); !done) {
        log::warning("artwork of the demo is missing",
                     {{"film", film.title}, {"error", done.error().message}});
        return;
      }
    }
  }

  // Draws a film unless it is there, and adds it; adding it again changes nothing.
  Result<void> make_film(const demo::FilmSpec& film) {
    const auto path = layout_.file(film);
    std::error_code error;
    if (!fs::exists(path, error)) {
      const auto made = demo::generate_film(clock_, film, codec_.string(), path.string(),
                                            [](double) { return true; });
      if (!made) return made;
    }
    AddOptions options{.home = home_.string(), .paths = {path.string()}};
    options.quiet = true;
    if (run_add(options) != 0) return fail(ErrorCode::unavailable, "adding " + film.title);
    return {};
  }

  SystemClock clock_;
  fs::path home_;
  fs::path codec_;
  demo::LibraryLayout layout_;
  const demo::Catalogue& catalogue_;
};

}  // namespace

fs::path demo_library(const fs::path& home) { return home / "demo"; }

int make_demo_library(const fs::path& home, const fs::path& codec) {
  const auto made = Maker(home, codec).run();
  if (made) return 0;
  log::error("the demo's library could not be made", {{"error", made.error().message}});
  return 1;
}

}  // namespace matinee::app
