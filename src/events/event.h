#pragma once
// events/event: one event with its full envelope, as processors see it and as it lies in the log.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace matinee::events {

/// The newest schema that this program writes and understands.
inline constexpr std::uint32_t kSchemaVersion = 1;

struct Consent {
  bool essential = false;
  bool analytics = false;
  bool personalization = false;
  friend bool operator==(const Consent&, const Consent&) = default;
};

/// Nil ids and nullopt: the event has none. What names nobody is in the clear; `personal` is
/// sealed (guard/envelope). The meaning of each field: event.proto.
struct Event {
  std::uint32_t schema_version = kSchemaVersion;
  EventId id{};
  TenantId tenant_id{};
  Pseudonym pseudonym{};
  SessionId session_id{};
  std::uint64_t session_seq = 0;
  std::int64_t t_client_ms = 0;
  std::int64_t t_mono_ms = 0;
  std::int64_t t_server_ms = 0;
  std::string type{};
  Consent consent{};
  std::map<std::string, std::string> cells{};
  PlayId play_id{};
  TitleId title_id{};
  std::optional<std::int64_t> position_ms{};
  std::optional<std::int64_t> duration_ms{};
  std::map<std::string, double> measures{};
  std::map<std::string, std::string> labels{};
  std::string app_version{};
  std::string personal{};
  friend bool operator==(const Event&, const Event&) = default;
};

/// The protobuf bytes of an event.
std::string encode(const Event& event);

/// Fields of newer versions are passed over. Errors: corrupt for what is no event: wrong
/// protobuf, an id of another length, no id, no pseudonym or no type.
Result<Event> decode(std::string_view bytes);

/// The event that tells all processors to forget a pseudonym; never taken from clients.
inline constexpr std::string_view kProfileErased = "profile.erased";

}  // namespace matinee::events
