#include "api/image_maker.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "api/codec_child.h"
#include "base/log.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMadeBytesMax = std::size_t{16} << 20;

ImageMaker::RunCodec children_of(const ImageMaker::Options& options, const Clock& clock) {
  return [program = options.codec, time_max = options.child_max, &clock](
             std::vector<std::string> arguments, const std::string& input,
             const std::function<bool()>& cancelled) {
    CodecRun run;
    run.arguments = std::move(arguments);
    run.time_max = time_max;
    run.cancelled = cancelled;
    if (!input.empty()) {
      run.feed = [&input](int to) { return write_input(to, input.data(), input.size()); };
    }
    return run_codec(program, run, clock);
  };
}

Result<std::string> take_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::error_code error;
  fs::remove(path, error);
  if (!in || bytes.empty() || bytes.size() > kMadeBytesMax) {
    return fail(ErrorCode::unavailable, "reading a picture that was made");
  }
  return bytes;
}

}  // namespace

struct ImageMaker::Flight {
  std::optional<Result<Shared>> result;
};

ImageMaker::ImageMaker(Options options, const Clock& clock, Metrics& metrics)
    : ImageMaker(options, children_of(options, clock), clock, metrics) {}

ImageMaker::ImageMaker(Options options, RunCodec run, const Clock& clock, Metrics& metrics)
    : options_(std::move(options)), run_(std::move(run)), clock_(clock), metrics_(metrics) {
  std::error_code error;
  fs::remove_all(options_.scratch, error);
  fs::create_directories(options_.scratch, error);
  if (error) {
    log::warning("pictures cannot be made",
                 {{"folder", options_.scratch.string()}, {"error", error.message()}});
  }
  background_ = std::jthread([this](const std::stop_token& stop) { work_in_background(stop); });
}

ImageMaker::~ImageMaker() {
  stop_.request_stop();
  background_.request_stop();
  background_.join();
}

ImageMaker::Shared ImageMaker::recent(std::string_view key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = recent_by_key_.find(key);
  return found == recent_by_key_.end() ? nullptr : found->second->image;
}

void ImageMaker::keep(const std::string& key, const Shared& image) {
  const std::scoped_lock lock(mutex_);
  if (recent_by_key_.contains(key) || image->bytes.size() > options_.recent_bytes_max) return;
  recent_bytes_ += image->bytes.size();
  recent_.push_front({key, image});
  recent_by_key_.emplace(key, recent_.begin());
  while (recent_bytes_ > options_.recent_bytes_max) {
    recent_bytes_ -= recent_.back().image->bytes.size();
    recent_by_key_.erase(recent_.back().key);
    recent_.pop_back();
  }
}

Result<ImageMaker::Shared> ImageMaker::run_child(const ImageOrder& order, int nice) {
  const auto started = clock_.monotonic();
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    number = ++files_;
  }
  const auto file = options_.scratch / (std::to_string(number) + "." + order.format);
  const bool from_file = !order.source_path.empty();
  const auto document =
      run_({"image", from_file ? order.source_path : "-", "--nice", std::to_string(nice), "--make",
            order.format + ":" + std::to_string(order.width) + ":" + file.string()},
           from_file ? std::string() : order.source_bytes,
           [this] { return stop_.get_token().stop_requested(); });
  const std::chrono::duration<double> took = clock_.monotonic() - started;
  metrics_
      .counter("matinee_images_made_total", "Pictures made on demand.",
               {{"format", order.format}, {"outcome", document ? "done" : "failed"}})
      .add();
  log::debug("picture made", {{"key", order.key},
                              {"outcome", document ? "done" : document.error().message},
                              {"duration_ms", took.count() * 1000}});
  auto bytes = take_file(file);
  if (!document) return std::unexpected(document.error());
  if (!bytes) return std::unexpected(bytes.error());
  const auto width = integer_member(*document, "width");
  const auto height = integer_member(*document, "height");
  const auto blurhash = text_member(*document, "blurhash");
  if (!width || !height || !blurhash) {
    return fail(ErrorCode::unavailable, "the codec did not say what it made");
  }
  auto image = std::make_shared<const MadeImage>(MadeImage{std::move(*bytes), order.format,
                                                           static_cast<int>(*width),
                                                           static_cast<int>(*height), *blurhash});
  keep(order.key, image);
  return image;
}

Result<ImageMaker::Shared> ImageMaker::make(const ImageOrder& order, Deadline deadline) {
  std::shared_ptr<Flight> flight;
  {
    std::unique_lock lock(mutex_);
    if (const auto found = recent_by_key_.find(order.key); found != recent_by_key_.end()) {
      return found->second->image;
    }
    const auto wait_until = [&](const auto& ready) -> Result<void> {
      if (ready()) return {};
      if (waiters_ >= options_.waiters_max) {
        return fail(ErrorCode::unavailable, "too many pictures are being made");
      }
      ++waiters_;
      const bool in_time = changed_.wait_for(lock, deadline.left(clock_), ready);
      --waiters_;
      if (!in_time) return fail(ErrorCode::unavailable, "the picture was not made in time");
      return {};
    };
    if (const auto known = flights_.find(order.key); known != flights_.end()) {
      flight = known->second;
      if (auto done = wait_until([&] { return flight->result.has_value(); }); !done) {
        return std::unexpected(done.error());
      }
      return *flight->result;
    }
    flight = std::make_shared<Flight>();
    flights_.emplace(order.key, flight);
    if (auto free = wait_until([&] { return children_ < options_.children_max; }); !free) {
      flight->result = std::unexpected(free.error());
      flights_.erase(order.key);
      changed_.notify_all();
      return std::unexpected(free.error());
    }
    ++children_;
  }
  auto made = run_child(order, 0);
  const std::scoped_lock lock(mutex_);
  --children_;
  flight->result = made;
  flights_.erase(order.key);
  changed_.notify_all();
  return made;
}

Result<ImageMaker::Shared> ImageMaker::make_quietly(const ImageOrder& order) {
  if (auto known = recent(order.key)) return known;
  return run_child(order, 19);
}

bool ImageMaker::later(std::string key, std::function<void()> task) {
  const std::scoped_lock lock(mutex_);
  if (later_.size() >= options_.later_max || !later_keys_.insert(key).second) return false;
  later_.emplace_back(std::move(key), std::move(task));
  changed_.notify_all();
  return true;
}

void ImageMaker::work_in_background(const std::stop_token& stop) {
  while (true) {
    std::pair<std::string, std::function<void()>> next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return !later_.empty() && children_ == 0 && waiters_ == 0; });
      if (stop.stop_requested()) return;
      next = std::move(later_.front());
      later_.pop_front();
    }
    next.second();
    const std::scoped_lock lock(mutex_);
    later_keys_.erase(next.first);
  }
}

}  // namespace matinee::api
