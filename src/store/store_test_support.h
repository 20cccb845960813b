#pragma once
// store/store_test_support: temporary folders and an environment for this module's tests.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "store/environment.h"

namespace matinee::store {

/// A folder that is gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "matinee-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The real file system, a clock that stands still and chance that repeats itself.
struct TestEnvironment {
  SystemFiles files;
  FakeClock clock{from_ms(1'780'000'000'000)};
  SeededRandom random{7};
  Environment environment{files, clock, random};
};

/// A failure that says why a Result has no value.
template <typename T>
testing::AssertionResult ok(const Result<T>& result) {
  if (result.has_value()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << name_of(result.error().code) << ": " << result.error().message;
}

template <typename T>
testing::AssertionResult fails_with(const Result<T>& result, ErrorCode code) {
  if (!result.has_value() && result.error().code == code) return testing::AssertionSuccess();
  if (result.has_value()) return testing::AssertionFailure() << "it succeeded";
  return testing::AssertionFailure()
         << name_of(result.error().code) << ": " << result.error().message;
}

}  // namespace matinee::store
