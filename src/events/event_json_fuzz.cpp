// Goal: no body makes the event reader misbehave; what passes keeps every limit and survives the
// log.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "events/event_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee;
  using namespace matinee::events;
  const Instant now = from_ms(1'767'225'600'000);
  const auto batch = parse_events({reinterpret_cast<const char*>(data), size}, now);
  if (!batch) return 0;
  MATINEE_CHECK(batch->events.size() + batch->rejected.size() <= kEventsPerRequestMax);
  for (const ClientEvent& each : batch->events) {
    Event event = each.event;
    MATINEE_CHECK(!event.id.is_nil() && event.type.size() <= kEventTextBytesMax);
    MATINEE_CHECK(event.t_client_ms <= to_ms(now + kClockSkewMax));
    MATINEE_CHECK(event.cells.size() <= kEventCellsMax);
    event.pseudonym.uuid.bytes[0] = 1;
    event.personal = each.personal_text;
    MATINEE_CHECK(decode(encode(event)) == event);
  }
  for (const Rejection& each : batch->rejected) MATINEE_CHECK(!each.reason.empty());
  return 0;
}
