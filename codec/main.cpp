// codec/main: matinee-codec, the one program that opens untrusted media. A child of the media role,
// one a job: it opens its files, closes the sandbox, works, prints one JSON document and ends.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ext/stdio_filebuf.h>
#include <memory>
#include <ostream>
#include <vector>

#include "arguments.h"
#include "audio.h"
#include "av.h"
#include "captions.h"
#include "encode.h"
#include "extract.h"
#include "image.h"
#include "make.h"
#include "media/probe.h"
#include "poster.h"
#include "probe.h"
#include "report.h"
#include "sandbox.h"
#include "source.h"
#include "thumbnails.h"

#if defined(__SANITIZE_ADDRESS__)
// Looking for leaks needs ptrace, which the sandbox forbids.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

namespace matinee::codec {
namespace {

constexpr std::size_t kIdrTimesMax = 100'000;
constexpr std::size_t kRungsMax = 16;
constexpr std::size_t kImagesMax = 16;  // made of one picture

Result<int> open_file(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  if (file >= 0) return file;
  const ErrorCode code = errno == ENOENT   ? ErrorCode::not_found
                         : errno == EACCES ? ErrorCode::forbidden
                                           : ErrorCode::unavailable;
  return fail(code, "opening " + path + ": " + std::strerror(errno));
}

// A file of one job's output, open before the sandbox closes.
class Output {
 public:
  static Result<Output> create(const std::string& path) {
    const auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    Output output;
    output.buffer_ = std::make_unique<__gnu_cxx::stdio_filebuf<char>>(
        *file, std::ios::out | std::ios::binary, 256 << 10);
    output.stream_ = std::make_unique<std::ostream>(output.buffer_.get());
    return output;
  }
  std::ostream& stream() { return *stream_; }
  // What the disk had no room for shows here at the latest.
  Result<void> close() {
    stream_->flush();
    if (!*stream_ || buffer_->close() == nullptr) {
      return fail(ErrorCode::unavailable, "writing the output failed: the disk may be full");
    }
    return {};
  }

