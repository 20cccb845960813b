#include "edge/media_path.h"

#include <algorithm>

namespace matinee::edge {
namespace {

constexpr std::string_view kPrefix = "/m/";
constexpr std::size_t kNameShownMax = 72;  // an object and its extension

bool is_extension(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::optional<MediaPath> media_path_of(std::string_view path) {
  if (!path.starts_with(kPrefix)) return std::nullopt;
  const std::string_view rest = path.substr(kPrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const std::string_view name = rest.substr(slash + 1);
  if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
  return MediaPath{rest.substr(0, slash), name};
}

Result<store::ObjectId> object_of_name(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || !is_extension(name.substr(dot + 1))) {
    return fail(ErrorCode::not_found, "no object has such a name");
  }
  auto id = store::ObjectId::parse(name.substr(0, dot));
  if (!id) return fail(ErrorCode::not_found, "no object has such a name");
  return id;
}

std::string loggable_path(std::string_view path) {
  if (const auto media = media_path_of(path)) {
    return "/m/-/" + std::string(media->name.substr(0, kNameShownMax));
  }
  // A token may stand in anything that begins like it, however it is spelt.
  const std::string_view head = path.substr(0, 6);
  if (head.starts_with("/m") || head.starts_with("/%6") || head.starts_with("//")) return "/m/-";
  return std::string(path);
}

}  // namespace matinee::edge
