#include "http/input.h"

#include <sys/socket.h>

#include <cerrno>

namespace matinee::http {

Received receive_plain(int fd, std::span<char> out) {
  const ssize_t count = ::recv(fd, out.data(), out.size(), MSG_DONTWAIT);
  if (count >= 0) return {.bytes = static_cast<std::size_t>(count), .ended = count == 0};
  return {.broken = errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR};
}

}  // namespace matinee::http
