// Goal: sockets handed over by systemd or the supervisor arrive with their names; variables meant
// for another process, or that contradict themselves, hand over nothing.
#include "fleet/socket_activation.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

namespace matinee::fleet {
namespace {

// Descriptors and variables belong to the whole process, so each case runs in a child of its own.
bool holds_in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int fd : {3, 4}) ::dup2(::socket(AF_UNIX, SOCK_STREAM, 0), fd);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::_exit(check() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(SocketActivation, HandsSocketsOverByName) {
  EXPECT_TRUE(holds_in_child([] {
    ::setenv("LISTEN_FDS", "2", 1);
    ::setenv("LISTEN_FDNAMES", "public:internal", 1);
    const auto sockets = take_inherited_sockets();
    return sockets && sockets->size() == 2 && find_socket(*sockets, "public") == 3 &&
           find_socket(*sockets, "internal") == 4 && find_socket(*sockets, "admin") == -1 &&
           (::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && std::getenv("LISTEN_FDS") == nullptr;
  }));
}

TEST(SocketActivation, NamesAreOptional) {
  EXPECT_TRUE(holds_in_child([] {
    ::setenv("LISTEN_FDS", "1", 1);
    const auto sockets = take_inherited_sockets();
    return sockets && find_socket(*sockets, "public") == 3;
  }));
}

TEST(SocketActivation, VariablesOfAnotherProcessHandOverNothing) {
  EXPECT_TRUE(holds_in_child([] {
    ::setenv("LISTEN_PID", "1", 1);
    ::setenv("LISTEN_FDS", "1", 1);
    const auto sockets = take_inherited_sockets();
    return sockets && sockets->empty();
  }));
}

TEST(SocketActivation, RefusesWhatIsNotThere) {
  for (const char* count : {"-1", "65", "40"}) {
    EXPECT_TRUE(holds_in_child([count] {
      ::setenv("LISTEN_FDS", count, 1);
      const auto sockets = take_inherited_sockets();
      return !sockets && sockets.error().code == ErrorCode::invalid;
    })) << count;
  }
}

}  // namespace
}  // namespace matinee::fleet
