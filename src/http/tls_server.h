#pragma once
// http/tls_server: what the TLS connections of a server share: certificate, rules, ticket keys.

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "http/tls_identity.h"

struct ssl_ctx_st;
struct ssl_st;

namespace matinee::http {

/// TLS 1.2 and 1.3 with one certificate, whatever name a client asks for; ALPN http/1.1; no
/// renegotiation, no compression, no early data; sessions only in tickets, whose keys change.
/// Thread-safe; outlives the server whose listeners name it.
class TlsServer {
 public:
  struct Options {
    /// How long one key seals tickets; it opens them for as long again, twice.
    std::chrono::milliseconds ticket_key_lifetime{std::chrono::hours{4}};
  };

  TlsServer(TlsIdentity identity, Options options, const Clock& clock, Random& random,
            Metrics& metrics);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  /// Connections from now on get the new certificate; those that live keep theirs.
  void replace(TlsIdentity identity);
  [[nodiscard]] CertificateFacts facts() const;

  // For connections.
  /// A new connection's state; with true when its answers may ask for TLS for ever (HSTS).
  [[nodiscard]] std::pair<ssl_st*, bool> open() const;

  Counter& full;
  Counter& resumed;
  Counter& failed;
  Counter& slow;
  Counter& crowded_out;
  Counter& misplaced;

 private:
  struct Certified;
  class TicketKeys;

  const std::unique_ptr<TicketKeys> tickets_;
  mutable std::mutex mutex_;
  std::unique_ptr<Certified> now_;
};

}  // namespace matinee::http
