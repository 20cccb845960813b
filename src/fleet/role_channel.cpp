#include "fleet/role_channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "base/log.h"

namespace matinee::fleet {
namespace {

constexpr std::size_t kLineBytesMax = std::size_t{64} * 1024;

int take_descriptor() {
  const char* text = std::getenv("MATINEE_SUPERVISOR_FD");
  if (text == nullptr) return -1;
  const int fd = std::atoi(text);
  ::unsetenv("MATINEE_SUPERVISOR_FD");
  if (fd < 3 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return -1;
  return fd;
}

}  // namespace

RoleChannel::RoleChannel(Callbacks callbacks)
    : callbacks_(std::move(callbacks)), fd_(take_descriptor()) {
  if (fd_ < 0) return;
  wake_fd_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { read_lines(); });
}

RoleChannel::~RoleChannel() {
  if (fd_ < 0) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
  thread_.join();
  ::close(wake_fd_);
  ::close(fd_);
}

void RoleChannel::say_ready() {
  static constexpr std::string_view kReady = "ready";
  if (fd_ >= 0) ::send(fd_, kReady.data(), kReady.size(), MSG_NOSIGNAL);
}

RoleState RoleChannel::state_of(std::string_view role) const {
  const std::scoped_lock lock(mutex_);
  if (statuses_.empty()) return RoleState::ready;
  auto best = RoleState::stopped;
  for (const auto& status : statuses_) {
    if (status.role != role) continue;
    if (status.state == RoleState::ready) return RoleState::ready;
    if (best != RoleState::starting) best = status.state;
  }
  return best;
}

void RoleChannel::read_lines() {
  std::vector<char> line(kLineBytesMax);
  while (true) {
    std::array<pollfd, 2> watched{{{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[1].revents != 0) return;
    if (watched[0].revents == 0) continue;
    const auto received = ::recv(fd_, line.data(), line.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) {
      if (callbacks_.on_supervisor_gone) callbacks_.on_supervisor_gone();
      return;
    }
    auto statuses = parse_role_statuses({line.data(), static_cast<std::size_t>(received)});
    if (!statuses) {
      log::warning("an unreadable line from the supervisor", {{"error", statuses.error().message}});
      continue;
    }
    {
      const std::scoped_lock lock(mutex_);
      statuses_ = *statuses;
    }
    if (callbacks_.on_change) callbacks_.on_change(*statuses);
  }
}

}  // namespace matinee::fleet
