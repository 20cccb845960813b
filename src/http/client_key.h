#pragma once
// http/client_key: which addresses count as one client. For limits of connections and requests.

#include <cstdint>
#include <optional>
#include <string_view>

namespace matinee::http {

/// One client: an IPv4 address, or the /64 network of an IPv6 address (a household gets one whole,
/// so its addresses cost nothing). IPv4 in IPv6's clothes is IPv4.
struct ClientKey {
  std::uint64_t network = 0;
  bool is_loopback = false;
  friend bool operator==(const ClientKey&, const ClientKey&) = default;
};

/// Nothing for text that is no address ("unix").
std::optional<ClientKey> client_key_of(std::string_view address);

}  // namespace matinee::http
