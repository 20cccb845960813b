#include "http/client_key.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

namespace matinee::http {
namespace {

// Disjoint from every IPv6 network: fe80::/10 goes no further than its link.
constexpr std::uint64_t kVersion4 = 0xfe80'0000'0000'0000;

ClientKey key_of(const unsigned char* v4) {
  const std::uint64_t number = std::uint64_t{v4[0]} << 24U | std::uint64_t{v4[1]} << 16U |
                               std::uint64_t{v4[2]} << 8U | std::uint64_t{v4[3]};
  return {kVersion4 | number, v4[0] == 127};
}

}  // namespace

std::optional<ClientKey> client_key_of(std::string_view address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.size() >= text.size()) return std::nullopt;
  std::memcpy(text.data(), address.data(), address.size());
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, text.data(), bytes.data()) == 1) return key_of(bytes.data());
  if (::inet_pton(AF_INET6, text.data(), bytes.data()) != 1) return std::nullopt;
  static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0) {
    return key_of(bytes.data() + kMapped.size());
  }
  std::uint64_t network = 0;
  for (std::size_t i = 0; i < 8; ++i) network = network << 8U | bytes.at(i);
  std::array<unsigned char, 16> loopback{};
  loopback.back() = 1;
  return ClientKey{network, bytes == loopback};
}

}  // namespace matinee::http
