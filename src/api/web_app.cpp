#include "api/web_app.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "http/content_coding.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
});

std::string type_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  const auto* found = std::ranges::find(kTypes, std::string_view(extension),
                                        &std::pair<std::string_view, std::string_view>::first);
  return std::string(found == kTypes.end() ? "application/octet-stream" : found->second);
}

// The app's own routes; everything below these belongs to somebody else.
bool is_app_route(std::string_view path) {
  for (const std::string_view other : {"/v1/", "/m/", "/internal/", "/admin/", "/assets/"}) {
    if (path.starts_with(other) || path == other.substr(0, other.size() - 1)) return false;
  }
  const auto slash = path.rfind('/');
  return path.find('.', slash == std::string_view::npos ? 0 : slash) == std::string_view::npos;
}

}  // namespace

void set_page_security(http::Headers& headers) {
  // blob: is how media source extensions play; styles of single elements are set by the player.
  headers.set("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
              "'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
              "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
              "frame-ancestors 'none'");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
}

Result<WebApp> WebApp::open(const std::string& folder) {
  WebApp app;
  std::error_code error;
  std::size_t bytes_total = 0;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    const std::string name = "/" + entry->path().lexically_relative(folder).generic_string();
    std::ifstream in(entry->path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) return fail(ErrorCode::unavailable, "reading the web app: " + name);
    bytes_total += bytes.size();
    if (bytes_total > kBytesMax || app.files_.size() >= kFilesMax) {
      return fail(ErrorCode::limited, "reading the web app: too many or too large files");
    }
    const auto hash = sha256(bytes_of(bytes));
    File file{.bytes = http::SharedBytes::of(std::move(bytes)),
              .br = {},
              .gzip = {},
              .type = type_of(entry->path()),
              .etag = to_hex(std::span(hash).first(16)),
              .immutable = name.starts_with("/assets/")};
    app.files_.emplace(name, std::move(file));
  }
  if (error) return fail(ErrorCode::not_found, "reading the web app: " + error.message());
  app.attach_compressed();
  if (!app.files_.contains("/index.html")) {
    return fail(ErrorCode::not_found, "reading the web app: there is no index.html");
  }
  return app;
}

// A compressed file belongs to the one it was made of and is not served by its own name.
void WebApp::attach_compressed() {
  for (auto entry = files_.begin(); entry != files_.end();) {
    const std::string_view name = entry->first;
    const bool is_br = name.ends_with(".br");
    const auto of = files_.find(name.substr(0, name.size() - 3));
    if ((!is_br && !name.ends_with(".gz")) || of == files_.end()) {
      ++entry;
      continue;
    }
    (is_br ? of->second.br : of->second.gzip) = entry->second.bytes;
    entry = files_.erase(entry);
  }
}

const WebApp::File* WebApp::find(std::string_view path) const {
  const auto found = files_.find(path);
  if (found != files_.end()) return &found->second;
  if (!is_app_route(path)) return nullptr;
  const auto index = files_.find("/index.html");
  return index == files_.end() ? nullptr : &index->second;
}

bool WebApp::is_page(std::string_view path) const {
  const File* file = find(path);
  return file != nullptr && file->type.starts_with("text/html");
}

Result<http::Response> WebApp::respond(const http::Request& request) const {
  if (files_.empty() && is_app_route(request.path())) {
    return fail(ErrorCode::not_found, "the web app is not installed; the API is at /openapi.json");
  }
  const File* file = find(request.path());
  if (file == nullptr) return fail(ErrorCode::not_found, "there is nothing at this address");
  const auto coding = http::coding_of(request.headers.value_of("Accept-Encoding"),
                                      !file->br.empty(), !file->gzip.empty());
  const auto coding_name = name_of(coding);
  const std::string etag = '"' + file->etag + std::string(coding_name.empty() ? "" : "-") +
                           std::string(coding_name) + '"';
  const auto& bytes = coding == http::ContentCoding::br     ? file->br
                      : coding == http::ContentCoding::gzip ? file->gzip
                                                            : file->bytes;
  http::Response response = request.headers.lists("If-None-Match", etag)
                                ? http::Response::empty(304)
                                : http::Response::bytes(200, file->type, bytes);
  response.headers.set("ETag", etag);
  if (!file->br.empty() || !file->gzip.empty()) response.headers.set("Vary", "Accept-Encoding");
  if (response.status == 200 && !coding_name.empty()) {
    response.headers.set("Content-Encoding", coding_name);
  }
  response.headers.set("Cache-Control",
                       file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  set_page_security(response.headers);
  return response;
}

}  // namespace matinee::api
