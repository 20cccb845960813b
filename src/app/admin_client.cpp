#include "app/admin_client.h"

#include <fstream>

#include "http/problem.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kAskMax{10'000};
constexpr std::size_t kAnswerBytesMax = std::size_t{4} * 1024 * 1024;

}  // namespace

AdminClient::AdminClient(const std::filesystem::path& home)
    : paths_{std::filesystem::absolute(home).lexically_normal()},
      client_(clock_, {.address = http::Address::unix_path(paths_.socket("admin").string())}) {}

Result<Json> AdminClient::ask(http::Method method, const std::string& target, const Json& body) {
  if (auto running = check_running(paths_); !running) return std::unexpected(running.error());
  http::ClientRequest request{.method = method, .target = target};
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(body);
  }
  const auto answer = client_.fetch(request, Deadline::in(clock_, kAskMax), kAnswerBytesMax);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status >= 300) {
    const auto problem = parse_json(answer->body);
    const auto detail =
        problem ? text_member(*problem, "detail") : std::unexpected(problem.error());
    return std::unexpected(Error{http::error_code_of_status(answer->status),
                                 detail ? *detail : "status " + std::to_string(answer->status)});
  }
  return answer->body.empty() ? Result<Json>(Json(nullptr)) : parse_json(answer->body);
}

std::string AdminClient::address() const {
  std::ifstream file(paths_.address());
  std::string line;
  std::getline(file, line);
  while (line.ends_with('/')) line.pop_back();
  return line;
}

}  // namespace matinee::app
