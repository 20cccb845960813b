#include "app/demo_maker.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
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
constexpr std::chrono::milliseconds kSayEvery{500};  // how far a film is
constexpr std::chrono::milliseconds kSayMax{1'000};
constexpr double kBegun = 0.01;  // 0 would be: not begun
constexpr int kNice = 5;         // once something can be watched
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
        catalogue_(demo::demo_catalogue()),
        admin_(clock_,
               {.address = http::Address::unix_path(HomePaths{home_}.socket("admin").string())}) {}

  Result<void> run() {
    if (auto done = write_what_pages_show(); !done) return done;
    if (auto done = wait_for(clock_, HomePaths{home_}.socket("admin"), kServiceMax); !done)
      return done;
    announce();
    if (auto done = make_film(catalogue_.films.front()); !done) return done;
    ::nice(kNice);
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
            if (result) result = demo::write_first_pictures(layout_, film);
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
    http::ClientRequest request{.method = http::Method::post, .target = "/admin/titles"};
    request.headers.set("Content-Type", "application/json");
    request.body =
        to_text(Json{{"paths", Json::array({layout_.root().string()})}, {"announce", true}});
    request.retry_safe = true;
    const auto deadline = Deadline::in(clock_, kServiceMax);
    while (deadline.left(clock_).count() > 0) {
      const auto answer = admin_.fetch(request, deadline, kAnswerBytesMax);
      if (answer && answer->status < 500) return remember_ids(answer->body);
      std::this_thread::sleep_for(kLookEvery);
    }
  }

  void remember_ids(const std::string& body) {
    const auto json = parse_json(body);
    if (!json) return;
    const std::scoped_lock lock(ids_mutex_);
    for (const auto& title : json->value("titles", Json::array())) {
      const auto path = text_member(title, "path");
      const auto id = text_member(title, "title_id");
      if (path && id) ids_[*path] = *id;
    }
  }

  // Pages show how far a film is; nothing waits for their knowing it.
  void say_progress(const demo::FilmSpec& film, double progress) {
    const auto now = clock_.monotonic();
    if (now < next_say_) return;
    next_say_ = now + kSayEvery;
    http::ClientRequest request{.method = http::Method::put};
    {
      const std::scoped_lock lock(ids_mutex_);
      const auto id = ids_.find(layout_.sidecar(film, ".nfo").string());
      if (id == ids_.end()) return;
      request.target = "/admin/titles/" + id->second + "/progress";
    }
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(Json{{"progress", std::max(progress, kBegun)}});
    static_cast<void>(admin_.fetch(request, Deadline::in(clock_, kSayMax), kAnswerBytesMax));
  }

  // Draws a film unless it is there, and adds it; adding it again changes nothing.
  Result<void> make_film(const demo::FilmSpec& film) {
    const auto path = layout_.file(film);
    std::error_code error;
    if (!fs::exists(path, error)) {
      const auto made =
          demo::generate_film(clock_, film, codec_.string(), path.string(), [&](double progress) {
            say_progress(film, progress);
            return true;
          });
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
  http::Client admin_;
  std::mutex ids_mutex_;
  std::map<std::string, std::string> ids_;  // of announced titles, by their .nfo files
  MonotonicInstant next_say_{};
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
