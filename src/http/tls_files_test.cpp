// Goal: an operator replaces certificate files under a running server; whatever he gets wrong on
// the way, viewers are served with the last pair that was good.
#include "http/tls_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#include "base/log.h"
#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

class TlsFilesTest : public testing::Test {
 protected:
  TlsFilesTest() {
    log::configure("test", log::Level::error);
    put(pair(clock_.now()));
    server_.emplace(load_tls_identity(paths_).value(), TlsServer::Options{}, clock_, random_,
                    metrics_);
    watch_.emplace(paths_, *server_, clock_, TlsFileWatch::Options{},
                   [this](const CertificateFacts& facts, const std::string& trouble) {
                     told_.push_back({facts.fingerprint, trouble});
                   });
    EXPECT_FALSE(watch_->check()) << "nothing is new";
    told_.clear();
  }

  TlsPem pair(Instant now) { return make_self_signed({"films.test"}, now, random_).value(); }
  // As certificate tools do it: a new file is renamed over the old one.
  static void put(const std::filesystem::path& path, const std::string& text) {
    const auto fresh = path.string() + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, path);
  }
  void put(const TlsPem& pem) {
    put(paths_.certificate, pem.certificate);
    put(paths_.key, pem.key);
  }
  std::string in_use() { return server_->facts().fingerprint; }

  struct Told {
    std::string fingerprint;
    std::string trouble;
  };
  FakeClock clock_{from_ms(1'700'000'000'000)};
  SystemRandom random_;
  Metrics metrics_;
  TemporaryFolder folder_;
  const TlsFilePaths paths_{folder_.file("site.crt"), folder_.file("site.key")};
  std::optional<TlsServer> server_;
  std::optional<TlsFileWatch> watch_;
  std::vector<Told> told_;
};

TEST_F(TlsFilesTest, TakesANewPair) {
  const std::string before = in_use();
  put(pair(clock_.now()));
  EXPECT_TRUE(watch_->check());
  EXPECT_NE(in_use(), before);
  EXPECT_FALSE(watch_->check());
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].fingerprint, in_use());
  EXPECT_EQ(told_[0].trouble, "");
}

TEST_F(TlsFilesTest, KeepsTheOldPairWhileTheNewOneWillNotDo) {
  const std::string before = in_use();
  const TlsPem fresh = pair(clock_.now());
  const TlsPem expired = pair(clock_.now() - kSelfSignedLifetime - 24h);
  const TlsPem future = pair(clock_.now() + 48h);
  struct Case {
    TlsPem pem;
    std::string says;
  };
  const Case cases[] = {
      {{fresh.certificate, ""}, "no private key"},
      {{fresh.certificate, expired.key}, "another certificate"},
      {{"", fresh.key}, "no certificate"},
      {expired, "expired"},
      {future, "not valid before"},
  };
  for (const Case& test : cases) {
    put(test.pem);
    EXPECT_FALSE(watch_->check()) << test.says;
    EXPECT_EQ(in_use(), before);
    ASSERT_FALSE(told_.empty());
    EXPECT_EQ(told_.back().fingerprint, before);
    EXPECT_NE(told_.back().trouble.find(test.says), std::string::npos) << told_.back().trouble;
    EXPECT_NE(told_.back().trouble.find("site."), std::string::npos) << told_.back().trouble;
  }
  std::filesystem::remove(paths_.key);
  EXPECT_FALSE(watch_->check());
  EXPECT_NE(told_.back().trouble.find("site.key"), std::string::npos) << told_.back().trouble;
  EXPECT_FALSE(watch_->check()) << "one report for one change";
  put(fresh);
  EXPECT_TRUE(watch_->check());
  EXPECT_NE(in_use(), before);
  EXPECT_EQ(told_.back().trouble, "");
}

TEST_F(TlsFilesTest, APairHalfReplacedIsTakenOnceItIsWhole) {
  const TlsPem fresh = pair(clock_.now());
  put(paths_.certificate, fresh.certificate);
  EXPECT_FALSE(watch_->check());
  put(paths_.key, fresh.key);
  EXPECT_TRUE(watch_->check());
}

TEST_F(TlsFilesTest, WatchesByItself) {
  std::mutex mutex;
  std::condition_variable told;
  std::string seen;
  const std::string before = in_use();
  TlsFileWatch watch(paths_, *server_, clock_, {.period = 5ms},
                     [&](const CertificateFacts& facts, const std::string&) {
                       const std::lock_guard lock(mutex);
                       seen = facts.fingerprint;
                       told.notify_all();
                     });
  watch.start();
  put(pair(clock_.now()));
  std::unique_lock lock(mutex);
  EXPECT_TRUE(told.wait_for(lock, 20s, [&] { return !seen.empty() && seen != before; }));
}

TEST(TlsFiles, NamesTheFileThatCannotBeRead) {
  TemporaryFolder folder;
  SystemRandom random;
  const TlsPem pem = make_self_signed({"a"}, SystemClock().now(), random).value();
  const TlsFilePaths paths{folder.file("c"), folder.file("k")};
  const auto both_missing = load_tls_identity(paths);
  EXPECT_EQ(both_missing.error().code, ErrorCode::not_found);
  EXPECT_NE(both_missing.error().message.find(paths.certificate.string()), std::string::npos);
  std::ofstream(paths.certificate) << pem.certificate;
  const auto no_key = load_tls_identity(paths);
  EXPECT_EQ(no_key.error().code, ErrorCode::not_found);
  EXPECT_NE(no_key.error().message.find(paths.key.string()), std::string::npos);
  std::ofstream(paths.key) << pem.key;
  EXPECT_TRUE(load_tls_identity(paths));
  std::filesystem::permissions(paths.key, std::filesystem::perms::none);
  if (::geteuid() != 0) {
    EXPECT_EQ(load_tls_identity(paths).error().code, ErrorCode::forbidden);
  }
  std::ofstream(paths.certificate) << std::string(300 * 1024, 'x');
  EXPECT_EQ(load_tls_identity(paths).error().code, ErrorCode::limited);
}

}  // namespace
}  // namespace matinee::http
