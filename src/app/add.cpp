#include "app/add.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <thread>
#include <utility>

#include "app/home.h"
#include "base/json.h"
#include "base/time.h"
#include "http/client.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kCallMax{120'000};  // a folder may hold many files
constexpr std::chrono::milliseconds kAway{60'000};      // control may be away for so long
constexpr std::chrono::milliseconds kLookEvery{250};
constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024 * 1024;

struct AddedTitle {
  std::string path;
  std::string title_id;  // empty: was not taken
  std::string state;
  std::string message;
  double progress = 0;
  double estimate_cpu_seconds = 0;
  std::int64_t estimate_bytes = 0;

  std::string waiting{};  // what the encode policy lets it wait for

  [[nodiscard]] bool is_settled() const {
    return state == "ready" || state == "failed" || !waiting.empty();
  }
};

std::string text_or(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The service's admin socket.
class Admin {
 public:
  explicit Admin(const std::string& home)
      : paths_{std::filesystem::absolute(home).lexically_normal()},
        client_(clock_, {.address = http::Address::unix_path(paths_.socket("admin").string())}) {}

  // Asks until control answers or has been away too long.
  Result<Json> ask(const http::ClientRequest& request) {
    const auto deadline = Deadline::in(clock_, kAway);
    while (true) {
      if (auto running = check_running(paths_); !running) return std::unexpected(running.error());
      const auto answer = client_.fetch(request, Deadline::in(clock_, kCallMax), kAnswerBytesMax);
      if (answer && answer->status == 200) return parse_json(answer->body, 64);
      const bool is_away =
          answer ? answer->status == 503 : answer.error().code == ErrorCode::unavailable;
      if (!is_away || deadline.left(clock_).count() == 0) {
        if (!answer) return std::unexpected(answer.error());
        const auto problem = parse_json(answer->body);
        const auto detail = problem ? text_or(*problem, "detail") : answer->body;
        return fail(ErrorCode::unavailable,
                    "the service answered " + std::to_string(answer->status) + ": " + detail);
      }
      std::this_thread::sleep_for(kLookEvery);
    }
  }

  Result<Json> add(const std::vector<std::string>& paths) {
    Json list = Json::array();
    for (const auto& path : paths) {
      list.push_back(std::filesystem::absolute(path).lexically_normal().string());
    }
    http::ClientRequest request{.method = http::Method::post, .target = "/admin/titles"};
    request.headers.set("Content-Type", "application/json");
    // Folders are remembered: what changes in them later is taken in by itself.
    request.body = to_text(Json{{"paths", std::move(list)}, {"remember", true}});
    request.retry_safe = true;  // adding a film twice is adding it once
    return ask(request);
  }

  Result<Json> title(const std::string& id) { return ask({.target = "/admin/titles/" + id}); }

 private:
  SystemClock clock_;
  HomePaths paths_;
  http::Client client_;
};

std::vector<AddedTitle> titles_of(const Json& answer) {
  std::vector<AddedTitle> titles;
  for (const auto& json : answer.value("titles", Json::array())) {
    titles.push_back({text_or(json, "path"), text_or(json, "title_id"), text_or(json, "state"),
                      text_or(json, "message")});
  }
  return titles;
}

void refresh(AddedTitle& title, const Json& json) {
  title.state = text_or(json, "state");
  title.message = text_or(json, "message");
  title.waiting = text_or(json, "waiting");
  if (!title.waiting.empty() && title.state != "ready") title.message = title.waiting;
  title.progress = json.value("progress", 0.0);
  title.estimate_cpu_seconds = json.value("estimate_cpu_seconds", 0.0);
  title.estimate_bytes = json.value("estimate_bytes", std::int64_t{0});
}

void print_json(const AddedTitle& title) {
  const Json line{{"path", title.path},
                  {"title_id", title.title_id.empty() ? Json(nullptr) : Json(title.title_id)},
                  {"state", title.state},
                  {"message", title.message}};
  std::printf("%s\n", to_text(line).c_str());
}

void print(const AddedTitle& title, bool as_json) {
  if (as_json) return print_json(title);
  std::printf("%-9s %s%s%s\n", title.state.c_str(), title.path.c_str(),
              title.message.empty() ? "" : ": ", title.message.c_str());
}

std::string progress_line(const std::vector<AddedTitle>& titles, double seconds) {
  const auto done =
      std::ranges::count_if(titles, [](const auto& title) { return title.is_settled(); });
  double cpu_left = 0;
  std::int64_t bytes = 0;
  std::string now;
  for (const auto& title : titles) {
    bytes += title.estimate_bytes;
    if (title.is_settled()) continue;
    cpu_left += title.estimate_cpu_seconds * (1 - title.progress);
    if (now.empty() && title.state == "encoding") {
      now = fmt::format(", {} {:.0f} %", std::filesystem::path(title.path).filename().string(),
                        title.progress * 100);
    }
  }
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  return fmt::format("{} of {} done{}; about {:.0f} s to go, {:.1f} MB to store ({:.0f} s so far)",
                     done, titles.size(), now, cpu_left / processors,
                     static_cast<double>(bytes) / 1e6, seconds);
}

// Looks at the titles until each is ready or has failed; shows how far they are.
Result<void> wait_for(Admin& admin, std::vector<AddedTitle>& titles) {
  const bool on_terminal = ::isatty(STDERR_FILENO) == 1;
  const SystemClock clock;
  const auto started = clock.monotonic();
  while (true) {
    for (auto& title : titles) {
      if (title.is_settled() || title.title_id.empty()) continue;
      const auto json = admin.title(title.title_id);
      if (!json) return fail(json.error(), "looking at " + title.path);
      refresh(title, *json);
    }
    const std::chrono::duration<double> passed = clock.monotonic() - started;
    if (on_terminal) {
      std::fprintf(stderr, "\r\033[K%s", progress_line(titles, passed.count()).c_str());
    }
    if (std::ranges::all_of(titles, &AddedTitle::is_settled)) break;
    // A whole library is looked at less often than one film, for the same load.
    const auto open = std::ranges::count_if(titles, [](const auto& t) { return !t.is_settled(); });
    std::this_thread::sleep_for(kLookEvery * (1 + open / 4));
  }
  if (on_terminal) std::fputs("\r\033[K", stderr);
  return {};
}

void print_skipped(const Json& answer, bool as_json) {
  for (const auto& item : answer.value("skipped", Json::array())) {
    const auto kind = text_or(item, "kind");
    print({text_or(item, "path"), "", kind.empty() ? "skipped" : kind, text_or(item, "reason")},
          as_json);
  }
  const auto unreported = answer.value("skipped_unreported", std::int64_t{0});
  if (unreported > 0 && !as_json) std::printf("... and %ld more skipped\n", long{unreported});
}

// "312 films, 14 shows, 9 ambiguous, 3 unreadable".
void print_counts(const Json& answer) {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  const auto kinds = answer.value("counts", Json::object());
  for (const auto& [kind, count] : kinds.items()) {
    counts.emplace_back(kind, count.get<std::int64_t>());
  }
  std::map<std::string, std::int64_t> odd;
  for (const auto& item : answer.value("skipped", Json::array())) ++odd[text_or(item, "kind")];
  std::string line;
  for (const auto& [kind, count] : counts) {
    line += fmt::format("{}{} {}{}", line.empty() ? "" : ", ", count, kind, count == 1 ? "" : "s");
  }
  for (const auto& [kind, count] : odd) {
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count, kind);
  }
  if (const auto missing = answer.value("missing", std::int64_t{0}); missing > 0) {
    line += fmt::format(", {} no longer there", missing);
  }
  std::printf("%s\n", line.c_str());
}

int report(const Error& error) {
  std::fprintf(stderr, "matinee add: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int run_add(const AddOptions& options) {
  Admin admin(options.home);
  const auto answer = admin.add(options.paths);
  if (!answer) return report(answer.error());
  if (!options.quiet) print_skipped(*answer, options.json);
  auto titles = titles_of(*answer);
  if (options.wait) {
    if (const auto waited = wait_for(admin, titles); !waited) return report(waited.error());
  }
  for (const auto& title : titles) {
    if (!options.quiet) print(title, options.json);
  }
  const bool many = titles.size() != 1 || !answer->value("skipped", Json::array()).empty();
  if (many && !options.quiet && !options.json) print_counts(*answer);
  const bool any_failed = std::ranges::any_of(
      titles, [](const auto& title) { return title.state == "failed" || title.title_id.empty(); });
  return any_failed ? 1 : 0;
}

}  // namespace matinee::app
