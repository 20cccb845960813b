#include "fleet/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>

#include "base/log.h"
#include "fleet/spawn.h"

namespace matinee::fleet {

struct Supervisor::Process {
  Process(RoleSpec role_spec, RestartPolicy::Options restart)
      : spec(std::move(role_spec)), policy(restart) {
    status.role = spec.role;
    status.name = spec.name;
  }

  RoleSpec spec;
  RestartPolicy policy;
  RoleStatus status;
  int channel_fd = -1;
  std::optional<MonotonicInstant> start_at;  // due then; nullopt: runs, or is not to run
  std::optional<MonotonicInstant> kill_at;   // not ready or not gone by then
};

Supervisor::Supervisor(Options options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {
  for (auto& spec : options_.roles) {
    processes_.push_back(std::make_unique<Process>(std::move(spec), options_.restart));
  }
}

Supervisor::~Supervisor() {
  for (auto& process : processes_) {
    if (process->channel_fd >= 0) ::close(process->channel_fd);
  }
  if (signal_fd_ >= 0) ::close(signal_fd_);
}

Result<void> Supervisor::run() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  signal_fd_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  if (signal_fd_ < 0) {
    return fail(ErrorCode::unavailable, std::string("watching signals: ") + std::strerror(errno));
  }
  for (auto& process : processes_) process->start_at = clock_.monotonic();
  while (!stopping_) {
    start_due();
    wait_for_events(until_next_start());
  }
  drain_all();
  return {};
}

std::chrono::milliseconds Supervisor::until_next_start() const {
  std::chrono::milliseconds wait{60'000};
  for (const auto& process : processes_) {
    for (const auto& due : {process->start_at, process->kill_at}) {
      if (due) wait = std::min(wait, Deadline{*due}.left(clock_));
    }
  }
  return wait;
}

void Supervisor::start_due() {
  const auto now = clock_.monotonic();
  for (auto& process : processes_) {
    if (process->start_at && *process->start_at <= now) start(*process);
    if (process->kill_at && *process->kill_at <= now && process->status.pid > 0) {
      log::error("a role was not ready in time; killing it",
                 {{"name", process->spec.name}, {"pid", process->status.pid}});
      ::kill(process->status.pid, SIGKILL);
      process->kill_at.reset();
    }
  }
}

void Supervisor::start(Process& process) {
  process.start_at.reset();
  auto spawned = spawn(process.spec);
  if (!spawned) {
    log::error("cannot start a role",
               {{"name", process.spec.name}, {"error", spawned.error().message}});
    process.start_at = clock_.monotonic() + options_.restart.pause_max;
    return;
  }
  process.channel_fd = spawned->channel_fd;
  process.kill_at = clock_.monotonic() + options_.ready_max;
  process.status.pid = spawned->pid;
  process.status.started_ms = to_ms(clock_.now());
  if (process.status.generation++ > 0) ++process.status.restarts;
  set_state(process, RoleState::starting);
}

void Supervisor::wait_for_events(std::chrono::milliseconds at_most) {
  std::vector<pollfd> watched{{signal_fd_, POLLIN, 0}};
  std::vector<Process*> owners{nullptr};
  for (auto& process : processes_) {
    if (process->channel_fd < 0) continue;
    watched.push_back({process->channel_fd, POLLIN, 0});
    owners.push_back(process.get());
  }
  if (::poll(watched.data(), watched.size(), static_cast<int>(at_most.count())) <= 0) return;
  for (std::size_t i = 1; i < watched.size(); ++i) {
    if (watched[i].revents != 0) on_channel(*owners[i]);
  }
  if (watched[0].revents != 0 && handle_signals()) stopping_ = true;
}

void Supervisor::on_channel(Process& process) {
  std::array<char, 64> message{};
  const auto received = ::recv(process.channel_fd, message.data(), message.size(), MSG_DONTWAIT);
  if (received <= 0) {
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    ::close(process.channel_fd);  // its death is reported by SIGCHLD
    process.channel_fd = -1;
    return;
  }
  const std::string_view text(message.data(), static_cast<std::size_t>(received));
  if (text == "ready" && process.status.state == RoleState::starting) {
    process.policy.on_ready(clock_.monotonic());
    process.kill_at.reset();
    set_state(process, RoleState::ready);
  }
}

bool Supervisor::handle_signals() {
  bool stop = false;
  signalfd_siginfo info{};
  while (::read(signal_fd_, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) stop = true;
    if (info.ssi_signo == SIGHUP) {
      for (auto& process : processes_) {
        if (process->status.state != RoleState::broken) continue;
        process->policy = RestartPolicy(options_.restart);
        process->start_at = clock_.monotonic();
      }
    }
  }
  reap();
  return stop;
}

void Supervisor::reap() {
  int wait_status = 0;
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, &wait_status, WNOHANG)) > 0) {
    for (auto& process : processes_) {
      if (process->status.pid == pid) on_death(*process, wait_status);
    }
  }
}

