#include "store/format.h"

#include <algorithm>

namespace matinee::store {
namespace {

constexpr std::size_t kFormatFileBytesMax = 64 * 1024;

Result<void> write_format(Files& files, const std::filesystem::path& path, const Json& content) {
  return write_file(files, path, to_text(content) + "\n");
}

}  // namespace

Result<Json> open_format(Files& files, const std::filesystem::path& folder,
                         const StoreFormat& format, const Json& fresh) {
  const auto path = folder / "FORMAT";
  if (auto made = files.create_folders(folder); !made) return std::unexpected(made.error());
  if (!files.exists(path)) {
    Json content = {{"kind", format.kind}, {"format", format.version}};
    content.update(fresh);
    if (auto written = write_format(files, path, content); !written) {
      return std::unexpected(written.error());
    }
    return content;
  }
  auto text = read_file(files, path, kFormatFileBytesMax);
  if (!text) return std::unexpected(text.error());
  auto content = parse_json(*text);
  if (!content || !content->is_object()) {
    return fail(ErrorCode::corrupt, path.string() + " is damaged: it holds no JSON object");
  }
  auto kind = text_member(*content, "kind");
  auto version = integer_member(*content, "format");
  if (!kind || !version) {
    return fail(ErrorCode::corrupt, path.string() + " is damaged: kind or format is missing");
  }
  if (*kind != format.kind) {
    return fail(ErrorCode::conflict, folder.string() + " holds a store of kind " + *kind +
                                         ", not " + std::string(format.kind));
  }
  if (*version > format.version) {
    return fail(ErrorCode::conflict,
                folder.string() + " has format " + std::to_string(*version) +
                    ", written by a newer Matinee; this one knows formats up to " +
                    std::to_string(format.version));
  }
  for (auto at = static_cast<int>(*version); at < format.version; ++at) {
    const auto step = std::ranges::find(format.migrations, at, &FormatMigration::from);
    if (step == format.migrations.end()) {
      return fail(ErrorCode::conflict, folder.string() + " has format " + std::to_string(at) +
                                           ", which this Matinee (format " +
                                           std::to_string(format.version) + ") cannot migrate");
    }
    if (auto done = step->run(folder); !done) {
      return fail(done.error(),
                  "migrating " + folder.string() + " from format " + std::to_string(at));
    }
    (*content)["format"] = at + 1;
    if (auto written = write_format(files, path, *content); !written) {
      return std::unexpected(written.error());
    }
  }
  return *content;
}

}  // namespace matinee::store
