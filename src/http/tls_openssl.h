#pragma once
// http/tls_openssl: OpenSSL's objects with owners. Included by this module's tls_*.cpp only.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "http/tls_identity.h"

namespace matinee::http {

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
inline void free_certificates(STACK_OF(X509) * stack) { sk_X509_free(stack); }

using OwnedBio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using OwnedX509 = std::unique_ptr<X509, Freed<X509_free>>;
using OwnedKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using OwnedNames = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using OwnedStore = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using OwnedVerification = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using OwnedCertificates = std::unique_ptr<STACK_OF(X509), Freed<free_certificates>>;
using OwnedExtension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using OwnedTlsRules = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using OwnedTls = std::unique_ptr<SSL, Freed<SSL_free>>;

struct TlsIdentity::Material {
  std::vector<OwnedX509> chain;  // the server's own first
  OwnedKey key;
};

/// Why OpenSSL refused last, in its words; forgets it.
std::string openssl_reason();

}  // namespace matinee::http
