#include "guard/secret_file.h"

#include "base/id.h"

namespace matinee::guard {
namespace {

Result<void> create(Files& files, const std::filesystem::path& path, const std::string& draft,
                    const std::string& text) {
  auto done = write_file(files, draft, text);
  if (done) done = files.rename_new(draft, path);
  if (!done) {
    (void)files.remove(draft);
    if (done.error().code != ErrorCode::conflict) return done;  // conflict: another was faster
  }
  return files.sync_folder(path.parent_path());
}

Result<void> check_private(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) return {};  // not on the machine's file system
  constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  if ((status.permissions() & kOthers) != std::filesystem::perms::none) {
    return fail(ErrorCode::forbidden, path.string() + " can be read by others: chmod 600 it");
  }
  return {};
}

}  // namespace

Result<std::string> open_or_create_secret(Files& files, const std::filesystem::path& path,
                                          std::size_t bytes_max, const Clock& clock, Random& random,
                                          const std::function<std::string()>& fresh) {
  if (!files.exists(path)) {
    // A name of its own, so that two who create at once do not write into one file.
    const auto draft = path.string() + "." + Uuid::generate(clock, random).to_string();
    if (auto done = create(files, path, draft, fresh()); !done) {
      return fail(done.error(), "creating " + path.string());
    }
  }
  if (auto done = check_private(path); !done) return std::unexpected(done.error());
  return read_file(files, path, bytes_max);
}

}  // namespace matinee::guard
