#include "http/loggable_path.h"

#include <algorithm>

namespace matinee::http {

std::string loggable_path(const Router& router, std::string_view path) {
  constexpr std::string_view kSecret = "{token}";
  std::string shown(path);
  for (const Route& route : router.routes()) {
    const std::size_t secret = route.path.find(kSecret);
    if (secret == std::string::npos || !path.starts_with(route.path.substr(0, secret))) continue;
    const std::size_t end = std::min(path.find('/', secret), path.size());
    return shown.replace(secret, end - secret, "-");
  }
  return shown;
}

}  // namespace matinee::http
