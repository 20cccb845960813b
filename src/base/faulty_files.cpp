#include "base/faulty_files.h"

#include <algorithm>
#include <set>

#include "base/check.h"

namespace matinee {

namespace fs = std::filesystem;

namespace {

std::string key_of(const fs::path& path) {
  std::string key = path.lexically_normal().string();
  while (key.size() > 1 && key.back() == '/') key.pop_back();
  return key;
}

}  // namespace

class FaultyFile final : public File {
 public:
  FaultyFile(FaultyFiles& files, std::shared_ptr<FaultyFiles::Node> node)
      : files_(files), node_(std::move(node)), generation_(files.generation_) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
    std::scoped_lock lock(files_.mutex_);
    if (auto dead = check_alive(); !dead) return std::unexpected(dead.error());
    if (offset >= node_->content.size()) return 0;
    return node_->content.copy(out.data(), out.size(), static_cast<std::size_t>(offset));
  }

  Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
    std::scoped_lock lock(files_.mutex_);
    if (auto dead = check_alive(); !dead) return dead;
    const auto error = files_.next_operation("writing");
    if (error) bytes = bytes.substr(0, files_.random_.below(bytes.size() + 1));
    change({FaultyFiles::PendingWrite::Kind::write, offset, std::string(bytes)});
    if (error) return std::unexpected(*error);
    return {};
  }

  Result<void> sync() override {
    std::scoped_lock lock(files_.mutex_);
    if (auto dead = check_alive(); !dead) return dead;
    if (const auto error = files_.next_operation("syncing")) {
      files_.lose_pending(*node_);  // what the disk did not take counts as clean from now on
      return std::unexpected(*error);
    }
    for (const auto& write : node_->pending) FaultyFiles::apply(node_->durable, write);
    node_->pending.clear();
    return {};
  }

  Result<std::uint64_t> size() const override {
    std::scoped_lock lock(files_.mutex_);
    if (auto dead = check_alive(); !dead) return std::unexpected(dead.error());
    return node_->content.size();
  }

  Result<void> allocate(std::uint64_t bytes) override {
    return set_size("reserving", FaultyFiles::PendingWrite::Kind::grow, bytes);
  }

  Result<void> resize(std::uint64_t bytes) override {
    return set_size("resizing", FaultyFiles::PendingWrite::Kind::resize, bytes);
  }

 private:
  Result<void> check_alive() const {
    if (generation_ != files_.generation_ || files_.stopped_) {
      return fail(ErrorCode::unavailable, "the power is out");
    }
    return {};
  }

  void change(FaultyFiles::PendingWrite write) {
    FaultyFiles::apply(node_->content, write);
    node_->pending.push_back(std::move(write));
  }

  Result<void> set_size(std::string_view doing, FaultyFiles::PendingWrite::Kind kind,
                        std::uint64_t bytes) {
    std::scoped_lock lock(files_.mutex_);
    if (auto dead = check_alive(); !dead) return dead;
    if (const auto error = files_.next_operation(doing)) return std::unexpected(*error);
    change({kind, bytes, {}});
    return {};
  }

  FaultyFiles& files_;
  std::shared_ptr<FaultyFiles::Node> node_;
  std::uint64_t generation_;
};

void FaultyFiles::apply(std::string& content, const PendingWrite& write) {
  const auto offset = static_cast<std::size_t>(write.offset);
  if (write.kind == PendingWrite::Kind::resize) {
    content.resize(offset);
  } else if (write.kind == PendingWrite::Kind::grow) {
    content.resize(std::max(content.size(), offset));
  } else if (!write.bytes.empty()) {
    content.resize(std::max(content.size(), offset + write.bytes.size()));
    content.replace(offset, write.bytes.size(), write.bytes);
  }
}

void FaultyFiles::apply(Names& names, const std::vector<NameChange>& changes) {
  for (const auto& change : changes) {
    if (change.node == nullptr) {
      names.erase(change.name);
    } else {
      names[change.name] = change.node;
    }
  }
}

