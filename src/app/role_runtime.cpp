#include "app/role_runtime.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "base/log.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kDrainMax{8'000};  // less than the supervisor's patience

// Blocks SIGTERM and SIGINT for all threads to come and watches for them and for wake().
class StopSignal {
 public:
  StopSignal() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signal_fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
    wake_fd_ = ::eventfd(0, EFD_CLOEXEC);
  }
  ~StopSignal() {
    ::close(signal_fd_);
    ::close(wake_fd_);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
  }
  void wait() const {
    std::array<pollfd, 2> watched{{{signal_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) <= 0) {
    }
  }

 private:
  int signal_fd_ = -1;
  int wake_fd_ = -1;
};

}  // namespace

int run_role(const std::string& role, const Config& config, StartRole start) {
  // Roles have few busy threads; an arena for each would cost more memory than it saves waits.
  ::mallopt(M_ARENA_MAX, 2);
  log::configure(role, config.log_level);
  auto sockets = fleet::take_inherited_sockets();
  if (!sockets) {
    log::error("cannot start", {{"error", sockets.error().message}});
    return 1;
  }
  const StopSignal stop;
  fleet::RoleChannel channel({.on_change = {}, .on_supervisor_gone = [&] { stop.wake(); }});
  RoleWorld world{.config = config,
                  .paths = {std::filesystem::absolute(config.home).lexically_normal()},
                  .sockets = std::move(*sockets)};
  world.channel = &channel;
  auto running = start(world);
  if (!running) {
    log::error("cannot start",
               {{"code", name_of(running.error().code)}, {"error", running.error().message}});
    return 1;
  }
  channel.say_ready();
  stop.wait();
  (*running)->drain(Deadline::in(world.clock, kDrainMax));
  return 0;
}

}  // namespace matinee::app
