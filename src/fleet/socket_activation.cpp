#include "fleet/socket_activation.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>

namespace matinee::fleet {
namespace {

constexpr int kFirstFd = 3;
constexpr int kSocketsMax = 64;

std::optional<int> number(const char* text) {
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  int value = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (error != std::errc{} || end != view.data() + view.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto colon = text.find(':');
    parts.emplace_back(text.substr(0, colon));
    text = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  }
  return parts;
}

void clear_environment() {
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
}

}  // namespace

Result<std::vector<NamedSocket>> take_inherited_sockets() {
  const auto pid = number(std::getenv("LISTEN_PID"));
  const auto count = number(std::getenv("LISTEN_FDS"));
  const char* names_text = std::getenv("LISTEN_FDNAMES");
  const auto names = split(names_text != nullptr ? names_text : "");
  clear_environment();
  if (!count || (pid && *pid != ::getpid())) return std::vector<NamedSocket>{};
  if (*count < 0 || *count > kSocketsMax) {
    return fail(ErrorCode::invalid, "LISTEN_FDS names " + std::to_string(*count) + " sockets");
  }
  std::vector<NamedSocket> sockets;
  for (int i = 0; i < *count; ++i) {
    const int fd = kFirstFd + i;
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(ErrorCode::invalid,
                  "LISTEN_FDS: descriptor " + std::to_string(fd) + " is not open");
    }
    const auto index = static_cast<std::size_t>(i);
    sockets.push_back({index < names.size() ? names[index] : "public", fd});
  }
  return sockets;
}

int find_socket(const std::vector<NamedSocket>& sockets, std::string_view name) {
  for (const auto& socket : sockets) {
    if (socket.name == name) return socket.fd;
  }
  return -1;
}

}  // namespace matinee::fleet
