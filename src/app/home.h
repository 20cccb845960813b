#pragma once
// app/home: the one directory a Matinee lives in: where everything is, its format, its lock.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::app {

/// Paths inside a home; nothing here touches the disk.
struct HomePaths {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path description() const { return root / "home.json"; }
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
  [[nodiscard]] std::filesystem::path socket(std::string_view role) const {
    return root / "run" / (std::string(role) + ".sock");
  }
  [[nodiscard]] std::filesystem::path tls_status() const { return root / "run" / "tls.json"; }
  /// Where the running service is reached, as one line; written when it serves.
  [[nodiscard]] std::filesystem::path address() const { return root / "run" / "address"; }
  [[nodiscard]] std::filesystem::path status() const { return root / "run" / "status.json"; }
  [[nodiscard]] std::filesystem::path secrets() const { return root / "secrets"; }
  [[nodiscard]] std::filesystem::path objects() const { return root / "objects"; }
  [[nodiscard]] std::filesystem::path control() const { return root / "control"; }
  [[nodiscard]] std::filesystem::path insight() const { return root / "insight"; }
  [[nodiscard]] std::filesystem::path edge_disk() const { return root / "edge"; }
  [[nodiscard]] std::filesystem::path media() const { return root / "media"; }
};

inline constexpr int kHomeFormat = 1;

/// For commands that speak to a running service: its lock is held as long as it lives, while its
/// sockets stay behind when it is killed. Errors: unavailable when none runs, with how to start it.
Result<void> check_running(const HomePaths& paths);

/// An open home; holds its exclusive lock while it lives.
class Home {
 public:
  /// Creates the home when the directory is absent or empty; else opens it.
  /// Errors: conflict when another Matinee holds the lock, or the directory holds something else;
  /// invalid when a newer Matinee wrote it; corrupt when home.json cannot be read; unavailable.
  static Result<Home> open(const std::filesystem::path& root, const Clock& clock, Random& random);

  Home(Home&& other) noexcept;
  Home& operator=(Home&&) = delete;
  ~Home();

  [[nodiscard]] const HomePaths& paths() const { return paths_; }

 private:
  Home(HomePaths paths, int lock_fd) : paths_(std::move(paths)), lock_fd_(lock_fd) {}

  HomePaths paths_;
  int lock_fd_;
};

}  // namespace matinee::app
