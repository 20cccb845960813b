#pragma once
// http/tls_identity: a certificate with its key, checked before anybody is served with it. Read by
// the edge at its start, on every reload, and by whoever tells the operator what is wrong.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::http {

/// What a certificate says of itself.
struct CertificateFacts {
  std::string subject{};             // "CN=films.example"
  std::string issuer{};              // of the same form
  std::vector<std::string> names{};  // DNS names, then IP addresses
  std::string fingerprint{};         // SHA-256 of the DER form: "3F:0A:..."
  Instant not_before{};
  Instant not_after{};
  /// The machine's own certificate store leads to it: a browser that has never been here believes
  /// it. Self-signed ones and those of a private authority are not trusted.
  bool is_trusted = false;
};

/// A certificate, those that lead from it to its authority, and its private key.
class TlsIdentity {
 public:
  struct Material;  // OpenSSL's objects

  /// Both in PEM; the server's own certificate comes first, then the intermediate ones. Dates are
  /// not looked at: see check_dates(). `trust_pem`: certificates that are trusted besides the
  /// machine's.
  /// Errors: invalid, saying what is wrong: no certificate, no key, a key behind a passphrase, a
  /// key of another certificate, a certificate that is not the first, a key that is too weak.
  static Result<TlsIdentity> parse(std::string_view certificate_pem, std::string_view key_pem,
                                   std::string_view trust_pem = {});

  TlsIdentity(TlsIdentity&&) noexcept;
  TlsIdentity& operator=(TlsIdentity&&) noexcept;
  ~TlsIdentity();

  [[nodiscard]] const CertificateFacts& facts() const { return facts_; }
  [[nodiscard]] const Material& material() const { return *material_; }

 private:
  TlsIdentity();

  std::unique_ptr<Material> material_;
  CertificateFacts facts_;
};

/// Errors: invalid when `now` lies before or after the certificate's time, naming the dates.
Result<void> check_dates(const CertificateFacts& facts, Instant now);

/// PEM texts, as they are written to files.
struct TlsPem {
  std::string certificate;
  std::string key;
};

inline constexpr std::chrono::days kSelfSignedLifetime{800};  // some browsers take no more than 825

/// A new ECDSA P-256 key and a certificate that it signs itself, for servers only, good from an
/// hour before `now`. `names`: DNS names and IP addresses, at least one; the first is the subject.
/// Errors: invalid for a name that fits no certificate.
Result<TlsPem> make_self_signed(const std::vector<std::string>& names, Instant now, Random& random);

}  // namespace matinee::http
