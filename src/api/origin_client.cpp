#include "api/origin_client.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <thread>
#include <utility>

#include "base/json.h"
#include "http/problem.h"

namespace matinee::api {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10U;
constexpr std::size_t kHashesBytesMax =
    static_cast<std::size_t>(store::extent_count(store::kContentBytesMax)) * 32U + 8U;

std::string path_of(const store::ObjectId& id) { return "/objects/" + id.to_string(); }

// The error of an answer that is not the success hoped for; reads the problem document.
Error failure(http::ClientResponse& response, std::string_view what) {
  const auto body = response.text(kAnswerBytesMax);
  return http::error_of(response.status, body ? std::string_view(*body) : std::string_view{}, what);
}

// A file from its start, with the size it has when opened.
class FileSource final : public http::BodySource {
 public:
  static Result<FileSource> open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(ErrorCode::not_found, "opening " + path + " to store it");
    FileSource source(fd);
    const off_t size = ::lseek(fd, 0, SEEK_END);
    if (size < 0) return fail(ErrorCode::unavailable, "sizing " + path + " to store it");
    source.size_ = static_cast<std::uint64_t>(size);
    return source;
  }

  Result<std::size_t> read(std::span<char> out) override {
    for (;;) {
      const ssize_t got = ::pread(file_.fd(), out.data(), out.size(), static_cast<off_t>(offset_));
      if (got >= 0) {
        offset_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) return fail(ErrorCode::invalid, "reading a file to store it");
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  void rewind() { offset_ = 0; }

 private:
  explicit FileSource(int fd) : file_(fd) {}

  http::Socket file_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace

OriginClient::OriginClient(const Clock& clock, Options options)
    : clock_(clock), options_(std::move(options)), client_(clock, options_.client) {}

http::ClientRequest OriginClient::request(http::Method method, std::string target) const {
  http::ClientRequest request;
  request.method = method;
  request.target = std::move(target);
  request.headers.add("Authorization", options_.authorization());
  request.retry_safe = true;
  return request;
}

template <typename T>
Result<T> OriginClient::retried(Deadline deadline, const std::function<Result<T>()>& attempt) {
  for (;;) {
    Result<T> result = attempt();
    if (result || result.error().code != ErrorCode::unavailable) return result;
    const auto left = deadline.left(clock_);
    if (left <= options_.retry_pause) return result;
    std::this_thread::sleep_for(options_.retry_pause);
  }
}

Result<OriginClient::Stored> OriginClient::put_once(http::ClientRequest& request,
                                                    Deadline deadline) {
  auto response = client_.send(request, deadline);
  if (!response) return fail(response.error(), "storing an object");
  if (response->status != 201) return std::unexpected(failure(*response, "storing an object"));
  auto text = response->text(kAnswerBytesMax);
  if (!text) return fail(text.error(), "storing an object");
  const auto json = parse_json(*text);
  if (!json) return fail(ErrorCode::corrupt, "storing an object: " + json.error().message);
  const auto id_text = text_member(*json, "object_id");
  const auto bytes = integer_member(*json, "bytes");
  if (!id_text || !bytes || *bytes < 0) {
    return fail(ErrorCode::corrupt, "storing an object: the origin's answer lacks its id or size");
  }
  const auto id = store::ObjectId::parse(*id_text);
  if (!id) return fail(ErrorCode::corrupt, "storing an object: " + id.error().message);
  return Stored{*id, static_cast<std::uint64_t>(*bytes)};
}

Result<OriginClient::Stored> OriginClient::put(std::string_view bytes, Deadline deadline) {
  return retried<Stored>(deadline, [&] {
    http::ClientRequest post = request(http::Method::post, "/objects");
    post.body = std::string(bytes);
    return put_once(post, deadline);
  });
}

Result<OriginClient::Stored> OriginClient::put(http::BodySource& source, Deadline deadline) {
  http::ClientRequest post = request(http::Method::post, "/objects");
  post.body = &source;
  return put_once(post, deadline);
}

Result<OriginClient::Stored> OriginClient::put_file(const std::string& path, Deadline deadline) {
  auto source = FileSource::open(path);
  if (!source) return std::unexpected(source.error());
  return retried<Stored>(deadline, [&] {
    source->rewind();
    return put(*source, deadline);
  });
}

Result<std::string> OriginClient::get(const store::ObjectId& id, std::size_t bytes_max,
                                      Deadline deadline) {
  return retried<std::string>(deadline, [&]() -> Result<std::string> {
    auto response = client_.send(request(http::Method::get, path_of(id)), deadline);
    if (!response) return fail(response.error(), "reading object " + id.to_string());
    if (response->status != 200) {
      return std::unexpected(failure(*response, "reading object " + id.to_string()));
    }
    auto text = response->text(bytes_max);
    if (!text && text.error().code == ErrorCode::invalid) {
      return fail(ErrorCode::limited, "reading object " + id.to_string() + ": it is too large");
    }
    if (!text) return fail(text.error(), "reading object " + id.to_string());
    if (store::object_id_of(*text) != id) {
      return fail(ErrorCode::corrupt, "object " + id.to_string() + " came with other bytes");
    }
    return text;
  });
}

Result<std::size_t> OriginClient::get_range(const store::ObjectId& id, std::uint64_t offset,
                                            std::span<char> out, Deadline deadline) {
  if (out.empty()) return std::size_t{0};
  http::ClientRequest get = request(http::Method::get, path_of(id));
  get.headers.add(
      "Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + out.size() - 1));
  const auto what = [&] { return "reading a range of object " + id.to_string(); };
  auto response = client_.send(get, deadline);
  if (!response) return fail(response.error(), what());
  if (response->status != 206) {
    if (response->status == 416) return std::size_t{0};
    if (response->status < 400) return fail(ErrorCode::corrupt, what() + ": it came whole");
    return std::unexpected(failure(*response, what()));
  }
  const std::string expected = "bytes " + std::to_string(offset) + "-";
  if (!response->headers.value_of("Content-Range").starts_with(expected)) {
    return fail(ErrorCode::corrupt, what() + ": another range came");
  }
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto got = response->body().read(out.subspan(filled));
    if (!got) return fail(got.error(), what());
    if (*got == 0) return filled;
    filled += *got;
  }
  // Its end must be read, or the connection cannot be used again.
  char beyond = 0;
  const auto end = response->body().read(std::span(&beyond, 1));
  if (!end) return fail(end.error(), what());
  if (*end != 0) return fail(ErrorCode::corrupt, what() + ": more came than was asked for");
  return filled;
}

Result<store::ExtentHashes> OriginClient::extents(const store::ObjectId& id, Deadline deadline) {
  auto response = client_.send(request(http::Method::get, path_of(id) + "/extents"), deadline);
  if (!response) return fail(response.error(), "reading the hashes of " + id.to_string());
  if (response->status != 200) {
    return std::unexpected(failure(*response, "reading the hashes of " + id.to_string()));
  }
  const auto text = response->text(kHashesBytesMax);
  if (!text) return fail(text.error(), "reading the hashes of " + id.to_string());
  auto hashes = store::ExtentHashes::parse(*text, id);
  if (!hashes) {
    return fail(ErrorCode::corrupt,
                "the hashes of " + id.to_string() + " are damaged: " + hashes.error().message);
  }
  return hashes;
}

Result<std::uint64_t> OriginClient::size(const store::ObjectId& id, Deadline deadline) {
  return retried<std::uint64_t>(deadline, [&]() -> Result<std::uint64_t> {
    const auto hashes = extents(id, deadline);
    if (!hashes) return std::unexpected(hashes.error());
    return hashes->size;
  });
}

Result<void> OriginClient::remove(const store::ObjectId& id, Deadline deadline) {
  return retried<void>(deadline, [&]() -> Result<void> {
    auto response = client_.send(request(http::Method::delete_, path_of(id)), deadline);
    if (!response) return fail(response.error(), "removing object " + id.to_string());
    if (response->status == 204 || response->status == 404) return {};
    return std::unexpected(failure(*response, "removing object " + id.to_string()));
  });
}

}  // namespace matinee::api
