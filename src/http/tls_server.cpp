#include "http/tls_server.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

constexpr long kSessionSeconds = 2 * 60 * 60;  // how long a ticket resumes
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
// AES-128 first: with hardware AES it is the fastest; phones without it ask for ChaCha20.
constexpr const char* kCiphers13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr std::string_view kContextName = "matinee-edge";

// Of the protocols that a client offers the best that we speak; refused when there is none.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
  static constexpr std::string_view kOurs("\x08http/1.1\x08http/1.0");
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, chosen_bytes,
                                            reinterpret_cast<const unsigned char*>(kOurs.data()),
                                            kOurs.size(), offered, offered_bytes);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Counter& handshakes(Metrics& metrics, const char* result) {
  return metrics.counter("matinee_http_tls_handshakes_total", "TLS handshakes by how they ended",
                         {{"result", result}});
}

}  // namespace

// The keys that seal session tickets. Source: RFC 5077 section 4.
class TlsServer::TicketKeys {
 public:
  TicketKeys(std::chrono::milliseconds lifetime, const Clock& clock, Random& random)
      : lifetime_(lifetime), clock_(clock), random_(random) {
    renew(keys_.front());
  }

  int seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
    const std::lock_guard lock(mutex_);
    rotate();
    const Key& key = keys_.front();
    std::ranges::copy(key.name, name);
    random_.fill({iv, 16});
    return init(key, iv, cipher, mac, true) ? 1 : -1;
  }

  // 0: not ours, a full handshake follows; 2: the client gets a newer ticket.
  int open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
           EVP_MAC_CTX* mac) {
    const std::lock_guard lock(mutex_);
    rotate();
    for (const Key& key : keys_) {
      if (!key.is_set || std::memcmp(key.name.data(), name, key.name.size()) != 0) continue;
      if (!init(key, iv, cipher, mac, false)) return -1;
      return &key == &keys_.front() ? 1 : 2;
    }
    return 0;
  }

 private:
  struct Key {
    bool is_set = false;
    MonotonicInstant made{};
    std::array<unsigned char, 16> name{};
    std::array<unsigned char, 32> cipher{};
    std::array<unsigned char, 32> mac{};
  };

  void renew(Key& key) {
    key.is_set = true;
    key.made = clock_.monotonic();
    random_.fill(key.name);
    random_.fill(key.cipher);
    random_.fill(key.mac);
  }

  void rotate() {
    const MonotonicInstant now = clock_.monotonic();
    if (now - keys_.front().made >= lifetime_) {
      std::ranges::rotate(keys_, keys_.end() - 1);
      renew(keys_.front());
    }
    for (Key& key : keys_) {
      if (!key.is_set || now - key.made < lifetime_ * 3) continue;
      OPENSSL_cleanse(&key, sizeof key);
    }
  }

  static bool init(const Key& key, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
                   EVP_MAC_CTX* mac, bool seals) {
    std::array<OSSL_PARAM, 3> parameters{
        OSSL_PARAM_construct_octet_string(
            OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key.mac.data()), key.mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>("SHA256"), 0),
        OSSL_PARAM_construct_end()};
    return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv,
                             seals ? 1 : 0) == 1 &&
           EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
  }

  const std::chrono::milliseconds lifetime_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::array<Key, 3> keys_;  // newest first
};

// A certificate and the rules of OpenSSL that serve it.
struct TlsServer::Certified {
  CertificateFacts facts;
  bool asks_for_ever = false;
  OwnedTlsRules rules;

  Certified(const TlsIdentity& identity, TicketKeys& tickets);
};

namespace {

void set_identity(SSL_CTX* rules, const TlsIdentity::Material& material) {
  // parse() has tried the same, so nothing of it can fail for what an operator gave.
  MATINEE_CHECK(SSL_CTX_use_certificate(rules, material.chain.front().get()) == 1);
  MATINEE_CHECK(SSL_CTX_use_PrivateKey(rules, material.key.get()) == 1);
  for (std::size_t i = 1; i < material.chain.size(); ++i) {
    MATINEE_CHECK(SSL_CTX_add1_chain_cert(rules, material.chain[i].get()) == 1);
  }
}

}  // namespace

TlsServer::Certified::Certified(const TlsIdentity& identity, TicketKeys& tickets)
    : facts(identity.facts()),
      asks_for_ever(facts.is_trusted && facts.issuer != facts.subject),
      rules(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* raw = rules.get();
  MATINEE_CHECK(raw != nullptr);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);
  MATINEE_CHECK(SSL_CTX_set_cipher_list(raw, kCiphers12) == 1);
  MATINEE_CHECK(SSL_CTX_set_ciphersuites(raw, kCiphers13) == 1);
  MATINEE_CHECK(SSL_CTX_set1_groups_list(raw, kGroups) == 1);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(raw, kSessionSeconds);
  SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(kContextName.data()),
                                 kContextName.size());
  SSL_CTX_set_app_data(raw, &tickets);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(
      raw, +[](SSL* tls, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac, int seals) {
        auto* keys = static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)));
        return seals == 1 ? keys->seal(name, iv, cipher, mac) : keys->open(name, iv, cipher, mac);
      });
  set_identity(raw, identity.material());
}

TlsServer::TlsServer(TlsIdentity identity, Options options, const Clock& clock, Random& random,
                     Metrics& metrics)
    : full(handshakes(metrics, "full")),
      resumed(handshakes(metrics, "resumed")),
      failed(handshakes(metrics, "failed")),
      slow(handshakes(metrics, "slow")),
      crowded_out(handshakes(metrics, "crowded_out")),
      misplaced(metrics.counter("matinee_http_tls_misplaced_total",
                                "Connections that spoke plain HTTP where TLS is spoken")),
      tickets_(std::make_unique<TicketKeys>(options.ticket_key_lifetime, clock, random)),
      now_(std::make_unique<Certified>(identity, *tickets_)) {}

TlsServer::~TlsServer() = default;

void TlsServer::replace(TlsIdentity identity) {
  auto next = std::make_unique<Certified>(identity, *tickets_);
  const std::lock_guard lock(mutex_);
  now_.swap(next);
}

CertificateFacts TlsServer::facts() const {
  const std::lock_guard lock(mutex_);
  return now_->facts;
}

std::pair<ssl_st*, bool> TlsServer::open() const {
  const std::lock_guard lock(mutex_);
  SSL* tls = SSL_new(now_->rules.get());
  MATINEE_CHECK(tls != nullptr);
  return {tls, now_->asks_for_ever};
}

}  // namespace matinee::http
