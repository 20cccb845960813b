#include "functions/stored_bytes.h"

#include <algorithm>

#include "media/package.h"

namespace matinee::functions {
namespace {

constexpr std::size_t kLargestMax = 1000;

struct Part {
  std::string name;
  std::string kind;
  std::int64_t bytes = 0;
};

std::int64_t bytes_of(const media::Track& track) {
  std::uint64_t bytes = track.init.bytes;
  for (const auto& segment : track.segments) bytes += segment.bytes;
  return static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, INT64_MAX));
}

std::vector<Part> parts_of(const Json& payload) {
  std::vector<Part> parts;
  const auto tracks = payload.find("tracks");
  if (tracks != payload.end() && tracks->is_array()) {
    for (const auto& json : *tracks) {
      if (const auto track = media::parse_track(json)) {
        parts.push_back({track->track_id, track->kind, bytes_of(*track)});
      }
    }
  }
  for (const char* name : {"poster", "thumbnails"}) {
    const auto image = payload.find(name);
    if (image == payload.end() || !image->is_object()) continue;
    if (const auto bytes = integer_member(*image, "bytes"))
      parts.push_back({name, "images", *bytes});
  }
  return parts;
}

Result<std::map<std::string, std::int64_t>> sums_of(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::map<std::string, std::int64_t> sums;
  for (const auto& row : *rows) sums[row.text(0)] = row.integer(1);
  return sums;
}

}  // namespace

Result<void> note_stored(store::SqlRunner& sql, const TitleId& title, const Json& publish_payload) {
  if (!publish_payload.is_object()) return {};
  const auto removed =
      sql.execute("DELETE FROM stored_bytes WHERE title_id = ?", {title.to_string()});
  if (!removed) return std::unexpected(removed.error());
  std::map<std::string, Part> unique;  // a payload that names a part twice is no reason to stop
  for (auto& part : parts_of(publish_payload)) unique[part.name] = part;
  for (const auto& [name, part] : unique) {
    const auto written =
        sql.execute("INSERT INTO stored_bytes (title_id, part, kind, bytes) VALUES (?, ?, ?, ?)",
                    {title.to_string(), name, part.kind, part.bytes});
    if (!written) return std::unexpected(written.error());
  }
  return {};
}

Result<std::map<std::string, std::int64_t>> stored_by_kind(store::SqlRunner& sql) {
  return sums_of(sql.query("SELECT kind, SUM(bytes) FROM stored_bytes GROUP BY kind"));
}

Result<std::vector<StoredTitle>> largest_titles(store::SqlRunner& sql, std::size_t limit) {
  const auto rows = sql.query(
      "SELECT title_id, SUM(bytes) FROM stored_bytes GROUP BY title_id ORDER BY 2 DESC, 1 LIMIT ?",
      {std::min(limit, kLargestMax)});
  if (!rows) return std::unexpected(rows.error());
  std::vector<StoredTitle> titles;
  for (const auto& row : *rows) {
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading what titles take: an id is damaged");
    titles.push_back({*id, row.integer(1)});
  }
  return titles;
}

Result<std::map<std::string, std::int64_t>> stored_parts(store::SqlRunner& sql,
                                                         const TitleId& title) {
  return sums_of(
      sql.query("SELECT part, bytes FROM stored_bytes WHERE title_id = ?", {title.to_string()}));
}

}  // namespace matinee::functions
