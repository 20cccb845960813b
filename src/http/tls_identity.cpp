#include "http/tls_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "http/message_writer.h"
#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

constexpr std::size_t kChainMax = 10;  // certificates in one file

// OpenSSL asks a person on the terminal unless told otherwise.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

OwnedBio memory_of(std::string_view text) {
  return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::vector<OwnedX509>> read_certificates(std::string_view pem) {
  const OwnedBio memory = memory_of(pem);
  std::vector<OwnedX509> chain;
  ERR_clear_error();
  while (chain.size() <= kChainMax) {
    bool asked = false;
    OwnedX509 one(PEM_read_bio_X509(memory.get(), nullptr, no_passphrase, &asked));
    if (!one) break;
    chain.push_back(std::move(one));
  }
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  if (chain.size() > kChainMax) {
    return fail(ErrorCode::invalid,
                "it holds more than " + std::to_string(kChainMax) + " certificates");
  }
  if (ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return fail(ErrorCode::invalid, "a certificate in it is damaged");
  }
  if (chain.empty()) return fail(ErrorCode::invalid, "it holds no certificate in PEM form");
  return chain;
}

Result<OwnedKey> read_key(std::string_view pem) {
  const OwnedBio memory = memory_of(pem);
  bool asked = false;
  ERR_clear_error();
  OwnedKey key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, &asked));
  ERR_clear_error();
  if (key) return key;
  if (asked) {
    return fail(ErrorCode::invalid, "the key is behind a passphrase, which nobody could type here");
  }
  return fail(ErrorCode::invalid, "it holds no private key in PEM form");
}

std::string text_of_name(const X509_NAME* name) {
  const OwnedBio memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), name, 0,
                     XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ & ~ASN1_STRFLGS_ESC_MSB);
  const char* text = nullptr;
  const auto bytes = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(bytes)};
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return from_ms(std::int64_t{1000} * ::timegm(&parts));
}

std::string text_of_address(const ASN1_OCTET_STRING* address) {
  const auto* data = ASN1_STRING_get0_data(address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  const bool fits = ASN1_STRING_length(address) == (family == AF_INET ? 4 : 16);
  if (!fits || ::inet_ntop(family, data, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  std::vector<std::string> addresses;
  const OwnedNames listed(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; listed && i < sk_GENERAL_NAME_num(listed.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(listed.get(), i);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      if (auto text = text_of_address(name->d.iPAddress); !text.empty()) {
        addresses.push_back(std::move(text));
      }
    }
  }
  names.insert(names.end(), addresses.begin(), addresses.end());
  return names;
}

std::string fingerprint_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int bytes = i2d_X509(certificate, &der);
  if (bytes <= 0) return {};
  const auto digest = sha256({der, static_cast<std::size_t>(bytes)});
  OPENSSL_free(der);
  std::string text;
  for (const unsigned char byte : digest) {
    text.append(text.empty() ? "" : ":").append(fmt::format("{:02X}", byte));
  }
  return text;
}

// Whether the machine's store (or what is trusted besides) leads to the certificate; its dates are
// another question.
bool is_trusted(const TlsIdentity::Material& material, std::string_view trust_pem) {
  const OwnedStore store(X509_STORE_new());
  X509_STORE_set_default_paths(store.get());
  std::vector<OwnedX509> trusted;
  if (auto more = read_certificates(trust_pem); more) trusted = std::move(*more);
  for (const OwnedX509& one : trusted) X509_STORE_add_cert(store.get(), one.get());
  const OwnedCertificates between(sk_X509_new_null());
  for (std::size_t i = 1; i < material.chain.size(); ++i) {
    sk_X509_push(between.get(), material.chain[i].get());
  }
  const OwnedVerification check(X509_STORE_CTX_new());
  X509_STORE_CTX_init(check.get(), store.get(), material.chain.front().get(), between.get());
  X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(check.get()), X509_V_FLAG_NO_CHECK_TIME);
  const bool verified = X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  return verified;
}

// What TLS itself would refuse later: weak keys and signatures.
Result<void> check_strength(const TlsIdentity::Material& material) {
  const OwnedTlsRules rules(SSL_CTX_new(TLS_server_method()));
  ERR_clear_error();
  if (SSL_CTX_use_certificate(rules.get(), material.chain.front().get()) == 1 &&
      SSL_CTX_use_PrivateKey(rules.get(), material.key.get()) == 1) {
    return {};
  }
  return fail(ErrorCode::invalid, "the certificate will not do: " + openssl_reason());
}

}  // namespace

std::string openssl_reason() {
  const auto error = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(error);
  ERR_clear_error();
  return reason == nullptr ? "error " + std::to_string(error) : reason;
}

TlsIdentity::TlsIdentity() : material_(std::make_unique<Material>()) {}
TlsIdentity::TlsIdentity(TlsIdentity&&) noexcept = default;
TlsIdentity& TlsIdentity::operator=(TlsIdentity&&) noexcept = default;
TlsIdentity::~TlsIdentity() = default;

Result<TlsIdentity> TlsIdentity::parse(std::string_view certificate_pem, std::string_view key_pem,
                                       std::string_view trust_pem) {
  auto chain = read_certificates(certificate_pem);
  if (!chain) return fail(chain.error(), "the certificate's file");
  auto key = read_key(key_pem);
  if (!key) return fail(key.error(), "the key's file");
  TlsIdentity identity;
  identity.material_->chain = std::move(*chain);
  identity.material_->key = std::move(*key);
  const auto& all = identity.material_->chain;
  const auto belongs = [&](const OwnedX509& one) {
    const bool fits = X509_check_private_key(one.get(), identity.material_->key.get()) == 1;
    ERR_clear_error();
    return fits;
  };
  if (!belongs(all.front())) {
    const bool is_later = std::ranges::any_of(all, belongs);
    return fail(ErrorCode::invalid,
                is_later ? "the key belongs to a later certificate of the file: the server's own "
                           "must come first, then those that signed it"
                         : "the key belongs to another certificate");
  }
  if (auto strong = check_strength(*identity.material_); !strong) {
    return std::unexpected(strong.error());
  }
  X509* own = all.front().get();
  identity.facts_ = {.subject = text_of_name(X509_get_subject_name(own)),
                     .issuer = text_of_name(X509_get_issuer_name(own)),
                     .names = names_of(own),
                     .fingerprint = fingerprint_of(own),
                     .not_before = instant_of(X509_get0_notBefore(own)),
                     .not_after = instant_of(X509_get0_notAfter(own)),
                     .is_trusted = is_trusted(*identity.material_, trust_pem)};
  return identity;
}

Result<void> check_dates(const CertificateFacts& facts, Instant now) {
  if (now < facts.not_before) {
    return fail(ErrorCode::invalid, "the certificate is not valid before " +
                                        http_date(facts.not_before) +
                                        "; this machine's clock says " + http_date(now));
  }
  if (now > facts.not_after) {
    return fail(ErrorCode::invalid, "the certificate expired on " + http_date(facts.not_after) +
                                        "; this machine's clock says " + http_date(now));
  }
  return {};
}

}  // namespace matinee::http
