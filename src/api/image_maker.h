#pragma once
// api/image_maker: pictures made while somebody waits, by a bounded number of matinee-codec
// children. Used by the image routes.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::api {

/// A picture to make of another.
struct ImageOrder {
  std::string key;          // equal keys stand for equal pictures
  std::string source_path;  // a file; empty: `source_bytes`
  std::string source_bytes;
  std::string format;  // "webp" | "jpeg" | "avif"
  int width = 0;
};

struct MadeImage {
  std::string bytes;
  std::string format;
  int source_width = 0;  // upright, at most 1920
  int source_height = 0;
  std::string blurhash;
};

/// Equal orders that come at once are one piece of work. What was made lately is held in memory, so
/// that whoever keeps pictures for good may take their time. Thread-safe.
class ImageMaker {
 public:
  struct Options {
    std::filesystem::path codec{};    // the program
    std::filesystem::path scratch{};  // a folder of its own; emptied at the start
    std::size_t children_max = 2;     // with somebody waiting; one more works in the background
    std::size_t waiters_max = 16;     // callers that wait for a child or for another's work
    std::size_t later_max = 512;      // tasks of the background
    std::size_t recent_bytes_max = std::size_t{16} << 20;
    std::chrono::milliseconds child_max{20'000};
  };
  /// Shared: the memory of recent pictures may forget one that is being sent.
  using Shared = std::shared_ptr<const MadeImage>;
  /// Runs matinee-codec as api::run_codec does; tests give their own.
  using RunCodec =
      std::function<Result<Json>(std::vector<std::string> arguments, const std::string& input,
                                 const std::function<bool()>& cancelled)>;

  /// `clock` and `metrics` must outlive it.
  ImageMaker(Options options, const Clock& clock, Metrics& metrics);
  ImageMaker(Options options, RunCodec run, const Clock& clock, Metrics& metrics);
  ~ImageMaker();
  ImageMaker(const ImageMaker&) = delete;
  ImageMaker& operator=(const ImageMaker&) = delete;

  /// What was made lately under this key; null when it is not held.
  [[nodiscard]] Shared recent(std::string_view key) const;
  /// Blocks. Errors: unavailable when too many wait or the deadline came; those of the codec:
  /// invalid or corrupt mean that the source is no picture to show.
  Result<Shared> make(const ImageOrder& order, Deadline deadline);
  /// The same for the background, at the lowest priority. Errors: of the codec.
  Result<Shared> make_quietly(const ImageOrder& order);

  /// Runs a task on the one background thread, in order, when nobody waits for a picture. False
  /// when too much is to be done already, or the same key waits: then the task is dropped.
  bool later(std::string key, std::function<void()> task);

 private:
  struct Flight;
  Result<Shared> run_child(const ImageOrder& order, int nice);
  void keep(const std::string& key, const Shared& image);
  void work_in_background(const std::stop_token& stop);

  Options options_;
  RunCodec run_;
  const Clock& clock_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t children_ = 0;
  std::size_t waiters_ = 0;
  std::uint64_t files_ = 0;
  std::map<std::string, std::shared_ptr<Flight>, std::less<>> flights_;
  std::deque<std::pair<std::string, std::function<void()>>> later_;
  std::set<std::string, std::less<>> later_keys_;
  struct Recent {
    std::string key;
    Shared image;
  };
  std::list<Recent> recent_;  // newest first
  std::map<std::string, std::list<Recent>::iterator, std::less<>> recent_by_key_;
  std::size_t recent_bytes_ = 0;
  std::stop_source stop_;
  std::jthread background_;  // last: joined before the rest goes
};

}  // namespace matinee::api
