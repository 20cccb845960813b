#include "app/admin_call.h"

#include <filesystem>
#include <thread>

#include "app/home.h"
#include "base/time.h"
#include "http/client.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kCallMax{30'000};
constexpr std::chrono::milliseconds kAway{20'000};  // control may be away for so long
constexpr std::chrono::milliseconds kAgainAfter{250};
constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024 * 1024;

ErrorCode code_of(int status) {
  switch (status) {
    case 400:
    case 413:
      return ErrorCode::invalid;
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    default:
      return ErrorCode::unavailable;
  }
}

}  // namespace

Result<Json> ask_admin(const std::string& home, http::Method method, const std::string& target,
                       const Json& body) {
  const HomePaths paths{std::filesystem::absolute(home).lexically_normal()};
  const auto socket = paths.socket("admin");
  if (auto running = check_running(paths); !running) return std::unexpected(running.error());
  const SystemClock clock;
  http::Client client(clock, {.address = http::Address::unix_path(socket.string())});
  http::ClientRequest request{.method = method, .target = target};
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(body);
  }
  request.retry_safe = method == http::Method::get;
  const auto deadline = Deadline::in(clock, kAway);
  while (true) {
    const auto answer = client.fetch(request, Deadline::in(clock, kCallMax), kAnswerBytesMax);
    if (answer && answer->status == 200) return parse_json(answer->body, 64);
    // An order that broke off may have been carried out: it is not given twice.
    const bool is_away = answer ? answer->status == 503
                                : answer.error().code == ErrorCode::unavailable &&
                                      request.retry_safe && check_running(paths);
    if (is_away && deadline.left(clock).count() > 0) {
      std::this_thread::sleep_for(kAgainAfter);
      continue;
    }
    if (!answer) return std::unexpected(answer.error());
    const auto problem = parse_json(answer->body);
    const auto detail = problem ? text_member(*problem, "detail") : Result<std::string>("");
    return fail(code_of(answer->status),
                detail && !detail->empty()
                    ? *detail
                    : "the service answered " + std::to_string(answer->status));
  }
}

}  // namespace matinee::app
