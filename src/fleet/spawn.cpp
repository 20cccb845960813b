#include "fleet/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/check.h"

namespace matinee::fleet {
namespace {

constexpr int kFirstFd = 3;
constexpr int kAboveAllTargets = 256;

// In the child, between fork and exec: descriptors move out of the way first, so that no target
// number is still in use as a source.
void place_descriptors(std::vector<int> sources) {
  for (auto& source : sources) source = ::fcntl(source, F_DUPFD_CLOEXEC, kAboveAllTargets);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (::dup2(sources[i], kFirstFd + static_cast<int>(i)) < 0) ::_exit(126);
  }
}

[[noreturn]] void become(const RoleSpec& spec, int channel_fd) {
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  std::vector<int> sources;
  std::string names;
  for (const auto& socket : spec.sockets) {
    sources.push_back(socket.fd);
    names.append(names.empty() ? "" : ":").append(socket.name);
  }
  sources.push_back(channel_fd);
  place_descriptors(std::move(sources));

  const auto count = std::to_string(spec.sockets.size());
  const auto channel = std::to_string(kFirstFd + static_cast<int>(spec.sockets.size()));
  ::setenv("LISTEN_FDS", count.c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("MATINEE_SUPERVISOR_FD", channel.c_str(), 1);

  std::vector<char*> arguments;
  for (const auto& argument : spec.command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  const std::string message = "cannot run " + spec.command[0] + ": " + std::strerror(errno) + "\n";
  [[maybe_unused]] const auto written = ::write(2, message.data(), message.size());
  ::_exit(127);
}

}  // namespace

Result<Spawned> spawn(const RoleSpec& spec) {
  MATINEE_CHECK(!spec.command.empty());
  std::array<int, 2> channel{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel.data()) != 0) {
    return fail(ErrorCode::unavailable, "starting " + spec.name + ": " + std::strerror(errno));
  }
  const pid_t pid = ::fork();
  if (pid == 0) become(spec, channel[1]);
  ::close(channel[1]);
  if (pid < 0) {
    ::close(channel[0]);
    return fail(ErrorCode::unavailable, "starting " + spec.name + ": " + std::strerror(errno));
  }
  ::fcntl(channel[0], F_SETFL, O_NONBLOCK);
  return Spawned{pid, channel[0]};
}

}  // namespace matinee::fleet
