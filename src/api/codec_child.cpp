#include "api/codec_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include "http/socket.h"

namespace matinee::api {
namespace {

constexpr std::size_t kOutputBytesMax = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kComplaintBytesMax = 2048;  // of its standard error: the end is kept
constexpr std::chrono::milliseconds kPollMax{250};
constexpr std::chrono::milliseconds kTurn{500};  // of running and standing still together
constexpr double kCpuShareMin = 0.05;

struct Pipe {
  http::Socket read_end;
  http::Socket write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::unavailable, std::string("making a pipe: ") + std::strerror(errno));
  }
  return Pipe{http::Socket(ends[0]), http::Socket(ends[1])};
}

Result<pid_t> spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                    int in, int out, int complaints) {
  std::vector<std::string> values{program.string()};
  values.insert(values.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& value : values) argv.push_back(value.data());
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/bin:/bin";
  std::string locale = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment{path.data(), locale.data(), nullptr};

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (in >= 0) {
    ::posix_spawn_file_actions_adddup2(&actions, in, 0);
  } else {
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  }
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, complaints, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return fail(ErrorCode::unavailable,
                "starting " + program.string() + ": " + std::strerror(error));
  }
  return pid;
}

/// What the child has said so far, line by line.
class Output {
 public:
  explicit Output(const CodecRun& run) : run_(run) {}

  // False when it says more than anybody would.
  bool take(std::string_view bytes) {
    taken_ += bytes.size();
    if (taken_ > kOutputBytesMax) return false;
    partial_.append(bytes);
    std::size_t begin = 0;
    for (auto end = partial_.find('\n'); end != std::string::npos;
         end = partial_.find('\n', begin)) {
      take_line(partial_.substr(begin, end - begin));
      begin = end + 1;
    }
    partial_.erase(0, begin);
    return true;
  }

  [[nodiscard]] const std::string& document() const { return document_; }

 private:
  void take_line(std::string line) {
    if (line.starts_with("{\"progress\":")) {
      const auto json = parse_json(line);
      if (json && json->contains("progress") && (*json)["progress"].is_number() &&
          run_.on_progress) {
        run_.on_progress((*json)["progress"].get<double>());
      }
    } else if (!line.empty()) {
      document_ = std::move(line);
    }
  }

  const CodecRun& run_;
  std::size_t taken_ = 0;
  std::string partial_;
  std::string document_;
};

// Stops and continues a child so that it runs for its share of the time only.
class Duty {
 public:
  Duty(pid_t group, double share, const Clock& clock)
      : group_(group),
        run_(std::chrono::duration_cast<std::chrono::milliseconds>(
            kTurn * std::clamp(share, kCpuShareMin, 1.0))),
        clock_(clock),
        change_(clock.monotonic() + run_) {}

  // Changes over when it is time; gives how long until it is again.
  std::chrono::milliseconds turn() {
    if (run_ >= kTurn) return kPollMax;
    const auto now = clock_.monotonic();
    if (now >= change_) {
      ::kill(-group_, running_ ? SIGSTOP : SIGCONT);
      running_ = !running_;
      change_ = now + (running_ ? run_ : kTurn - run_);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(change_ - now);
    return std::clamp(left, std::chrono::milliseconds{1}, kPollMax);
  }

 private:
  pid_t group_;
  std::chrono::milliseconds run_;
  const Clock& clock_;
  MonotonicInstant change_;
  bool running_ = true;
};

// Reads until both pipes are closed. Errors: why the child must be killed.
Result<void> listen_to(const CodecRun& run, const Clock& clock, pid_t child, int out,
                       int complaints, Output& output, std::string& complaint) {
  Duty duty(child, run.cpu_share, clock);
  const auto deadline = Deadline::in(clock, run.time_max);
  std::array<pollfd, 2> watched{{{out, POLLIN, 0}, {complaints, POLLIN, 0}}};
  std::array<char, 8192> bytes{};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (run.cancelled && run.cancelled()) return fail(ErrorCode::conflict, "cancelled");
    const auto left = deadline.left(clock);
    if (left.count() == 0) {
      return fail(ErrorCode::limited,
                  "took longer than " + std::to_string(run.time_max.count()) + " ms");
    }
    const auto wait = static_cast<int>(std::min(left, duty.turn()).count());
    if (::poll(watched.data(), watched.size(), wait) <= 0) continue;
    for (auto& one : watched) {
      if (one.fd < 0 || one.revents == 0) continue;
      const auto got = ::read(one.fd, bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        one.fd = -1;
        continue;
      }
      const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
      if (one.fd == out) {
        if (!output.take(text)) return fail(ErrorCode::limited, "said too much");
      } else {
        complaint.append(text);
        if (complaint.size() > kComplaintBytesMax) {
          complaint.erase(0, complaint.size() - kComplaintBytesMax);
        }
      }
    }
  }
  return {};
}

