#include "app/demo_maker.h"

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "app/add.h"
#include "app/home.h"
#include "base/json.h"
#include "base/log.h"
#include "base/time.h"
#include "demo/library.h"
#include "http/client.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kServiceMax{60};  // until it answers
constexpr std::chrono::milliseconds kLookEvery{10};
constexpr int kPainters = 2;
constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20U;

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

class Maker {
 public:
  Maker(const fs::path& home, const fs::path& codec)
      : home_(home),
        codec_(codec),
        layout_(demo_library(home)),
        catalogue_(demo::demo_catalogue()) {}

  Result<void> run() {
    if (auto done = write_what_pages_show(); !done) return done;
    if (auto done = wait_for(clock_, HomePaths{home_}.socket("admin"), kServiceMax); !done)
      return done;
    announce();
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
    announce();  // titles that were there already get the rest of their artwork
  }

  // Everything is shown before it can be played. Without an answer the films come in one by one.
  void announce() {
    http::Client admin(
        clock_, {.address = http::Address::unix_path(HomePaths{home_}.socket("admin").string())});
    http::ClientRequest request{.method = http::Method::post, .target = "/admin/titles"};
    request.headers.set("Content-Type", "application/json");
    request.body =
        to_text(Json{{"paths", Json::array({layout_.root().string()})}, {"announce", true}});
    request.retry_safe = true;
    const auto deadline = Deadline::in(clock_, kServiceMax);
    while (deadline.left(clock_).count() > 0) {
      const auto answer = admin.fetch(request, deadline, kAnswerBytesMax);
      if (answer && answer->status < 500) return;
      std::this_thread::sleep_for(kLookEvery);
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
