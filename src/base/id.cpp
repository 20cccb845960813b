#include "base/id.h"

#include <algorithm>

#include "base/encoding.h"

namespace matinee {

Uuid Uuid::generate(const Clock& clock, Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes);
  const auto ms = static_cast<std::uint64_t>(to_ms(clock.now()));
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<unsigned char>(ms >> (8 * (5 - i)));
  }
  uuid.bytes[6] = static_cast<unsigned char>((uuid.bytes[6] & 0x0FU) | 0x70U);
  uuid.bytes[8] = static_cast<unsigned char>((uuid.bytes[8] & 0x3FU) | 0x80U);
  return uuid;
}

Result<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 32) return fail(ErrorCode::invalid, "an id has 32 hex digits");
  auto bytes = from_hex(text);
  if (!bytes) return fail(ErrorCode::invalid, "an id has 32 hex digits");
  Uuid uuid;
  std::ranges::copy(*bytes, uuid.bytes.begin());
  return uuid;
}

std::string Uuid::to_string() const { return to_hex(bytes); }

}  // namespace matinee
