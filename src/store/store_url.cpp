#include "store/store_url.h"

#include "base/encoding.h"

namespace matinee::store {

Result<StoreUrl> StoreUrl::parse(std::string_view url) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::invalid, "store URL \"" + std::string(url.substr(0, url.find('?'))) +
                                        "\": " + std::string(why));
  };
  const auto colon = url.find("://");
  if (colon == std::string_view::npos || colon == 0) return wrong("has no scheme://");
  StoreUrl parsed;
  parsed.scheme = url.substr(0, colon);
  std::string_view rest = url.substr(colon + 3);
  std::string_view query;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  parsed.authority = rest.substr(0, slash);
  auto path = percent_decode(rest.substr(slash));
  if (!path) return wrong("its path has a wrong percent sign");
  parsed.path = *path;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return wrong("a parameter is not name=value");
    auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(pair.substr(equals + 1));
    if (!name || !value) return wrong("a parameter has a wrong percent sign");
    if (!parsed.parameters.emplace(*name, *value).second) return wrong("a parameter stands twice");
  }
  return parsed;
}

std::string store_url(std::string_view scheme, const std::filesystem::path& path) {
  std::string out = std::string(scheme) + "://";
  for (const char c : std::filesystem::absolute(path).lexically_normal().string()) {
    if (c == '/') {
      out += c;
    } else {
      out += percent_encode(std::string_view(&c, 1));
    }
  }
  return out;
}

}  // namespace matinee::store
