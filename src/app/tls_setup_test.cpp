// Goal: whoever asks for TLS gets it, or is told before the start why not.
#include "app/tls_setup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/log.h"

namespace matinee::app {
namespace {

using namespace std::chrono_literals;

class TlsSetupTest : public testing::Test {
 protected:
  TlsSetupTest() {
    log::configure("test", log::Level::error);
    std::filesystem::create_directories(paths_.secrets());
    config_.home = paths_.root;
  }
  ~TlsSetupTest() override { std::filesystem::remove_all(paths_.root); }

  std::string write(const std::string& name, const std::string& text) {
    const auto path = (paths_.root / name).string();
    std::ofstream(path) << text;
    return path;
  }
  auto prepare() { return prepare_tls(config_, paths_, clock_, random_); }
  std::string refusal() {
    const auto facts = prepare();
    return facts ? "none" : facts.error().message;
  }

  FakeClock clock_{from_ms(1'700'000'000'000)};
  SystemRandom random_;
  const HomePaths paths_{std::filesystem::temp_directory_path() /
                         ("matinee-tls-" + std::to_string(::getpid()))};
  Config config_;
};

TEST_F(TlsSetupTest, IsOffUnlessAskedFor) {
  const auto facts = prepare();
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->has_value());
  EXPECT_FALSE(tls_files(config_, paths_).value());
}

TEST_F(TlsSetupTest, KeepsItsOwnCertificateUntilItEnds) {
  config_.tls.self_signed = true;
  const auto first = prepare();
  ASSERT_TRUE(first && *first) << first.error().message;
  const auto names = (*first)->names;
  EXPECT_NE(std::ranges::find(names, "localhost"), names.end());
  EXPECT_NE(std::ranges::find(names, "127.0.0.1"), names.end());
  const auto key = tls_files(config_, paths_)->value().key;
  const auto mode = std::filesystem::status(key).permissions();
  EXPECT_EQ(mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
  clock_.advance(24h * 700);
  EXPECT_EQ((*prepare())->fingerprint, (*first)->fingerprint);
  clock_.advance(24h * 75);
  const auto renewed = prepare();
  ASSERT_TRUE(renewed && *renewed);
  EXPECT_NE((*renewed)->fingerprint, (*first)->fingerprint);
  std::ofstream(key) << "damaged";
  EXPECT_NE((*prepare())->fingerprint, (*renewed)->fingerprint);
}

TEST_F(TlsSetupTest, NamesWhatASelfSignedCertificateWasMadeWithout) {
  config_.tls.self_signed = true;
  const auto made = prepare();
  ASSERT_TRUE(made && *made);
  EXPECT_TRUE(names_missing(config_, **made).empty());
  config_.hosts.emplace_back("films.test");
  EXPECT_EQ(names_missing(config_, **made), std::vector<std::string>{"films.test"});
  EXPECT_EQ((*prepare())->fingerprint, (*made)->fingerprint) << "it is kept all the same";
}

TEST_F(TlsSetupTest, SaysWhatIsWrongBeforeAnythingIsServed) {
  const auto pem = http::make_self_signed({"films.test"}, clock_.now(), random_).value();
  const auto certificate = write("site.crt", pem.certificate);
  const auto key = write("site.key", pem.key);
  config_.tls = {.certificate = certificate, .key = {}};
  EXPECT_NE(refusal().find("needs its key"), std::string::npos) << refusal();
  config_.tls = {.certificate = {}, .key = key};
  EXPECT_NE(refusal().find("needs its certificate"), std::string::npos) << refusal();
  config_.tls = {.certificate = certificate, .key = key, .self_signed = true};
  EXPECT_NE(refusal().find("not both"), std::string::npos) << refusal();
  config_.tls = {.certificate = certificate, .key = certificate};
  EXPECT_NE(refusal().find("no private key"), std::string::npos) << refusal();
  const auto other = http::make_self_signed({"films.test"}, clock_.now(), random_).value();
  config_.tls = {.certificate = certificate, .key = write("other.key", other.key)};
  EXPECT_NE(refusal().find("the key belongs to another certificate"), std::string::npos)
      << refusal();
  config_.tls = {.certificate = "/nonexistent/c", .key = key};
  EXPECT_NE(refusal().find("/nonexistent/c"), std::string::npos) << refusal();
  config_.tls = {.certificate = certificate, .key = key};
  EXPECT_EQ(refusal(), "none");
  clock_.advance(24h * 900);
  EXPECT_NE(refusal().find("expired"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("site.crt"), std::string::npos) << refusal();
}

TEST_F(TlsSetupTest, TellsAPersonTheFingerprint) {
  http::CertificateFacts facts;
  facts.fingerprint = "AB:CD";
  facts.not_after = clock_.now();
  const auto status = tls_status({"a.crt", "a.key"}, true, facts, "");
  EXPECT_EQ(status["fingerprint"], "AB:CD");
  const auto text = tls_text(status);
  EXPECT_NE(text.find("AB:CD"), std::string::npos);
  EXPECT_NE(text.find("self-signed"), std::string::npos);
  EXPECT_NE(tls_text(tls_status({"a.crt", "a.key"}, false, facts, "odd")).find("odd"),
            std::string::npos);
}

}  // namespace
}  // namespace matinee::app
