#include "sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace matinee::codec {
namespace {

// Chosen by running every command under strace on glibc 2.36 and by reading what glibc's allocator,
// threads and stdio, x264 and the sanitizers use.
constexpr int kAllowed[] = {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    // The sanitizers write to a pipe of their own to see whether memory can be read.
    SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(readlink),
#endif
    // files that are open already
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(close), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fadvise64),
    // memory
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    // threads and their signals
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(gettid),
    SCMP_SYS(getpid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    // time, facts, the end
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(sysinfo),
    SCMP_SYS(uname), SCMP_SYS(exit), SCMP_SYS(exit_group)};

Result<void> limit(int resource, std::uint64_t value, const char* name) {
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0) return {};
  return fail(ErrorCode::unavailable,
              std::string("limiting ") + name + ": " + std::strerror(errno));
}

Result<void> set_limits(const SandboxLimits& limits) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (auto done = limit(RLIMIT_AS, limits.memory_bytes, "memory"); !done) return done;
#endif
  if (auto done = limit(RLIMIT_FSIZE, limits.file_bytes, "file size"); !done) return done;
  if (auto done = limit(RLIMIT_CPU, limits.cpu_seconds, "CPU time"); !done) return done;
  if (auto done = limit(RLIMIT_NOFILE, limits.open_files, "open files"); !done) return done;
  return limit(RLIMIT_CORE, 0, "core files");
}

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

int add_conditional_rules(scmp_filter_ctx filter) {
  // A thread, never a process. clone3 hides its flags from a filter: glibc then falls back.
  int code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  }
  // abort() signals its own process.
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0));
  }
  // newfstatat with an empty path is fstat.
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
  }
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                            SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0));
  }
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                            SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0));
  }
  return code;
}

std::string outcome(long result) {
  if (result >= 0) return "allowed";
  return ::strerrorname_np(errno);
}

}  // namespace

Result<void> enter_sandbox(const SandboxLimits& limits) {
  ::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails with EFBIG
  ::signal(SIGPIPE, SIG_IGN);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(ErrorCode::unavailable, std::string("prctl: ") + std::strerror(errno));
  }
  // Being nice is a courtesy, not a wall.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, limits.nice));
  if (auto done = set_limits(limits); !done) return done;

  const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return fail(ErrorCode::unavailable, "seccomp is not to be had");
  int code = 0;
  for (const int call : kAllowed) {
    if (code == 0) code = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  if (code == 0) code = add_conditional_rules(filter.get());
  if (code == 0) code = seccomp_load(filter.get());
  if (code != 0) {
    return fail(ErrorCode::unavailable, std::string("seccomp: ") + std::strerror(-code));
  }
  return {};
}

Json try_forbidden() {
  Json json;
  json["socket"] = outcome(::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
  json["unix_socket"] = outcome(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
  json["connect"] = outcome(::syscall(SYS_connect, 0, nullptr, 0));
  json["open"] = outcome(::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY, 0));
  json["kill"] = outcome(::syscall(SYS_kill, ::getppid(), 0));
  json["ptrace"] = outcome(::syscall(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr));
  const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
  if (child == 0) ::_exit(0);
  json["fork"] = outcome(child);
  const char* const program[] = {"/bin/true", nullptr};
  const char* const environment[] = {nullptr};
  // Only returns when it failed.
  json["exec"] = outcome(::syscall(SYS_execve, program[0], program, environment));
  return json;
}

}  // namespace matinee::codec
