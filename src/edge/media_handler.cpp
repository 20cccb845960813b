#include "edge/media_handler.h"

#include <utility>

#include "base/log.h"
#include "edge/extent_stream.h"
#include "edge/range.h"
#include "http/problem.h"

namespace matinee::edge {
namespace {

constexpr std::size_t kPackagesSeenMax = 4'096;  // of one loop
constexpr std::size_t kTokensKnownMax = 8'192;   // of one loop
constexpr unsigned kPackageRefresh = 64;

int status_of_failure(ErrorCode code) {
  switch (code) {
    case ErrorCode::limited:
      return 503;
    case ErrorCode::corrupt:
    case ErrorCode::invalid:
      return 502;
    case ErrorCode::unauthorized:
      return 502;  // the edge's own credential was refused
    default:
      return http::status_of(code);
  }
}

void add_cross_origin(http::Headers& headers) {
  headers.add("Access-Control-Allow-Origin", "*");
  headers.add("Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag, Retry-After");
  headers.add("Cross-Origin-Resource-Policy", "cross-origin");
}

void respond_problem(http::Exchange& exchange, int status, std::string_view detail) {
  http::Response response = http::problem(status, detail, exchange.request().context.request_id);
  add_cross_origin(response.headers);
  if (status == 405) response.headers.add("Allow", "GET, HEAD, OPTIONS");
  exchange.respond(std::move(response));
}

void respond_preflight(http::Exchange& exchange) {
  http::Response response = http::Response::empty(204);
  add_cross_origin(response.headers);
  response.headers.add("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
  response.headers.add("Access-Control-Allow-Headers",
                       "Range, If-Range, If-None-Match, CMCD-Object, CMCD-Request, CMCD-Session, "
                       "CMCD-Status");
  response.headers.add("Access-Control-Max-Age", "86400");
  response.headers.add("Allow", "GET, HEAD, OPTIONS");
  exchange.respond(std::move(response));
}

}  // namespace

/// One request and its answer. The exchange's on_close keeps it; all else holds it weakly.
class MediaResponse : public std::enable_shared_from_this<MediaResponse> {
 public:
  MediaResponse(MediaHandler& handler, std::shared_ptr<http::Exchange> exchange,
                store::ObjectId object)
      : handler_(handler), exchange_(std::move(exchange)), object_(object) {}

  void start(const store::ObjectId& package);

 private:
  void with_package(const PackageObjects& package);
  void send(const PackageObjects::Entry& entry);
  void start_body();
  void pump();
  void await_extent();
  void stop_with(const Error& error);
  void arm(std::chrono::milliseconds longest);
  void end();
  [[nodiscard]] Deadline deadline(std::chrono::milliseconds longest) const {
    return Deadline::in(handler_.edge_.clock, longest);
  }
  [[nodiscard]] ExtentStream::Post post() const {
    return [&loop = handler_.loop_](FetchPool::Task task) { loop.post(std::move(task)); };
  }

