#include "app/home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "base/files.h"
#include "base/id.h"
#include "base/json.h"

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDescriptionBytesMax = 64 * 1024;

std::unexpected<Error> fail_at(const fs::path& path, std::string_view doing) {
  return fail(ErrorCode::unavailable,
              std::string(doing) + " " + path.string() + ": " + std::strerror(errno));
}

Result<void> make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno == EEXIST && fs::is_directory(path)) return {};
  return fail_at(path, "creating the directory");
}

// What lies in a home is its owner's alone, also where somebody else made the directory.
Result<void> make_private(const fs::path& path) {
  if (auto made = make_directory(path); !made) return made;
  if (::chmod(path.c_str(), 0700) == 0) return {};
  return fail_at(path, "making private");
}

Result<void> check_description(const fs::path& path) {
  SystemFiles files;
  const auto text = read_file(files, path, kDescriptionBytesMax);
  const auto json = parse_json(text.value_or(""));
  const auto format = json ? integer_member(*json, "format") : Result<std::int64_t>(0);
  if (!json || !format || *format < 1) {
    return fail(ErrorCode::corrupt, path.string() + " is not the description of a home");
  }
  if (*format > kHomeFormat) {
    return fail(ErrorCode::invalid, "the home " + path.parent_path().string() + " has format " +
                                        std::to_string(*format) + "; this Matinee knows up to " +
                                        std::to_string(kHomeFormat) +
                                        ": use the newer version that wrote it");
  }
  return {};
}

Result<void> create_description(const fs::path& path, const Clock& clock, Random& random) {
  const Json json{{"format", kHomeFormat},
                  {"home_id", Uuid::generate(clock, random).to_string()},
                  {"created_ms", to_ms(clock.now())}};
  SystemFiles files;
  return write_file(files, path, to_text(json) + "\n");
}

// What a creation that broke off leaves behind is no other thing.
bool holds_something_else(const fs::path& root) {
  for (const auto& entry : fs::directory_iterator(root)) {
    const auto name = entry.path().filename();
    if (name != "lock" && name != "home.json.new") return true;
  }
  return false;
}

}  // namespace

Result<Home> Home::open(const fs::path& root, const Clock& clock, Random& random) {
  std::error_code error;
  const auto absolute = fs::absolute(root, error).lexically_normal();
  fs::create_directories(absolute.parent_path(), error);
  if (auto made = make_directory(absolute); !made) return std::unexpected(made.error());
  const HomePaths paths{absolute};
  const bool is_new = !fs::exists(paths.description());
  if (is_new && holds_something_else(absolute)) {
    return fail(ErrorCode::conflict,
                absolute.string() + " is not empty and not a Matinee home: choose another --home");
  }
  const int lock_fd = ::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd < 0) return fail_at(paths.lock(), "opening");
  Home home(paths, lock_fd);
  if (::flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::conflict,
                "the home " + absolute.string() + " is in use by another Matinee");
  }
  auto described = is_new ? create_description(paths.description(), clock, random)
                          : check_description(paths.description());
  if (!described) return std::unexpected(described.error());
  for (const auto& part : {absolute / "run", paths.secrets(), paths.secrets() / "roles",
                           paths.objects(), paths.control(), paths.insight(), paths.media()}) {
    if (auto made = make_private(part); !made) return std::unexpected(made.error());
  }
  return home;
}

Result<void> check_running(const HomePaths& paths) {
  const int fd = ::open(paths.lock().c_str(), O_RDWR | O_CLOEXEC);
  const bool is_running = fd >= 0 && ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  if (fd >= 0) ::close(fd);
  if (is_running) return {};
  return fail(ErrorCode::unavailable, "no Matinee runs on the home " + paths.root.string() +
                                          "; start it with: matinee serve --home " +
                                          paths.root.string());
}

Home::Home(Home&& other) noexcept
    : paths_(std::move(other.paths_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

Home::~Home() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

}  // namespace matinee::app
