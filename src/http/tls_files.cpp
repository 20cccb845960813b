#include "http/tls_files.h"

#include <sys/stat.h>

#include <cstdint>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "http/message_writer.h"

namespace matinee::http {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{256} * 1024;
constexpr std::chrono::hours kWarnAgain{24};

}  // namespace

Result<TlsIdentity> load_tls_identity(const TlsFilePaths& paths) {
  SystemFiles files;
  const auto certificate = read_file(files, paths.certificate, kFileBytesMax);
  if (!certificate) return fail(certificate.error(), "the TLS certificate");
  const auto key = read_file(files, paths.key, kFileBytesMax);
  if (!key) return fail(key.error(), "the TLS key");
  auto identity = TlsIdentity::parse(*certificate, *key);
  if (!identity) {
    return fail(identity.error(),
                "TLS with " + paths.certificate.string() + " and " + paths.key.string());
  }
  return identity;
}

TlsFileWatch::TlsFileWatch(TlsFilePaths paths, TlsServer& server, const Clock& clock,
                           Options options, OnChange on_change)
    : paths_(std::move(paths)),
      server_(server),
      clock_(clock),
      options_(options),
      on_change_(std::move(on_change)) {}

TlsFileWatch::~TlsFileWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TlsFileWatch::start() {
  thread_ = std::thread([this] { run(); });
}

void TlsFileWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    check();
    lock.lock();
    wake_.wait_for(lock, options_.period, [this] { return stopping_; });
  }
}

TlsFileWatch::Seen TlsFileWatch::look_at(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {
      .device = status.st_dev,
      .node = status.st_ino,
      .bytes = status.st_size,
      .changed_ns = std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec};
}

TlsFileWatch::SeenPair TlsFileWatch::look() const {
  return {look_at(paths_.certificate), look_at(paths_.key)};
}

bool TlsFileWatch::check() {
  const SeenPair now = look();
  bool replaced = false;
  // Seen before it is read: what changes in between is found the next time.
  if (seen_ != now) {
    seen_ = now;
    replaced = reload();
  }
  warn_of_expiry();
  return replaced;
}

bool TlsFileWatch::reload() {
  auto identity = load_tls_identity(paths_);
  std::string trouble;
  bool is_new = false;
  if (!identity) {
    trouble = identity.error().message;
  } else {
    is_new = identity->facts().fingerprint != server_.facts().fingerprint;
    const auto dates = check_dates(identity->facts(), clock_.now());
    if (is_new && !dates) trouble = paths_.certificate.string() + ": " + dates.error().message;
  }
  if (trouble.empty()) server_.replace(std::move(*identity));  // also for another chain
  const bool replaces = is_new && trouble.empty();
  if (replaces) {
    warned_.reset();
    const auto facts = server_.facts();
    log::info("a new TLS certificate is in use", {{"subject", facts.subject},
                                                  {"fingerprint", facts.fingerprint},
                                                  {"expires", http_date(facts.not_after)}});
  } else if (!trouble.empty()) {
    log::error("the TLS files changed and will not do; the certificate before them stays in use",
               {{"error", trouble}});
  }
  if (on_change_) on_change_(server_.facts(), trouble);
  return replaces;
}

void TlsFileWatch::warn_of_expiry() {
  const Instant now = clock_.now();
  const auto facts = server_.facts();
  if (now + options_.warn_before_expiry < facts.not_after) return;
  if (warned_ && now - *warned_ < kWarnAgain) return;
  warned_ = now;
  if (now > facts.not_after) {
    log::error("the TLS certificate has expired: browsers turn viewers away",
               {{"expired", http_date(facts.not_after)}, {"file", paths_.certificate.string()}});
  } else {
    log::warning("the TLS certificate expires soon",
                 {{"expires", http_date(facts.not_after)}, {"file", paths_.certificate.string()}});
  }
}

}  // namespace matinee::http
