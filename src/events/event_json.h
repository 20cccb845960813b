#pragma once
// events/event_json: events as clients send them: {"events":[...]}, checked member by member.
// The parser of untrusted bytes of this module; fuzzed.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "events/event.h"

namespace matinee::events {

inline constexpr std::size_t kEventsPerRequestMax = 500;
inline constexpr std::size_t kEventsBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kPayloadBytesMax = 16 * 1024;
inline constexpr std::size_t kEventTextBytesMax = 64;  // types, cells, labels
inline constexpr std::size_t kEventCellsMax = 32;
inline constexpr std::int64_t kPositionMsMax = 7LL * 24 * 3600 * 1000;
inline constexpr std::chrono::milliseconds kClockSkewMax = std::chrono::hours(24);

/// What a type of event needs the viewer's consent for.
enum class ConsentClass { essential, analytics, personalization };
/// play.* and session.* are essential, row.*, browse.*, title.*, search.*, thumbs, list.* and
/// next.* personalization; anything else is analytics.
ConsentClass consent_class_of(std::string_view type);

/// An event that passed, without what only the server knows (tenant, pseudonym, session, t_server).
struct ClientEvent {
  std::size_t index;  // in the request
  Event event;
  std::string personal_text;  // JSON of what is personal, not yet sealed; empty: nothing
};

struct Rejection {
  std::size_t index;
  std::string reason;  // names the member; repeats nothing of its value
  friend bool operator==(const Rejection&, const Rejection&) = default;
};

struct ClientBatch {
  std::vector<ClientEvent> events;
  std::vector<Rejection> rejected;
};

/// Numbers may have a fraction, which is cut off; ids may have hyphens; null is as absent; members
/// that are not known are passed over. Of `payload`, known measures and labels go in the clear,
/// everything else into `personal_text`.
/// Errors: invalid when the body as a whole is no {"events":[...]} or breaks a limit; a single
/// event that is wrong, lacks consent or is more than kClockSkewMax ahead of `now` is rejected.
Result<ClientBatch> parse_events(std::string_view body, Instant now);

}  // namespace matinee::events
