#include "edge/route_plan.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/encoding.h"
#include "edge/media_path.h"

namespace matinee::edge {
namespace {

constexpr std::array<std::string_view, 5> kInternalSegments{"internal", "metrics", "objects",
                                                            "admin", "debug"};

RoutePlan plan(Answerer answerer, std::string_view name, http::Priority priority, bool retry_safe) {
  return {answerer, name, priority, retry_safe, retry_safe ? kRepeatableBodyMax : kBodyMax};
}

// Nothing in it is spelt in a way of its own; most paths are so.
bool is_plain(std::string_view path) {
  return path.starts_with('/') && path.find_first_of("%\\") == std::string_view::npos &&
         path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

// Every segment decoded into `plain`, so that "/%69nternal" is what a role would take it for.
// Errors: invalid when two readers could disagree about the path.
Result<std::string_view> plain_path(std::string_view path, std::string& plain) {
  if (is_plain(path)) return path;
  if (!path.starts_with('/')) return fail(ErrorCode::invalid, "the path does not start with /");
  std::string_view rest = path.substr(1);
  for (;;) {
    const std::size_t slash = rest.find('/');
    const auto segment = percent_decode(rest.substr(0, slash));
    if (!segment) return fail(ErrorCode::invalid, "the path: " + segment.error().message);
    const bool is_last = slash == std::string_view::npos;
    if (*segment == "." || *segment == ".." || (segment->empty() && !is_last) ||
        segment->find_first_of("/\\") != std::string::npos) {
      return fail(ErrorCode::invalid, "the path has a segment that names no resource");
    }
    plain.append("/").append(*segment);
    if (is_last) return plain;
    rest = rest.substr(slash + 1);
  }
}

std::string_view first_segment(std::string_view plain) {
  return plain.substr(1, plain.find('/', 1) - 1);
}

RoutePlan plan_media(http::Method method, std::string_view path, bool reads) {
  const auto media = media_path_of(path);
  if (!media) return {};
  const bool is_manifest = media->name == "main.m3u8" || media->name == "main.mpd";
  // The edge answers preflights for manifests too, as other origins may play them.
  if (is_manifest && method != http::Method::options) {
    return plan(Answerer::control, "manifest", http::Priority::play_start, reads);
  }
  return plan(Answerer::media, "media", http::Priority::playback, reads);
}

}  // namespace

Result<RoutePlan> plan_route(http::Method method, std::string_view path,
                             const http::Headers& headers) {
  std::string room;
  const auto plain = plain_path(path, room);
  if (!plain) return std::unexpected(plain.error());
  const bool reads = method == http::Method::get || method == http::Method::head;
  const std::string_view first = first_segment(*plain);

  if (std::ranges::find(kInternalSegments, first) != kInternalSegments.end()) return RoutePlan{};
  if (first == "m") return plan_media(method, path, reads);
  if (*plain == "/healthz" || *plain == "/readyz") {
    return plan(Answerer::health, "health", http::Priority::playback, reads);
  }
  if (*plain == "/v1/events") {
    // The intake counts each event once, however often it comes.
    return plan(Answerer::insight, "events", http::Priority::telemetry,
                reads || method == http::Method::post);
  }
  if (*plain == "/v1/plays" && method == http::Method::post) {
    return plan(Answerer::control, "plays", http::Priority::play_start,
                headers.has("Idempotency-Key"));
  }
  if (first == "v1") return plan(Answerer::control, "api", http::Priority::browse, reads);
  return plan(Answerer::control, "web", http::Priority::browse, reads);
}

}  // namespace matinee::edge
