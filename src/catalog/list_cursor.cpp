#include "catalog/list_cursor.h"

#include "base/encoding.h"

namespace matinee::catalog {

std::string cursor_after(const ListPosition& position) {
  const std::string text = std::to_string(position.added_ms) + "." + position.id.to_string();
  return to_base64url(bytes_of(text));
}

Result<ListPosition> position_of(std::string_view cursor) {
  const auto wrong = [] { return fail(ErrorCode::invalid, "the cursor is none of this list"); };
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() > 64) return wrong();
  const std::string_view text = text_of(*bytes);
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 15) return wrong();
  std::int64_t added_ms = 0;
  for (const char c : text.substr(0, dot)) {
    if (c < '0' || c > '9') return wrong();
    added_ms = added_ms * 10 + (c - '0');
  }
  const auto id = TitleId::parse(text.substr(dot + 1));
  if (!id) return wrong();
  return ListPosition{added_ms, *id};
}

}  // namespace matinee::catalog
