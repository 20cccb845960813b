#pragma once
// app/doctor: `matinee doctor`: looks at what a service needs and says what to do about what is not
// as it should be. Works whether it runs or not, and changes nothing.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/home.h"
#include "base/time.h"

namespace matinee::app {

enum class Health { good, warning, problem };
std::string_view name_of(Health health);

/// One thing that was looked at.
struct Check {
  std::string name;  // "disk", "port", ...
  Health health = Health::good;
  std::string message;  // what is
  std::string advice;   // what to do; empty when it is good
};

/// Each looks at one thing; all that it knows comes in.
Check check_disk(const std::filesystem::path& folder, std::uint64_t free_bytes);
Check check_clock(Instant now, Instant newest_in_home);
/// The same of a home that is there.
Check check_clock(const HomePaths& home, Instant now);
Check check_secrets(const std::filesystem::path& folder);
Check check_program(const std::string& name, const std::filesystem::path& path, Health without,
                    const std::string& advice);

/// All of them, for this configuration.
std::vector<Check> examine(const Config& config, const Clock& clock);

/// Prints them; with `json` as one document. 0 when there is no problem, else 1.
int run_doctor(const Config& config, bool json);

}  // namespace matinee::app
