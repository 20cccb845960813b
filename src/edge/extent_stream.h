#pragma once
// edge/extent_stream: one response's walk through the extents of an object, reading ahead.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "edge/extent_cache.h"

namespace matinee::edge {

/// Gives the bytes [first, first + bytes) of an object in order, extent by extent. Holds at most
/// the one extent that it waited for; up to `ahead_max` following ones (of the range) are asked
/// for, but stay the cache's. Of one loop. Made by make(), as late answers look whether it lives.
class ExtentStream : public std::enable_shared_from_this<ExtentStream> {
 public:
  /// Runs a call on the stream's loop; called from any thread.
  using Post = std::function<void(FetchPool::Task)>;

  struct Options {
    ExtentKey object;                // `index` is not used
    std::uint64_t object_bytes = 0;  // of the whole object
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;  // the range lies inside the object
    std::uint64_t ahead_max = 3;
    std::chrono::milliseconds ahead_longest{5'000};  // for which read-ahead may take
  };

  struct Slice {
    ExtentPtr extent;
    std::string_view bytes;  // of the extent; never empty
  };

  /// `view` must outlive it.
  static std::shared_ptr<ExtentStream> make(ExtentView& view, Post post, Options options);

  /// The next bytes, when they are in memory; nullopt: wait() for them (or the end: done()).
  /// Errors: corrupt when the object is not as long as was said.
  Result<std::optional<Slice>> take();

  /// Calls `ready` once, later and on the loop, when the next bytes can be taken or cannot be had.
  /// Dropping the stream drops the call. Errors as ExtentCache::request.
  void wait(Deadline deadline, std::function<void(Result<void>)> ready);

  [[nodiscard]] bool done() const { return left_ == 0; }
  [[nodiscard]] std::uint64_t left() const { return left_; }

 private:
  ExtentStream(ExtentView& view, Post post, Options options);
  [[nodiscard]] ExtentKey key_at(std::uint64_t index) const {
    return {options_.object.object, index};
  }
  void read_ahead();

  ExtentView& view_;
  const Post post_;
  const Options options_;
  const std::uint64_t last_index_;  // of the range
  std::uint64_t at_;
  std::uint64_t left_;
  std::uint64_t ahead_from_;  // first extent that was not asked for ahead
  ExtentPtr arrived_;         // what wait() brought; it cannot be evicted before it is taken
  std::function<void(Result<void>)> ready_;
};

}  // namespace matinee::edge
