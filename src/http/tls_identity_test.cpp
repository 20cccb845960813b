// Goal: an operator whose certificate and key will not do is told what is wrong before anybody is
// served, and one without a certificate gets a good one of his own.
#include "http/tls_identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

const Instant kNow = from_ms(1'700'000'000'000);

TlsPem own(const std::vector<std::string>& names = {"films.test", "10.0.0.1", "fd00::1"}) {
  SystemRandom random;
  auto pem = make_self_signed(names, kNow, random);
  EXPECT_TRUE(pem) << (pem ? "" : pem.error().message);
  return std::move(*pem);
}

std::string text_in(BIO* memory) {
  const char* text = nullptr;
  const auto bytes = BIO_get_mem_data(memory, &text);
  return {text, static_cast<std::size_t>(bytes)};
}

std::string encrypted(const std::string& key_pem) {
  const OwnedBio in(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const OwnedKey key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const OwnedBio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), "secret", 6, nullptr,
                                nullptr);
  return text_in(out.get());
}

// A certificate of an RSA key that nobody accepts any more.
TlsPem weak() {
  const OwnedKey key(EVP_RSA_gen(1024));
  const OwnedX509 certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const OwnedBio certificate_pem(BIO_new(BIO_s_mem()));
  const OwnedBio key_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_pem.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_in(certificate_pem.get()), text_in(key_pem.get())};
}

TEST(TlsIdentity, MakesItsOwn) {
  const TlsPem pem = own();
  const auto identity = TlsIdentity::parse(pem.certificate, pem.key);
  ASSERT_TRUE(identity) << identity.error().message;
  const CertificateFacts& facts = identity->facts();
  EXPECT_EQ(facts.names, (std::vector<std::string>{"films.test", "10.0.0.1", "fd00::1"}));
  EXPECT_NE(facts.subject.find("films.test"), std::string::npos) << facts.subject;
  EXPECT_EQ(facts.subject, facts.issuer);
  EXPECT_EQ(facts.fingerprint.size(), 32U * 3 - 1);
  EXPECT_EQ(facts.not_before, kNow - 1h);
  EXPECT_EQ(facts.not_after, kNow + kSelfSignedLifetime);
  EXPECT_FALSE(facts.is_trusted);
  EXPECT_EQ(EVP_PKEY_get_bits(identity->material().key.get()), 256);
  EXPECT_NE(TlsIdentity::parse(own().certificate, own().key).has_value(), true) << "two keys";
}

TEST(TlsIdentity, TrustsWhatTheStoreLeadsTo) {
  const TlsPem pem = own();
  EXPECT_TRUE(TlsIdentity::parse(pem.certificate, pem.key, pem.certificate)->facts().is_trusted);
  EXPECT_FALSE(TlsIdentity::parse(pem.certificate, pem.key, own().certificate)->facts().is_trusted);
}

TEST(TlsIdentity, SaysWhatWillNotDo) {
  const TlsPem pem = own();
  const TlsPem other = own();
  const TlsPem frail = weak();
  std::string damaged = pem.certificate;
  damaged[damaged.size() / 2] = '*';
  struct Case {
    std::string certificate;
    std::string key;
    std::string says;
  };
  const Case cases[] = {
      {"", pem.key, "no certificate"},
      {pem.key, pem.key, "no certificate"},
      {"nonsense", pem.key, "no certificate"},
      {damaged, pem.key, "damaged"},
      {pem.certificate, "", "no private key"},
      {pem.certificate, pem.certificate, "no private key"},
      {pem.certificate, encrypted(pem.key), "passphrase"},
      {pem.certificate, other.key, "another certificate"},
      {pem.certificate + other.certificate, other.key, "must come first"},
      {frail.certificate, frail.key, "too small"},
  };
  for (const Case& test : cases) {
    const auto identity = TlsIdentity::parse(test.certificate, test.key);
    ASSERT_FALSE(identity) << test.says;
    EXPECT_EQ(identity.error().code, ErrorCode::invalid);
    EXPECT_NE(identity.error().message.find(test.says), std::string::npos)
        << identity.error().message;
    EXPECT_EQ(identity.error().message.find("PRIVATE"), std::string::npos) << "tells no key";
  }
  EXPECT_TRUE(TlsIdentity::parse(pem.certificate + other.certificate, pem.key)) << "a chain";
  EXPECT_TRUE(TlsIdentity::parse(pem.certificate + pem.key, pem.certificate + pem.key))
      << "both in one file";
}

TEST(TlsIdentity, KnowsItsTime) {
  const TlsPem pem = own();
  const auto identity = TlsIdentity::parse(pem.certificate, pem.key);
  const CertificateFacts& facts = identity->facts();
  EXPECT_TRUE(check_dates(facts, kNow));
  const auto early = check_dates(facts, facts.not_before - 1s);
  ASSERT_FALSE(early);
  EXPECT_NE(early.error().message.find("not valid before"), std::string::npos);
  const auto late = check_dates(facts, facts.not_after + 1s);
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("expired"), std::string::npos);
}

TEST(TlsIdentity, RefusesNamesThatFitNoCertificate) {
  SystemRandom random;
  const std::vector<std::string> bad[] = {{},
                                          {""},
                                          {"a,DNS:evil"},
                                          {"a b"},
                                          {"films.test", "x\n"},
                                          {std::string(300, 'a')},
                                          std::vector<std::string>(65, "a")};
  for (const auto& names : bad) {
    const auto made = make_self_signed(names, kNow, random);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::invalid);
  }
}

}  // namespace
}  // namespace matinee::http
