#pragma once
// base/faulty_files: a file system in memory whose power can be cut and whose calls can be made to
// fail; for tests of whatever promises durability.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/files.h"
#include "base/random.h"

namespace matinee {

/// Keeps apart what is durable from what only the running machine sees. As forgetful as POSIX
/// allows: unsynced writes are lost, kept or torn each by itself, in any order; of the unsynced
/// changes of names in a folder any first part is kept. A new name is lost unless its folder was
/// synced, whatever was done to the file. Not modelled: bad sectors, reordering across `sync`.
class FaultyFiles final : public Files {
 public:
  explicit FaultyFiles(Random& random) : random_(random) {}

  /// The power goes: unsynced bytes and names are dropped as chance has it; open files are dead.
  void cut_power();
  /// The n-th operation from now that changes something (1: the next) fails once, with its effect
  /// half done when it is a write. A failed `sync` keeps some of the bytes from the disk for good:
  /// they can still be read until the power is cut, and the next `sync` says yes (as on Linux).
  void fail_operation(std::uint64_t n, ErrorCode code = ErrorCode::unavailable);
  void fail_nothing();
  /// As fail_operation, but the power is out from that operation on: all calls fail until
  /// cut_power.
  void stop_at_operation(std::uint64_t n);
  /// Operations that changed something, so far.
  [[nodiscard]] std::uint64_t operations() const;
  /// Flips one bit, durably; for tests of checksums. The file must be longer than `offset`.
  void flip_bit(const std::filesystem::path& path, std::uint64_t offset);

  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, OpenMode mode) override;
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Result<void> rename_new(const std::filesystem::path& from,
                          const std::filesystem::path& to) override;
  Result<void> remove(const std::filesystem::path& path) override;
  Result<void> create_folders(const std::filesystem::path& path) override;
  Result<void> sync_folder(const std::filesystem::path& path) override;
  Result<std::vector<std::string>> list(const std::filesystem::path& folder) const override;
  bool exists(const std::filesystem::path& path) const override;

 private:
  friend class FaultyFile;
  struct PendingWrite {
    enum class Kind { write, grow, resize } kind;
    std::uint64_t offset;  // or the size of grow and resize
    std::string bytes;
  };
  struct Node {
    std::string content;  // what the running machine sees
    std::string durable;
    std::vector<PendingWrite> pending;
  };
  // shared_ptr: a file lives on under an open handle after its name is gone, as in POSIX.
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  struct NameChange {
    std::string name;
    std::shared_ptr<Node> node;  // null: removed
  };
  struct Folder {
    Names names;
    Names durable;
    std::vector<std::vector<NameChange>> pending;  // each entry is one atomic operation
  };

  static void apply(std::string& content, const PendingWrite& write);
  static void apply(Names& names, const std::vector<NameChange>& changes);
  void lose_pending(Node& node);
  [[nodiscard]] std::optional<Error> next_operation(std::string_view doing);
  [[nodiscard]] Result<Folder*> folder_of(const std::filesystem::path& path);
  Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to,
                    bool replace);

  mutable std::mutex mutex_;
  Random& random_;
  std::map<std::string, Folder> folders_;
  std::uint64_t generation_ = 0;  // handles of an earlier one are dead
  std::uint64_t operations_ = 0;
  std::uint64_t fail_at_ = 0;
  std::uint64_t stop_at_ = 0;
  ErrorCode fail_code_ = ErrorCode::unavailable;
  bool stopped_ = false;
};

}  // namespace matinee
