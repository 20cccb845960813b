#include "api/origin_routes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/json.h"
#include "edge/range.h"
#include "store/object_id.h"

namespace matinee::api {
namespace {

// Request bodies as the store wants them.
class BodySourceOfRequest final : public store::ByteSource {
 public:
  explicit BodySourceOfRequest(http::BodyReader& body) : body_(body) {}
  Result<std::size_t> read(std::span<char> out) override { return body_.read(out); }

 private:
  http::BodyReader& body_;
};

// A range of an object as it is sent.
class RangeSource final : public http::BodySource {
 public:
  RangeSource(std::unique_ptr<store::ContentReader> reader, std::uint64_t first,
              std::uint64_t bytes, Counter& bytes_out)
      : reader_(std::move(reader)), at_(first), left_(bytes), size_(bytes), bytes_out_(bytes_out) {}

  Result<std::size_t> read(std::span<char> out) override {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left_, out.size()));
    if (want == 0) return std::size_t{0};
    const auto got = reader_->read(at_, out.first(want));
    if (!got) return got;
    if (*got == 0) return fail(ErrorCode::corrupt, "an object ended before its size");
    at_ += *got;
    left_ -= *got;
    bytes_out_.add(*got);
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }

 private:
  std::unique_ptr<store::ContentReader> reader_;
  std::uint64_t at_;
  std::uint64_t left_;
  const std::uint64_t size_;
  Counter& bytes_out_;
};

// What the handlers share; it lives as long as the router, in their closures.
struct OriginApi {
  store::ContentStore& content;
  AuthorizeRole authorize;
  Counter& bytes_in;
  Counter& bytes_out;
  Counter& denied;

  Result<void> admit(const http::Request& request, std::span<const std::string_view> roles) {
    const auto role = authorize(request.headers.value_of("Authorization"));
    if (!role) {
      denied.add();
      return std::unexpected(role.error());
    }
    if (std::ranges::find(roles, *role) != roles.end()) return {};
    denied.add();
    return fail(ErrorCode::forbidden, "the role " + *role + " may not do this at the origin");
  }

  Result<http::Response> put(http::Request& request);
  Result<http::Response> get(const http::Request& request);
  Result<http::Response> extents(const http::Request& request);
  Result<http::Response> remove(const http::Request& request);
};

constexpr std::string_view kReaders[] = {"edge", "media", "control"};
constexpr std::string_view kWriters[] = {"media", "control"};
constexpr std::string_view kRemovers[] = {"control"};

Result<store::ObjectId> id_of(const http::Request& request) {
  auto id = store::ObjectId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no object has such an id");
  return id;
}

Result<http::Response> OriginApi::put(http::Request& request) {
  if (const auto admitted = admit(request, kWriters); !admitted) {
    return std::unexpected(admitted.error());
  }
  BodySourceOfRequest source(request.body());
  const auto stored = content.put(source);
  if (!stored && stored.error().code == ErrorCode::limited) {
    // A full disk is the origin's trouble, not the caller's rate.
    return fail(ErrorCode::unavailable, stored.error().message);
  }
  if (!stored) return fail(stored.error(), "storing an object");
  bytes_in.add(stored->bytes);
  const Json json = {{"object_id", stored->id.to_string()}, {"bytes", stored->bytes}};
  return http::Response::json(201, to_text(json));
}

Result<http::Response> OriginApi::get(const http::Request& request) {
  if (const auto admitted = admit(request, kReaders); !admitted) {
    return std::unexpected(admitted.error());
  }
  const auto id = id_of(request);
  if (!id) return std::unexpected(id.error());
  auto reader = content.open(*id);
  if (!reader) return std::unexpected(reader.error());
  const std::uint64_t size = (*reader)->size();
  const std::string etag = '"' + id->to_string() + '"';
  std::optional<std::string_view> range;
  if (request.method == http::Method::get) range = request.headers.get("Range");
  const edge::RangeAnswer answer =
      edge::resolve_range(range, request.headers.get("If-Range"), etag, size);

  http::Response response;
  if (answer.kind == edge::RangeAnswer::Kind::unsatisfiable) {
    response = http::Response::empty(416);
  } else {
    response = http::Response::stream(
        answer.kind == edge::RangeAnswer::Kind::part ? 206 : 200, "application/octet-stream",
        std::make_unique<RangeSource>(*std::move(reader), answer.first, answer.bytes, bytes_out));
  }
  if (answer.kind != edge::RangeAnswer::Kind::whole) {
    response.headers.add("Content-Range", edge::content_range(answer, size));
  }
  response.headers.add("ETag", etag);
  response.headers.add("Accept-Ranges", "bytes");
  return response;
}

Result<http::Response> OriginApi::extents(const http::Request& request) {
  if (const auto admitted = admit(request, kReaders); !admitted) {
    return std::unexpected(admitted.error());
  }
  const auto id = id_of(request);
  if (!id) return std::unexpected(id.error());
  const auto hashes = content.hashes(*id);
  if (!hashes) return std::unexpected(hashes.error());
  return http::Response::bytes(200, kExtentsType, http::SharedBytes::of(hashes->serialise()));
}

Result<http::Response> OriginApi::remove(const http::Request& request) {
  if (const auto admitted = admit(request, kRemovers); !admitted) {
    return std::unexpected(admitted.error());
  }
  const auto id = id_of(request);
  if (!id) return std::unexpected(id.error());
  if (const auto removed = content.remove(*id); !removed) return std::unexpected(removed.error());
  return http::Response::empty(204);
}

http::Route route(http::Method method, std::string path, std::string operation_id,
                  std::string summary) {
  http::Route route;
  route.method = method;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.priority = http::Priority::playback;
  route.retry_safe = true;
  route.visibility = http::Visibility::internal;
  route.access = "internal";
  route.problem_statuses = {401, 403, 404};
  return route;
}

}  // namespace

void add_origin_routes(http::Router& router, store::ContentStore& content, AuthorizeRole authorize,
                       Metrics& metrics) {
  // Shared by the four handlers, which the router owns.
  const auto api = std::make_shared<OriginApi>(OriginApi{
      content, std::move(authorize),
      metrics.counter("matinee_origin_stored_bytes_total", "Bytes of objects that came in."),
      metrics.counter("matinee_origin_sent_bytes_total", "Bytes of objects that were sent."),
      metrics.counter("matinee_origin_denied_total", "Requests without the right credential.")});

  http::Route put =
      route(http::Method::post, "/objects", "putObject", "Stores an object, durably.");
  put.priority = http::Priority::fill;
  put.request_type = "application/octet-stream";
  put.body_bytes_max = store::kContentBytesMax;
  put.success_status = 201;
  router.add(std::move(put), [api](http::Request& request) { return api->put(request); });

  http::Route get = route(http::Method::get, "/objects/{id}", "getObject",
                          "An object or one range of it, checked as it is read.");
  get.response_type = "application/octet-stream";
  get.problem_statuses.push_back(416);
  router.add(std::move(get), [api](http::Request& request) { return api->get(request); });

  http::Route extents = route(http::Method::get, "/objects/{id}/extents", "getObjectExtents",
                              "The hashes of an object's extents.");
  extents.response_type = kExtentsType;
  router.add(std::move(extents), [api](http::Request& request) { return api->extents(request); });

  http::Route remove =
      route(http::Method::delete_, "/objects/{id}", "removeObject", "Removes an object.");
  remove.priority = http::Priority::fill;
  remove.success_status = 204;
  router.add(std::move(remove), [api](http::Request& request) { return api->remove(request); });
}

}  // namespace matinee::api
