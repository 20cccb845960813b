#include "store/file_object_store.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <set>

#include "base/crc32c.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "store/format.h"
#include "store/little_endian.h"
#include "store/object_rules.h"

namespace matinee::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "MTNOBJ1\n";
constexpr std::size_t kFooterBytes = 24;

std::string footer_of(std::string_view key, std::uint64_t object_bytes) {
  std::string footer;
  append_little_endian(footer, object_bytes);
  append_little_endian(footer, static_cast<std::uint32_t>(key.size()));
  append_little_endian(footer, crc32c(footer, crc32c(key)));
  return footer.append(kMagic);
}

// An object's file and what its footer says.
struct OpenObject {
  std::unique_ptr<File> file;
  ObjectInfo info;
};

Result<OpenObject> open_object_file(Files& files, const fs::path& path) {
  const auto damaged = [&] {
    return fail(ErrorCode::corrupt, "object file " + path.string() + " is damaged");
  };
  auto file = files.open(path, OpenMode::read);
  if (!file) return std::unexpected(file.error());
  auto size = (*file)->size();
  if (!size) return std::unexpected(size.error());
  // One read is enough for the footer and the keys that occur.
  const std::uint64_t tail_bytes =
      std::min<std::uint64_t>(*size, kFooterBytes + kObjectKeyBytesMax);
  std::string tail(static_cast<std::size_t>(tail_bytes), '\0');
  auto got = (*file)->read_at(*size - tail_bytes, tail);
  if (!got) return std::unexpected(got.error());
  if (*got != tail.size() || tail.size() < kFooterBytes) return damaged();
  const std::string_view footer = std::string_view(tail).substr(tail.size() - kFooterBytes);
  const auto object_bytes = little_endian<std::uint64_t>(footer);
  const auto key_bytes = little_endian<std::uint32_t>(footer.substr(8));
  if (key_bytes > tail.size() - kFooterBytes || object_bytes != *size - kFooterBytes - key_bytes) {
    return damaged();
  }
  const std::string_view key =
      std::string_view(tail).substr(tail.size() - kFooterBytes - key_bytes, key_bytes);
  if (footer != footer_of(key, object_bytes)) return damaged();
  return OpenObject{std::move(*file), ObjectInfo{std::string(key), object_bytes}};
}

class FileReader final : public ObjectReader {
 public:
  FileReader(OpenObject object, ByteRange range)
      : object_(std::move(object)),
        at_(range.offset),
        end_(at_ + std::min(range.bytes, object_.info.bytes - at_)) {}

  Result<std::size_t> read(std::span<char> out) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - at_));
    auto got = object_.file->read_at(at_, out.first(count));
    if (!got) return got;
    if (*got < count) {
      return fail(ErrorCode::corrupt, "object " + object_.info.key + " became shorter");
    }
    at_ += *got;
    return got;
  }
  std::uint64_t object_bytes() const override { return object_.info.bytes; }

 private:
  OpenObject object_;
  std::uint64_t at_;
  std::uint64_t end_;
};

class FileObjectStore final : public ObjectStore {
 public:
  FileObjectStore(fs::path folder, Files& files, Random& random)
      : incoming_(folder / "incoming"),
        objects_(folder / "objects"),
        files_(files),
        random_(random) {}

  // What a crash left half-written.
  Result<void> sweep() {
    for (const auto& path : {incoming_, objects_}) {
      if (auto made = files_.create_folders(path); !made) return made;
    }
    auto names = files_.list(incoming_);
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names) {
      if (auto removed = files_.remove(incoming_ / name); !removed) return removed;
    }
    return {};
  }

  Result<std::unique_ptr<ObjectWriter>> begin_put() override;

  Result<std::unique_ptr<ObjectReader>> get(std::string_view key, ByteRange range) override {
    auto object = open(key);
    if (!object) return std::unexpected(object.error());
    if (range.offset > object->info.bytes) {
      return beyond_object_end(key, range, object->info.bytes);
    }
    return std::make_unique<FileReader>(std::move(*object), range);
  }

  Result<ObjectInfo> head(std::string_view key) override {
    auto object = open(key);
    if (!object) return std::unexpected(object.error());
    return object->info;
  }

  Result<std::vector<ObjectInfo>> list(std::string_view prefix, std::string_view after,
                                       std::size_t limit) override;

  Result<void> remove(std::string_view key) override {
    if (auto valid = check_object_key(key); !valid) return valid;
    const fs::path path = path_of(key);
    auto removed = files_.remove(path);
    if (!removed && removed.error().code != ErrorCode::not_found) return removed;
    // Also when there was none: an earlier removal may not have become durable.
    if (!files_.exists(path.parent_path())) return {};
    return files_.sync_folder(path.parent_path());
  }

 private:
  friend class FileWriter;

  fs::path path_of(std::string_view key) const {
    const std::string hash = to_hex(sha256(bytes_of(key)));
    return objects_ / hash.substr(0, 2) / hash.substr(2);
  }

  // Whoever made the folder may not have come to syncing its name yet: asked once per process.
  Result<void> make_folder(const fs::path& folder) {
    std::scoped_lock lock(folders_mutex_);
    if (durable_folders_.contains(folder)) return {};
    if (auto done = files_.create_folders(folder); !done) return done;
    if (auto done = files_.sync_folder(objects_); !done) return done;
    durable_folders_.insert(folder);
    return {};
  }

  Result<OpenObject> open(std::string_view key) {
    if (auto valid = check_object_key(key); !valid) return std::unexpected(valid.error());
    auto object = open_object_file(files_, path_of(key));
    if (!object && object.error().code == ErrorCode::not_found) return no_such_object(key);
    if (object && object->info.key != key) {
      return fail(ErrorCode::corrupt, "the file of object " + std::string(key) + " holds another");
    }
    return object;
  }

  fs::path incoming_;
  fs::path objects_;
  Files& files_;
  Random& random_;
  std::mutex folders_mutex_;
  std::set<fs::path> durable_folders_;  // at most 256
};

