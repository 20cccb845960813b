#include <algorithm>
#include <array>

#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

constexpr std::chrono::hours kBackdated{1};  // clocks in a house differ
constexpr std::size_t kNamesMax = 64;
constexpr std::size_t kNameBytesMax = 253;

bool is_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

// What OpenSSL's little language of names would read otherwise is no host name either.
bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

Result<std::string> subject_names(const std::vector<std::string>& names) {
  std::string list;
  if (names.empty() || names.size() > kNamesMax) {
    return fail(ErrorCode::invalid,
                "a certificate needs 1 to " + std::to_string(kNamesMax) + " names");
  }
  for (const std::string& name : names) {
    const bool address = is_address(name);
    if (!address && !is_name(name)) {
      return fail(ErrorCode::invalid, "no certificate can be made for the name \"" + name + "\"");
    }
    list.append(list.empty() ? "" : ",").append(address ? "IP:" : "DNS:").append(name);
  }
  return list;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const OwnedExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

void set_subject(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const std::string common = name.substr(0, 64);  // ub-common-name
  const auto* text = reinterpret_cast<const unsigned char*>(common.c_str());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("Matinee"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
}

void set_serial(X509* certificate, Random& random) {
  std::array<unsigned char, 16> serial{};
  random.fill(serial);
  serial[0] &= 0x7fU;  // positive
  serial[0] |= 0x40U;
  ASN1_INTEGER* number = X509_get_serialNumber(certificate);
  BIGNUM* value = BN_bin2bn(serial.data(), serial.size(), nullptr);
  BN_to_ASN1_INTEGER(value, number);
  BN_free(value);
}

bool sign(X509* certificate, EVP_PKEY* key, const std::string& names, Instant now) {
  const auto seconds = [](Instant at) { return static_cast<time_t>(to_ms(at) / 1000); };
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - kBackdated));
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + kSelfSignedLifetime));
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_in(BIO* memory) {
  const char* text = nullptr;
  const auto bytes = BIO_get_mem_data(memory, &text);
  return {text, static_cast<std::size_t>(bytes)};
}

}  // namespace

Result<TlsPem> make_self_signed(const std::vector<std::string>& names, Instant now,
                                Random& random) {
  const auto listed = subject_names(names);
  if (!listed) return std::unexpected(listed.error());
  ERR_clear_error();
  const OwnedKey key(EVP_EC_gen("P-256"));
  const OwnedX509 certificate(X509_new());
  if (!key || !certificate)
    return fail(ErrorCode::unavailable, "making a key: " + openssl_reason());
  set_serial(certificate.get(), random);
  set_subject(certificate.get(), names.front());
  if (!sign(certificate.get(), key.get(), *listed, now)) {
    return fail(ErrorCode::invalid,
                "making a certificate for " + *listed + ": " + openssl_reason());
  }
  const OwnedBio certificate_pem(BIO_new(BIO_s_mem()));
  const OwnedBio key_pem(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return fail(ErrorCode::unavailable, "writing a certificate: " + openssl_reason());
  }
  return TlsPem{text_in(certificate_pem.get()), text_in(key_pem.get())};
}

}  // namespace matinee::http