void Supervisor::on_death(Process& process, int wait_status) {
  if (process.channel_fd >= 0) ::close(process.channel_fd);
  process.channel_fd = -1;
  process.kill_at.reset();
  const auto pid = process.status.pid;
  process.status.pid = 0;
  if (stopping_ || process.status.state == RoleState::draining) {
    set_state(process, RoleState::stopped);
    return;
  }
  const auto pause = process.policy.on_death(clock_.monotonic(), random_);
  log::warning("a role died", {{"name", process.spec.name},
                               {"pid", pid},
                               {"signal", WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0},
                               {"exit", WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0},
                               {"restart_in_ms", pause ? pause->count() : -1}});
  if (!pause) {
    log::error("a role keeps dying before it is ready; it stays down until SIGHUP",
               {{"name", process.spec.name}});
    set_state(process, RoleState::broken);
    return;
  }
  process.start_at = clock_.monotonic() + *pause;
  set_state(process, RoleState::backoff);
}

void Supervisor::set_state(Process& process, RoleState state) {
  process.status.state = state;
  log::info("role state", {{"name", process.spec.name},
                           {"state", name_of(state)},
                           {"pid", process.status.pid},
                           {"generation", process.status.generation}});
  publish();
}

void Supervisor::publish() {
  std::vector<RoleStatus> statuses;
  for (const auto& process : processes_) statuses.push_back(process->status);
  const auto text = to_json(statuses);
  for (auto& process : processes_) {
    // A role that does not read loses a line, not us: the next one tells it everything again.
    if (process->channel_fd >= 0) {
      ::send(process->channel_fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
  }
  if (options_.on_change) options_.on_change(statuses);
  if (options_.status_file.empty()) return;
  const auto partial = options_.status_file.string() + ".partial";
  std::ofstream(partial, std::ios::trunc) << text << "\n";
  std::error_code ignored;
  std::filesystem::rename(partial, options_.status_file, ignored);
}

void Supervisor::drain_all() {
  std::set<int> orders;
  for (auto& process : processes_) {
    orders.insert(process->spec.drain_order);
    process->start_at.reset();
    process->kill_at.reset();
  }
  for (const int order : orders) {
    const auto deadline = Deadline::in(clock_, options_.drain_max);
    const auto of_this_order = [&](const auto& process) {
      return process->spec.drain_order == order && process->status.pid > 0;
    };
    for (auto& process : processes_) {
      if (!of_this_order(process)) continue;
      ::kill(process->status.pid, SIGTERM);
      set_state(*process, RoleState::draining);
    }
    while (std::ranges::any_of(processes_, of_this_order) && deadline.left(clock_).count() > 0) {
      wait_for_events(deadline.left(clock_));
    }
    for (auto& process : processes_) {
      if (!of_this_order(process)) continue;
      log::warning("a role did not drain in time; killing it", {{"name", process->spec.name}});
      ::kill(process->status.pid, SIGKILL);
      int wait_status = 0;
      ::waitpid(process->status.pid, &wait_status, 0);
      on_death(*process, wait_status);
    }
  }
}

}  // namespace matinee::fleet