class FileWriter final : public ObjectWriter {
 public:
  FileWriter(FileObjectStore& store, fs::path path, std::unique_ptr<File> file)
      : store_(store), path_(std::move(path)), file_(std::move(file)) {}
  ~FileWriter() override {
    if (!moved_) (void)store_.files_.remove(path_);  // else the next sweep does it
  }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  Result<void> write(std::string_view bytes) override {
    if (bytes.size() > kObjectBytesMax - bytes_) {
      return fail(ErrorCode::limited,
                  "an object has at most " + std::to_string(kObjectBytesMax) + " bytes");
    }
    if (auto done = file_->write_at(bytes_, bytes); !done) return done;
    bytes_ += bytes.size();
    return {};
  }

  Result<void> commit(std::string_view key, PutMode mode) override {
    if (auto valid = check_object_key(key); !valid) return valid;
    const std::string end = std::string(key) + footer_of(key, bytes_);
    if (auto done = file_->write_at(bytes_, end); !done) return done;
    if (auto done = file_->sync(); !done) return done;
    const fs::path target = store_.path_of(key);
    if (auto done = store_.make_folder(target.parent_path()); !done) return done;
    auto renamed = mode == PutMode::replace ? store_.files_.rename(path_, target)
                                            : store_.files_.rename_new(path_, target);
    if (!renamed) {
      if (renamed.error().code != ErrorCode::conflict) return renamed;
      // "It exists" is an acknowledgement too: what exists must be durable.
      if (auto done = store_.files_.sync_folder(target.parent_path()); !done) return done;
      return fail(ErrorCode::conflict, "object " + std::string(key) + " exists");
    }
    moved_ = true;
    return store_.files_.sync_folder(target.parent_path());
  }

 private:
  FileObjectStore& store_;
  fs::path path_;
  std::unique_ptr<File> file_;
  std::uint64_t bytes_ = 0;
  bool moved_ = false;
};

Result<std::unique_ptr<ObjectWriter>> FileObjectStore::begin_put() {
  std::array<unsigned char, 16> name{};
  random_.fill(name);
  const fs::path path = incoming_ / to_hex(name);
  auto file = files_.open(path, OpenMode::create_new);
  if (!file) return std::unexpected(file.error());
  return std::make_unique<FileWriter>(*this, path, std::move(*file));
}

Result<std::vector<ObjectInfo>> FileObjectStore::list(std::string_view prefix,
                                                      std::string_view after, std::size_t limit) {
  if (auto valid = check_object_list_limit(limit); !valid) return std::unexpected(valid.error());
  const auto by_key = [](const ObjectInfo& a, const ObjectInfo& b) { return a.key < b.key; };
  std::vector<ObjectInfo> first;  // a heap of the smallest keys so far, the greatest on top
  auto folders = files_.list(objects_);
  if (!folders) return std::unexpected(folders.error());
  for (const auto& folder : *folders) {
    auto names = files_.list(objects_ / folder);
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names) {
      auto object = open_object_file(files_, objects_ / folder / name);
      if (!object && object.error().code == ErrorCode::not_found) continue;  // removed meanwhile
      if (!object) return std::unexpected(object.error());
      if (!object->info.key.starts_with(prefix) || object->info.key <= after) continue;
      first.push_back(std::move(object->info));
      std::ranges::push_heap(first, by_key);
      if (first.size() > limit) {
        std::ranges::pop_heap(first, by_key);
        first.pop_back();
      }
    }
  }
  std::ranges::sort_heap(first, by_key);
  return first;
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> open_file_object_store(const fs::path& folder,
                                                            const Environment& environment) {
  auto format = open_format(environment.files, folder, {"object_store", 1, {}});
  if (!format) return std::unexpected(format.error());
  auto store = std::make_unique<FileObjectStore>(folder, environment.files, environment.random);
  if (auto swept = store->sweep(); !swept) return std::unexpected(swept.error());
  return store;
}

}  // namespace matinee::store