void FaultyFiles::lose_pending(Node& node) {
  for (auto& write : node.pending) {
    switch (random_.below(3)) {
      case 0:
        continue;  // never reached the disk
      case 1: {    // torn: a middle part did, as sectors may in any order
        if (write.kind != PendingWrite::Kind::write || write.bytes.empty()) continue;
        const std::size_t from = random_.below(write.bytes.size());
        const std::size_t count = random_.below(write.bytes.size() - from + 1);
        apply(node.durable, {write.kind, write.offset + from, write.bytes.substr(from, count)});
        break;
      }
      default:
        apply(node.durable, write);
    }
  }
  node.pending.clear();
}

void FaultyFiles::cut_power() {
  std::scoped_lock lock(mutex_);
  ++generation_;
  stopped_ = false;
  fail_at_ = stop_at_ = 0;
  std::set<Node*> seen;
  for (auto& [path, folder] : folders_) {
    const std::size_t kept = random_.below(folder.pending.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(folder.durable, folder.pending[i]);
    folder.pending.clear();
    folder.names = folder.durable;
    for (auto& [name, node] : folder.names) {
      if (!seen.insert(node.get()).second) continue;
      lose_pending(*node);
      node->content = node->durable;
    }
  }
}

void FaultyFiles::fail_operation(std::uint64_t n, ErrorCode code) {
  std::scoped_lock lock(mutex_);
  fail_at_ = operations_ + n;
  fail_code_ = code;
}

void FaultyFiles::fail_nothing() {
  std::scoped_lock lock(mutex_);
  fail_at_ = stop_at_ = 0;
}

void FaultyFiles::stop_at_operation(std::uint64_t n) {
  std::scoped_lock lock(mutex_);
  stop_at_ = operations_ + n;
}

std::uint64_t FaultyFiles::operations() const {
  std::scoped_lock lock(mutex_);
  return operations_;
}

void FaultyFiles::flip_bit(const fs::path& path, std::uint64_t offset) {
  std::scoped_lock lock(mutex_);
  auto& node = *folders_.at(key_of(path.parent_path())).names.at(path.filename().string());
  const auto at = static_cast<std::size_t>(offset);
  node.content.at(at) = static_cast<char>(node.content.at(at) ^ 1);
  if (at < node.durable.size()) node.durable[at] = static_cast<char>(node.durable[at] ^ 1);
}

std::optional<Error> FaultyFiles::next_operation(std::string_view doing) {
  if (stopped_) return Error{ErrorCode::unavailable, "the power is out"};
  ++operations_;
  if (operations_ == stop_at_) {
    stopped_ = true;
    return Error{ErrorCode::unavailable, "the power goes out"};
  }
  if (operations_ == fail_at_) {
    return Error{fail_code_, std::string(doing) + ": injected fault"};
  }
  return std::nullopt;
}

Result<FaultyFiles::Folder*> FaultyFiles::folder_of(const fs::path& path) {
  const auto found = folders_.find(key_of(path.parent_path()));
  if (found == folders_.end()) {
    return fail(ErrorCode::not_found, "no folder " + path.parent_path().string());
  }
  return &found->second;
}

Result<std::unique_ptr<File>> FaultyFiles::open(const fs::path& path, OpenMode mode) {
  std::scoped_lock lock(mutex_);
  if (stopped_) return fail(ErrorCode::unavailable, "the power is out");
  auto folder = folder_of(path);
  if (!folder) return std::unexpected(folder.error());
  const std::string name = path.filename().string();
  const auto found = (*folder)->names.find(name);
  const bool present = found != (*folder)->names.end();
  if (mode != OpenMode::create_new) {
    if (!present) return fail(ErrorCode::not_found, "no file " + path.string());
    return std::make_unique<FaultyFile>(*this, found->second);
  }
  if (present) return fail(ErrorCode::conflict, path.string() + " exists");
  if (const auto error = next_operation("creating")) return std::unexpected(*error);
  auto node = std::make_shared<Node>();
  (*folder)->names[name] = node;
  (*folder)->pending.push_back({{name, node}});
  return std::make_unique<FaultyFile>(*this, std::move(node));
}

Result<void> FaultyFiles::move(const fs::path& from, const fs::path& to, bool replace) {
  std::scoped_lock lock(mutex_);
  auto source = folder_of(from);
  if (!source) return std::unexpected(source.error());
  auto target = folder_of(to);
  if (!target) return std::unexpected(target.error());
  const std::string old_name = from.filename().string();
  const std::string new_name = to.filename().string();
  const auto found = (*source)->names.find(old_name);
  if (found == (*source)->names.end()) {
    return fail(ErrorCode::not_found, "no file " + from.string());
  }
  if (!replace && (*target)->names.contains(new_name)) {
    return fail(ErrorCode::conflict, to.string() + " exists");
  }
  if (const auto error = next_operation("renaming")) return std::unexpected(*error);
  const auto node = found->second;
  if (*source == *target) {
    (*source)->pending.push_back({{old_name, nullptr}, {new_name, node}});
    apply((*source)->names, (*source)->pending.back());
    return {};
  }
  (*target)->pending.push_back({{new_name, node}});
  apply((*target)->names, (*target)->pending.back());
  (*source)->pending.push_back({{old_name, nullptr}});
  apply((*source)->names, (*source)->pending.back());
  return {};
}

Result<void> FaultyFiles::rename(const fs::path& from, const fs::path& to) {
  return move(from, to, true);
}

Result<void> FaultyFiles::rename_new(const fs::path& from, const fs::path& to) {
  return move(from, to, false);
}

Result<void> FaultyFiles::remove(const fs::path& path) {
  std::scoped_lock lock(mutex_);
  auto folder = folder_of(path);
  if (!folder) return std::unexpected(folder.error());
  const std::string name = path.filename().string();
  if (!(*folder)->names.contains(name))
    return fail(ErrorCode::not_found, "no file " + path.string());
  if (const auto error = next_operation("removing")) return std::unexpected(*error);
  (*folder)->pending.push_back({{name, nullptr}});
  apply((*folder)->names, (*folder)->pending.back());
  return {};
}

Result<void> FaultyFiles::create_folders(const fs::path& path) {
  std::scoped_lock lock(mutex_);
  if (folders_.contains(key_of(path))) return {};
  if (const auto error = next_operation("creating folder")) return std::unexpected(*error);
  for (fs::path each = key_of(path); !each.empty(); each = each.parent_path()) {
    folders_.try_emplace(key_of(each));
    if (each == each.parent_path()) break;
  }
  return {};
}

Result<void> FaultyFiles::sync_folder(const fs::path& path) {
  std::scoped_lock lock(mutex_);
  const auto found = folders_.find(key_of(path));
  if (found == folders_.end()) return fail(ErrorCode::not_found, "no folder " + path.string());
  if (const auto error = next_operation("syncing folder")) return std::unexpected(*error);
  found->second.durable = found->second.names;
  found->second.pending.clear();
  return {};
}

Result<std::vector<std::string>> FaultyFiles::list(const fs::path& folder) const {
  std::scoped_lock lock(mutex_);
  if (stopped_) return fail(ErrorCode::unavailable, "the power is out");
  const std::string key = key_of(folder);
  const auto found = folders_.find(key);
  if (found == folders_.end()) return fail(ErrorCode::not_found, "no folder " + key);
  std::vector<std::string> names;
  for (const auto& [name, node] : found->second.names) names.push_back(name);
  for (const auto& [path, content] : folders_) {
    const fs::path each(path);
    if (path != key && key_of(each.parent_path()) == key) names.push_back(each.filename().string());
  }
  std::ranges::sort(names);
  return names;
}

bool FaultyFiles::exists(const fs::path& path) const {
  std::scoped_lock lock(mutex_);
  if (folders_.contains(key_of(path))) return true;
  const auto folder = folders_.find(key_of(path.parent_path()));
  return folder != folders_.end() && folder->second.names.contains(path.filename().string());
}

}  // namespace matinee