 private:
  std::unique_ptr<__gnu_cxx::stdio_filebuf<char>> buffer_;
  std::unique_ptr<std::ostream> stream_;
};

Result<Source> open_source(int file, const SandboxLimits& limits = {}) {
  if (auto done = enter_sandbox(limits); !done) return std::unexpected(done.error());
  return Source::open(file);
}

Result<Json> run_probe(const Arguments& arguments) {
  const auto file = open_file(arguments.path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  auto source = open_source(*file);
  if (!source) return std::unexpected(source.error());
  const auto found = probe(*source);
  if (!found) return std::unexpected(found.error());
  return media::to_json(*found);
}

// Commands with one input and one output.
template <typename Work>
Result<Json> run_to_file(const Arguments& arguments, const Work& work) {
  const auto path = arguments.text("out");
  if (!path) return std::unexpected(path.error());
  const auto file = open_file(arguments.path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  auto output = Output::create(*path);
  if (!output) return std::unexpected(output.error());
  auto source = open_source(*file, {.file_bytes = 1ULL << 40});
  if (!source) return std::unexpected(source.error());
  auto result = work(*source, output->stream());
  if (!result) return result;
  if (auto done = output->close(); !done) return std::unexpected(done.error());
  return result;
}

Result<Json> run_stream_command(const Arguments& arguments) {
  const auto stream = arguments.integer("stream");
  if (!stream) return std::unexpected(stream.error());
  return run_to_file(arguments, [&](Source& source, std::ostream& out) -> Result<Json> {
    if (arguments.command == "extract") return extract(source, *stream, out);
    if (arguments.command == "audio") return encode_audio(source, *stream, out);
    const bool vtt = arguments.text("out")->ends_with(".vtt");
    return captions(source, *stream, vtt, out);
  });
}

Result<Json> run_poster(const Arguments& arguments) {
  const auto at_ms = arguments.integer_or("at-ms", 0);
  if (!at_ms) return std::unexpected(at_ms.error());
  return run_to_file(
      arguments, [&](Source& source, std::ostream& out) { return poster(source, *at_ms, out); });
}

// --duration-ms decides how many sheets there are; they are written as <out-dir>/sheet<n>.jpg.
Result<Json> run_thumbnails(const Arguments& arguments) {
  const auto duration_ms = arguments.integer("duration-ms");
  const auto folder = arguments.text("out-dir");
  if (!duration_ms) return std::unexpected(duration_ms.error());
  if (*duration_ms < 0) return fail(ErrorCode::invalid, "--duration-ms is not negative");
  if (!folder) return std::unexpected(folder.error());
  const media::ThumbnailPlan plan = media::plan_thumbnails(*duration_ms);
  const auto file = open_file(arguments.path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::vector<Output> outputs;
  std::vector<std::ostream*> sheets;
  for (std::int64_t i = 0; i < plan.sheets(); ++i) {
    auto output = Output::create(*folder + "/sheet" + std::to_string(i) + ".jpg");
    if (!output) return std::unexpected(output.error());
    outputs.push_back(std::move(*output));
    sheets.push_back(&outputs.back().stream());
  }
  auto source = open_source(*file, {.open_files = 64});
  if (!source) return std::unexpected(source.error());
  auto result = make_thumbnails(*source, plan, sheets);
  if (!result) return result;
  for (Output& output : outputs) {
    if (auto done = output.close(); !done) return std::unexpected(done.error());
  }
  return result;
}

// All of a small file, from inside the sandbox.
Result<std::vector<unsigned char>> read_file(int file, std::size_t bytes_max) {
  std::vector<unsigned char> bytes;
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  for (;;) {
    const std::size_t at = bytes.size();
    if (at > bytes_max) return fail(ErrorCode::invalid, "the file is too large");
    bytes.resize(at + kPiece);
    const ssize_t got = ::read(file, bytes.data() + at, kPiece);
    if (got < 0 && errno != EINTR) {
      return fail(ErrorCode::unavailable, std::string("reading: ") + std::strerror(errno));
    }
    bytes.resize(at + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
  }
}

Result<Json> run_image(const Arguments& arguments) {
  const auto nice = arguments.integer_or("nice", 19);
  if (!nice || *nice < 0 || *nice > 19) return fail(ErrorCode::invalid, "--nice is 0..19");
  const Result<int> file =
      arguments.path == "-" ? STDIN_FILENO : open_file(arguments.path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::vector<Output> outputs;
  std::vector<ImageTarget> targets;
  const auto makes = arguments.options.find("make");
  if (makes != arguments.options.end()) {
    if (makes->second.size() > kImagesMax) {
      return fail(ErrorCode::invalid, "at most 16 pictures are made of one");
    }
    outputs.reserve(makes->second.size());
    for (const std::string& text : makes->second) {
      auto option = parse_image_option(text);
      if (!option) return fail(option.error(), "--make");
      auto output = Output::create(option->path);
      if (!output) return std::unexpected(output.error());
      outputs.push_back(std::move(*output));
      option->target.out = &outputs.back().stream();
      targets.push_back(std::move(option->target));
    }
  }
  if (auto done = prepare_images(); !done) return std::unexpected(done.error());
  if (auto done = enter_sandbox({.memory_bytes = 3ULL << 30,
                                 .file_bytes = 64ULL << 20,
                                 .cpu_seconds = 60,
                                 .nice = static_cast<int>(*nice)});
      !done) {
    return std::unexpected(done.error());
  }
  const auto bytes = read_file(*file, kImageBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  auto result = make_images(*bytes, targets);
  if (!result) return result;
  for (Output& output : outputs) {
    if (auto done = output.close(); !done) return std::unexpected(done.error());
  }
  return result;
}

Result<EncodeJob> parse_encode_job(const Arguments& arguments) {
  const auto start = arguments.integer("start-ms");
  const auto end = arguments.integer("end-ms");
  if (!start || !end || *start < 0 || *end <= *start) {
    return fail(ErrorCode::invalid, "--start-ms and --end-ms must span a time");
  }
  EncodeJob job;
  job.start_ms = *start;
  job.end_ms = *end;
  if (arguments.options.contains("idr-ms")) {
    const auto text = arguments.text("idr-ms");
    if (!text) return std::unexpected(text.error());
    auto times = parse_integers(*text);
    if (!times) return fail(times.error(), "--idr-ms");
    job.idr_ms = std::move(*times);
  }
  if (job.idr_ms.size() > kIdrTimesMax || !std::is_sorted(job.idr_ms.begin(), job.idr_ms.end())) {
    return fail(ErrorCode::invalid, "--idr-ms must rise and hold at most 100000 times");
  }
  const auto rungs = arguments.options.find("rung");
  if (rungs == arguments.options.end() || rungs->second.size() > kRungsMax) {
    return fail(ErrorCode::invalid, "between 1 and 16 --rung must be given");
  }
  for (const std::string& text : rungs->second) {
    auto rung = parse_rung_target(text);
    if (!rung) return fail(rung.error(), "--rung");
    job.rungs.push_back(std::move(*rung));
  }
  return job;
}

Result<Json> run_encode(const Arguments& arguments) {
  auto job = parse_encode_job(arguments);
  if (!job) return std::unexpected(job.error());
  const auto folder = arguments.text("out-dir");
  if (!folder) return std::unexpected(folder.error());
  const auto file = open_file(arguments.path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::vector<Output> outputs;
  outputs.reserve(job->rungs.size());
  for (RungTarget& rung : job->rungs) {
    auto output = Output::create(*folder + "/" + rung.track_id + ".samples");
    if (!output) return std::unexpected(output.error());
    outputs.push_back(std::move(*output));
    rung.out = &outputs.back().stream();
  }
  auto source = open_source(*file);
  if (!source) return std::unexpected(source.error());
  auto result = encode(*source, *job);
  if (!result) return result;
  for (Output& output : outputs) {
    if (auto done = output.close(); !done) return std::unexpected(done.error());
  }
  return result;
}

Result<Json> run_make(const Arguments& arguments) {
  const auto size_text = arguments.text("size");
  if (!size_text) return std::unexpected(size_text.error());
  const auto size = parse_size(*size_text);
  if (!size) return fail(size.error(), "--size");
  const auto rate = arguments.integer_or("rate", 24);
  const auto every = arguments.integer_or("key-frame-every-ms", 2'000);
  if (!rate || *rate < 1 || *rate > 240 || !every || *every < 1 || *every > 600'000) {
    return fail(ErrorCode::invalid, "--rate is 1..240, --key-frame-every-ms 1..600000");
  }
  MakeOptions options{
      .size = *size, .frames_per_second = static_cast<int>(*rate), .key_frame_every_ms = *every};
  if (size->width % 2 != 0 || size->height % 2 != 0) {
    return fail(ErrorCode::invalid, "--size: made films have even sizes");
  }
  if (arguments.options.contains("codec")) {
    const auto codec = arguments.text("codec");
    if (!codec || (*codec != "h264" && *codec != "mpeg4")) {
      return fail(ErrorCode::invalid, "--codec is h264 or mpeg4");
    }
    options.codec = *codec;
  }
  if (arguments.options.contains("audio-language")) {
    options.audio_languages = arguments.options.at("audio-language");
    for (const auto& language : options.audio_languages) {
      if (language.size() != 3)
        return fail(ErrorCode::invalid, "--audio-language is eng, deu, ...");
    }
  }
  if (arguments.path.ends_with(".mkv")) options.container = "matroska";
  if (arguments.path.ends_with(".avi")) options.container = "avi";
  const auto output = open_file(arguments.path, O_RDWR | O_CREAT | O_TRUNC);
  if (!output) return std::unexpected(output.error());
  // Somebody waits for a film that is being made.
  if (auto done = enter_sandbox({.nice = 0}); !done) return std::unexpected(done.error());
  return make_film(STDIN_FILENO, *output, options);
}

Result<Json> run_self_test() {
  if (auto done = enter_sandbox({}); !done) return std::unexpected(done.error());
  return try_forbidden();
}

Result<Json> run(int count, const char* const* values) {
  const auto arguments = parse_arguments(count, values);
  if (!arguments) return std::unexpected(arguments.error());
  const std::string& command = arguments->command;
  if (command == "self-test-sandbox") return run_self_test();
  if (arguments->path.empty()) return fail(ErrorCode::invalid, "a path is missing");
  if (command == "probe") return run_probe(*arguments);
  if (command == "extract" || command == "audio" || command == "captions") {
    return run_stream_command(*arguments);
  }
  if (command == "encode") return run_encode(*arguments);
  if (command == "poster") return run_poster(*arguments);
  if (command == "thumbnails") return run_thumbnails(*arguments);
  if (command == "image") return run_image(*arguments);
  if (command == "make") return run_make(*arguments);
  return fail(ErrorCode::invalid, "there is no command " + command);
}

}  // namespace
}  // namespace matinee::codec

int main(int count, char** values) {
  matinee::codec::capture_av_log();
  const auto result = matinee::codec::run(count, values);
  if (!result) {
    matinee::codec::report_error(result.error());
    return 1;
  }
  matinee::codec::report_result(*result);
  return 0;
}
