#pragma once
// store/store_url: which engine and where, as one line of configuration: file:///srv/objects.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace matinee::store {

/// A parsed URL of a store. `path` is percent-decoded and absolute, empty for mem://.
struct StoreUrl {
  std::string scheme;
  std::string authority;  // engines on a network; empty for embedded ones
  std::filesystem::path path;
  std::map<std::string, std::string, std::less<>> parameters;  // of the query, decoded

  /// Errors: invalid, naming what is wrong with it.
  static Result<StoreUrl> parse(std::string_view url);
};

/// The URL of an embedded store: store_url("log", "/srv/matinee/log") is log:///srv/matinee/log.
std::string store_url(std::string_view scheme, const std::filesystem::path& path);

}  // namespace matinee::store
