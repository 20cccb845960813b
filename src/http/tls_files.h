#pragma once
// http/tls_files: certificate and key as files, read anew when somebody replaces them.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/time.h"
#include "http/tls_server.h"

namespace matinee::http {

/// Where they lie; both in PEM, perhaps in one file.
struct TlsFilePaths {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// Reads and checks a pair (see TlsIdentity::parse); dates are not looked at.
/// Errors: not_found, forbidden and invalid, naming the file.
Result<TlsIdentity> load_tls_identity(const TlsFilePaths& paths);

/// Watches a pair of files for a TlsServer. What is changed into something that will not do is
/// logged and left alone: the certificate before it stays. Warns before a certificate expires.
/// start() once; the end joins. check() by hand instead, in tests.
class TlsFileWatch {
 public:
  struct Options {
    std::chrono::milliseconds period{2'000};
    std::chrono::days warn_before_expiry{14};
  };
  /// Told after each check that found something new: the facts in use, and what is wrong with the
  /// files ("" for nothing). On the watching thread.
  using OnChange = std::function<void(const CertificateFacts& facts, const std::string& trouble)>;

  /// `server` was given what lies in `paths` now, or a moment ago.
  TlsFileWatch(TlsFilePaths paths, TlsServer& server, const Clock& clock, Options options,
               OnChange on_change);
  ~TlsFileWatch();
  TlsFileWatch(const TlsFileWatch&) = delete;
  TlsFileWatch& operator=(const TlsFileWatch&) = delete;

  void start();
  /// Looks once; true when the server got a new certificate.
  bool check();

 private:
  /// What tells one state of a file from another; absent when it cannot be seen.
  struct Seen {
    std::uint64_t device = 0;
    std::uint64_t node = 0;
    std::int64_t bytes = -1;
    std::int64_t changed_ns = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  struct SeenPair {
    Seen certificate;
    Seen key;
    friend bool operator==(const SeenPair&, const SeenPair&) = default;
  };
  static Seen look_at(const std::filesystem::path& path);
  [[nodiscard]] SeenPair look() const;
  bool reload();
  void warn_of_expiry();
  void run();

  const TlsFilePaths paths_;
  TlsServer& server_;
  const Clock& clock_;
  const Options options_;
  const OnChange on_change_;
  std::optional<SeenPair> seen_;
  std::optional<Instant> warned_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace matinee::http