  MediaHandler& handler_;
  std::shared_ptr<http::Exchange> exchange_;
  const store::ObjectId object_;
  http::Response head_;
  std::shared_ptr<ExtentStream> stream_;
  http::Loop::TimerId timer_;
  bool waiting_ = false;
};

void MediaResponse::start(const store::ObjectId& package) {
  exchange_->on_close([self = shared_from_this()] { self->end(); });
  if (const PackagePtr known = handler_.known_package(package)) {
    with_package(*known);
    return;
  }
  const auto longest = handler_.edge_.options.first_byte_longest;
  arm(longest);
  handler_.edge_.packages.request(
      package, deadline(longest),
      [post = post(), weak = weak_from_this(), package](Result<PackagePtr> result) {
        post([weak, package, result = std::move(result)] {
          const auto self = weak.lock();
          if (!self || !self->exchange_->is_open() || self->exchange_->begun()) return;
          if (!result) {
            self->stop_with(result.error());
            return;
          }
          self->handler_.packages_.remember(package, *result);
          self->with_package(**result);
        });
      });
}

void MediaResponse::with_package(const PackageObjects& package) {
  handler_.loop_.cancel(timer_);
  const auto entry = package.objects.find(object_);
  if (entry == package.objects.end()) {
    stop_with({ErrorCode::not_found, "the token's package has no such object"});
    return;
  }
  send(entry->second);
}

void MediaResponse::send(const PackageObjects::Entry& entry) {
  const http::Request& request = exchange_->request();
  const std::string etag = '"' + object_.to_string() + '"';
  http::Headers& headers = head_.headers;
  headers.add("ETag", etag);
  headers.add("Cache-Control", "public, max-age=31536000, immutable");
  headers.add("Accept-Ranges", "bytes");
  headers.add("X-Content-Type-Options", "nosniff");
  add_cross_origin(headers);
  const auto none_match = request.headers.get("If-None-Match");
  if (none_match && none_match_holds(*none_match, etag)) {
    head_.status = 304;
    exchange_->respond(std::move(head_));
    end();
    return;
  }
  std::optional<std::string_view> range;
  if (request.method == http::Method::get) range = request.headers.get("Range");
  const RangeAnswer answer =
      resolve_range(range, request.headers.get("If-Range"), etag, entry.bytes);
  if (answer.kind == RangeAnswer::Kind::unsatisfiable) {
    http::Response response =
        http::problem(416, "the object has no such bytes", request.context.request_id);
    add_cross_origin(response.headers);
    response.headers.add("Content-Range", content_range(answer, entry.bytes));
    exchange_->respond(std::move(response));
    end();
    return;
  }
  headers.add("Content-Type", entry.type);
  head_.status = 200;
  if (answer.kind == RangeAnswer::Kind::part) {
    head_.status = 206;
    headers.add("Content-Range", content_range(answer, entry.bytes));
  }
  if (request.method == http::Method::head || answer.bytes == 0) {
    exchange_->begin(std::move(head_), answer.bytes);
    exchange_->finish();
    end();
    return;
  }
  stream_ = ExtentStream::make(handler_.extents_, post(),
                               {.object = {object_, 0},
                                .object_bytes = entry.bytes,
                                .first = answer.first,
                                .bytes = answer.bytes,
                                .ahead_max = handler_.edge_.options.ahead_max});
  exchange_->on_drain([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
  pump();
}

void MediaResponse::pump() {
  while (stream_ && !waiting_) {
    if (stream_->done()) {
      exchange_->finish();
      end();
      return;
    }
    if (exchange_->buffered_bytes() > http::Exchange::kBufferHigh) return;  // on_drain goes on
    const std::uint64_t whole = stream_->left();
    auto slice = stream_->take();
    if (!slice) {
      stop_with(slice.error());
      return;
    }
    if (!*slice) {
      await_extent();
      return;
    }
    // The head goes out with the first bytes in hand: until then an error has its own status.
    if (!exchange_->begun()) exchange_->begin(std::move(head_), whole);
    handler_.edge_.bytes_sent.add((*slice)->bytes.size());
    exchange_->write(http::SharedBytes(std::move((*slice)->extent), (*slice)->bytes));
    if (!exchange_->is_open()) end();
  }
}

void MediaResponse::await_extent() {
  waiting_ = true;
  const auto& options = handler_.edge_.options;
  const auto longest = exchange_->begun() ? options.body_longest : options.first_byte_longest;
  arm(longest);
  stream_->wait(deadline(longest), [weak = weak_from_this()](const Result<void>& result) {
    const auto self = weak.lock();
    if (!self || !self->stream_) return;
    self->waiting_ = false;
    self->handler_.loop_.cancel(self->timer_);
    if (result) {
      self->pump();
    } else {
      self->stop_with(result.error());
    }
  });
}

void MediaResponse::arm(std::chrono::milliseconds longest) {
  handler_.loop_.cancel(timer_);
  timer_ = handler_.loop_.add_timer(longest, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->timer_ = {};
    self->stop_with({ErrorCode::unavailable, "the origin did not answer in time"});
  });
}

void MediaResponse::stop_with(const Error& error) {
  // Keeps us alive: ending the exchange drops the callback that holds us.
  const auto self = shared_from_this();
  if (error.code != ErrorCode::not_found) {
    log::warning("media could not be sent",
                 {{"object", object_.to_string()},
                  {"code", name_of(error.code)},
                  {"error", error.message},
                  {"begun", exchange_->begun()},
                  {"request_id", exchange_->request().context.request_id}});
  }
  if (exchange_->begun()) {
    handler_.edge_.broken_off.add();
    exchange_->abort();
  } else if (exchange_->is_open()) {
    const int status = status_of_failure(error.code);
    respond_problem(*exchange_, status,
                    status == 404 ? error.message : "the media could not be read at the moment");
  }
  end();
}

void MediaResponse::end() {
  handler_.loop_.cancel(timer_);
  stream_.reset();
}

MediaHandler::MediaHandler(MediaEdge& edge, http::Loop& loop)
    : edge_(edge),
      loop_(loop),
      extents_(edge.extents),
      packages_(kPackagesSeenMax),
      tokens_(kTokensKnownMax) {}

PackagePtr MediaHandler::known_package(const store::ObjectId& id) {
  if (PackagePtr seen = packages_.find(id)) {
    // The shared cache learns now and then that it is in use, at no lock for most requests.
    if (++package_hits_ % kPackageRefresh == 0) (void)edge_.packages.find(id);
    return seen;
  }
  PackagePtr package = edge_.packages.find(id);
  if (package) packages_.remember(id, package);
  return package;
}

void MediaHandler::handle(std::shared_ptr<http::Exchange> exchange, const MediaPath& path) {
  exchange->set_route("media");
  exchange->set_logged_path(loggable_path(exchange->request().path()));
  const http::Method method = exchange->request().method;
  if (method == http::Method::options) {
    respond_preflight(*exchange);
    return;
  }
  if (method != http::Method::get && method != http::Method::head) {
    respond_problem(*exchange, 405, "media can only be read");
    return;
  }
  const auto token = tokens_.verify(edge_.ring, path.token, edge_.clock.now());
  if (!token) {
    edge_.refused.add();
    respond_problem(*exchange, 403, token.error().message);
    return;
  }
  const auto object = object_of_name(path.name);
  if (!object) {
    respond_problem(*exchange, 404, object.error().message);
    return;
  }
  std::make_shared<MediaResponse>(*this, std::move(exchange), *object)
      ->start(store::ObjectId{token->package});
}

}  // namespace matinee::edge
