#pragma once
// api/web_app: the built web app as `control` serves it, from memory.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace matinee::api {

/// The files of a built app (index.html, assets/...), read once. A path is looked up among the
/// names that were found, so none can lead elsewhere. A file that the build compressed (NAME.br,
/// NAME.gz beside NAME) is served so to who takes it. Immutable after open; any thread may use it.
class WebApp {
 public:
  static constexpr std::size_t kFilesMax = 2'000;
  static constexpr std::size_t kBytesMax = 64 * 1024 * 1024;

  /// An app that is not there: every page says so.
  WebApp() = default;
  /// Errors: not_found when the folder or its index.html is missing; limited beyond the limits;
  /// unavailable when a file cannot be read.
  static Result<WebApp> open(const std::string& folder);

  /// Whether `path` (raw, of a request) is a page of the app, which needs a session.
  [[nodiscard]] bool is_page(std::string_view path) const;
  /// The file at `path`; index.html for the app's own routes (a last segment without a dot); with
  /// content type, ETag, caching (assets/ for ever, the rest asks each time) and the headers that
  /// keep a page to itself. 304 where the client has it. Errors: not_found.
  [[nodiscard]] Result<http::Response> respond(const http::Request& request) const;

 private:
  struct File {
    http::SharedBytes bytes;
    http::SharedBytes br;    // empty: not there
    http::SharedBytes gzip;  // likewise
    std::string type;
    std::string etag;  // without quotes
    bool immutable = false;
  };
  void attach_compressed();
  [[nodiscard]] const File* find(std::string_view path) const;

  std::map<std::string, File, std::less<>> files_;  // by "/name"
};

/// Sets the headers of every page: content security policy and the like.
void set_page_security(http::Headers& headers);

}  // namespace matinee::api