Result<Json> conclude(const std::string& document, int wait_status, const std::string& complaint) {
  if (WIFSIGNALED(wait_status)) {
    return fail(ErrorCode::unavailable, "matinee-codec was ended by signal " +
                                            std::to_string(WTERMSIG(wait_status)) + " " +
                                            complaint);
  }
  auto json = parse_json(document);
  if (!json || !json->is_object()) {
    return fail(ErrorCode::unavailable, "matinee-codec ended with status " +
                                            std::to_string(WEXITSTATUS(wait_status)) +
                                            " and no document " + complaint);
  }
  if (const auto error = json->find("error"); error != json->end()) {
    const auto code = text_member(*error, "code");
    const auto message = text_member(*error, "message");
    return fail(code ? error_code_of(*code) : ErrorCode::unavailable,
                message ? *message : "matinee-codec failed without saying why");
  }
  return std::move(*json);
}

}  // namespace

Result<Json> run_codec(const std::filesystem::path& program, const CodecRun& run,
                       const Clock& clock) {
  auto out = make_pipe();
  auto complaints = make_pipe();
  if (!out || !complaints) return std::unexpected((!out ? out : complaints).error());
  Pipe in;
  if (run.feed) {
    // A socket, not a pipe: writing to a child that has gone is then an error and no signal.
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return fail(ErrorCode::unavailable, std::string("making a socket: ") + std::strerror(errno));
    }
    in = {http::Socket(ends[0]), http::Socket(ends[1])};
  }
  const auto pid = spawn(program, run.arguments, run.feed ? in.read_end.fd() : -1,
                         out->write_end.fd(), complaints->write_end.fd());
  if (!pid) return std::unexpected(pid.error());
  in.read_end.close();
  out->write_end.close();
  complaints->write_end.close();
  std::thread feeder;
  if (run.feed) {
    feeder = std::thread([&run, input = in.write_end.fd()] {
      // What went wrong here is what the child complains about.
      static_cast<void>(run.feed(input));
      ::shutdown(input, SHUT_WR);
    });
  }

  Output output(run);
  std::string complaint;
  const auto listened =
      listen_to(run, clock, *pid, out->read_end.fd(), complaints->read_end.fd(), output, complaint);
  if (!listened) ::kill(-*pid, SIGKILL);
  if (run.cpu_share < 1) ::kill(-*pid, SIGCONT);  // whatever it was told last, it may end
  int wait_status = 0;
  while (::waitpid(*pid, &wait_status, 0) < 0 && errno == EINTR) {
  }
  if (feeder.joinable()) {
    ::shutdown(in.write_end.fd(), SHUT_RDWR);
    feeder.join();
  }
  const std::string doing = "matinee-codec " + run.arguments.front();
  if (!listened) return fail(listened.error(), doing);
  auto concluded = conclude(output.document(), wait_status, complaint);
  if (!concluded) return std::unexpected(concluded.error());
  return concluded;
}

Result<void> write_input(int input, const void* bytes, std::size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const auto sent = ::send(input, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return fail(ErrorCode::unavailable, "the child has stopped reading");
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return {};
}

}  // namespace matinee::api
