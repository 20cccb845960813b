#include "events/event_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/log.h"

namespace matinee::events {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t kDepthMax = 12;
constexpr std::int64_t kMsMax = 1LL << 53;

// Numbers and words that say how a play went and nothing about who watched.
constexpr auto kMeasures = std::to_array<std::string_view>(
    {"bandwidth_bps", "bitrate_bps", "buffer_ms", "decoded_frames", "dropped_frames", "dwell_ms",
     "from_ms", "height", "latency_ms", "played_ms", "rate", "row", "startup_ms", "stall_ms",
     "stalls", "to_ms", "volume", "width"});
constexpr auto kLabels =
    std::to_array<std::string_view>({"category", "cause", "code", "codec", "edge", "from_track",
                                     "player", "reason", "severity", "to_track", "track_id"});

bool starts_with_any(std::string_view type, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return type.starts_with(prefix); });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kEventTextBytesMax &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-' || c == ':' || c == '/' || c == '+';
         });
}

bool is_type(std::string_view text) {
  return is_name(text) && text.front() >= 'a' && text.front() <= 'z' && text.back() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
         });
}

// Reads one event; the first thing that is wrong stays as the reason.
class EventReader {
 public:
  EventReader(const object& source, Instant now) : source_(source), now_(now) {}

  bool read(ClientEvent& out) {
    Event& event = out.event;
    read_id("id", event.id, /*needed=*/true);
    read_type(event.type);
    std::int64_t version = kSchemaVersion;
    read_number("schema_version", version, 1, kSchemaVersion, /*needed=*/true);
    event.schema_version = static_cast<std::uint32_t>(version);
    std::int64_t seq = 0;
    read_number("session_seq", seq, 0, kMsMax, /*needed=*/true);
    event.session_seq = static_cast<std::uint64_t>(seq);
    read_number("t_client_ms", event.t_client_ms, 0, kMsMax, /*needed=*/true);
    if (event.t_client_ms > to_ms(now_ + kClockSkewMax)) {
      refuse("t_client_ms is more than 24 h in the future");
    }
    read_number("t_mono_ms", event.t_mono_ms, 0, kMsMax, /*needed=*/true);
    // An attempt may fail before its play has an id.
    const bool is_play = event.type.starts_with("play.") && event.type != "play.attempt" &&
                         event.type != "play.error";
    read_id("play_id", event.play_id, is_play);
    read_id("title_id", event.title_id, is_play);
    read_optional("position_ms", event.position_ms);
    read_optional("duration_ms", event.duration_ms);
    read_consent(event);
    read_texts("cells", event.cells);
    read_app_version(event);
    read_payload(out);
    return reason_.empty();
  }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  void refuse(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }
  // False when it is absent or null.
  bool find(std::string_view name, element& out, bool needed) {
    if (source_.at_key(name).get(out) == simdjson::SUCCESS && !out.is_null()) return true;
    if (needed) refuse(std::string(name) + " is missing");
    return false;
  }

  template <typename Kind>
  void read_id(std::string_view name, Id<Kind>& id, bool needed) {
    element value;
    if (!find(name, value, needed)) return;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.size() > 36) {
      return refuse(std::string(name) + " must be an id of 32 hex digits");
    }
    std::string digits(text);
    if (digits.size() == 36) std::erase(digits, '-');
    const auto parsed = Id<Kind>::parse(digits);
    if (!parsed || parsed->is_nil()) {
      return refuse(std::string(name) + " must be an id of 32 hex digits");
    }
    id = *parsed;
  }

  void read_type(std::string& type) {
    element value;
    if (!find("type", value, /*needed=*/true)) return;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || !is_type(text)) {
      return refuse("type must be a dotted name of at most 64 small letters");
    }
    if (text.starts_with("profile.")) return refuse("type is reserved");
    type = text;
  }

  void read_number(std::string_view name, std::int64_t& out, std::int64_t least, std::int64_t most,
                   bool needed) {
    element value;
    if (!find(name, value, needed)) return;
    double number = 0;
    if (!value.is_number() || value.get(number) != simdjson::SUCCESS || !std::isfinite(number) ||
        number < static_cast<double>(least) || std::floor(number) > static_cast<double>(most)) {
      return refuse(std::string(name) + " must be a number from " + std::to_string(least) + " to " +
                    std::to_string(most));
    }
    out = static_cast<std::int64_t>(std::floor(number));
  }

  void read_optional(std::string_view name, std::optional<std::int64_t>& out) {
    std::int64_t value = -1;
    read_number(name, value, 0, kPositionMsMax, /*needed=*/false);
    if (value >= 0) out = value;
  }

  void read_consent(Event& event) {
    element value;
    object consent;
    if (!find("consent", value, /*needed=*/true)) return;
    if (value.get(consent) != simdjson::SUCCESS) return refuse("consent must be an object");
    const auto flag = [&](std::string_view name, bool& out) {
      element given;
      if (consent.at_key(name).get(given) != simdjson::SUCCESS || given.is_null()) return;
      if (given.get(out) != simdjson::SUCCESS) refuse("consent must hold booleans");
    };
    flag("essential", event.consent.essential);
    flag("analytics", event.consent.analytics);
    flag("personalization", event.consent.personalization);
    const ConsentClass needed = consent_class_of(event.type);
    const bool given = needed == ConsentClass::essential   ? event.consent.essential
                       : needed == ConsentClass::analytics ? event.consent.analytics
                                                           : event.consent.personalization;
    if (!given) refuse("consent does not cover this type");
  }

  void read_texts(std::string_view name, std::map<std::string, std::string>& out) {
    element value;
    object members;
    if (!find(name, value, /*needed=*/false)) return;
    if (value.get(members) != simdjson::SUCCESS || members.size() > kEventCellsMax) {
      return refuse(std::string(name) + " must be an object of at most 32 members");
    }
    for (const auto& [key, member] : members) {
      std::string_view text;
      if (!is_name(key) || member.get(text) != simdjson::SUCCESS || !is_name(text)) {
        return refuse(std::string(name) + " must hold names of at most 64 characters");
      }
      out[std::string(key)] = text;
    }
  }

  void read_app_version(Event& event) {
    element value;
    if (!find("app_version", value, /*needed=*/false)) return;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || !is_name(text)) {
      return refuse("app_version must be a name of at most 64 characters");
    }
    event.app_version = text;
  }

  // What is not known to be harmless is personal.
  void read_payload(ClientEvent& out) {
    element value;
    object payload;
    if (!find("payload", value, /*needed=*/false)) return;
    if (value.get(payload) != simdjson::SUCCESS) return refuse("payload must be an object");
    for (const auto& [key, member] : payload) {
      double number = 0;
      std::string_view text;
      if (std::ranges::binary_search(kMeasures, key) && member.is_number() &&
          member.get(number) == simdjson::SUCCESS && std::isfinite(number)) {
        out.event.measures[std::string(key)] = number;
      } else if (std::ranges::binary_search(kLabels, key) &&
                 member.get(text) == simdjson::SUCCESS && is_name(text)) {
        out.event.labels[std::string(key)] = text;
      } else {
        out.personal_text += out.personal_text.empty() ? "{" : ",";
        log::append_json_string(out.personal_text, key);
        out.personal_text += ":" + simdjson::minify(member);
      }
      if (out.personal_text.size() >= kPayloadBytesMax) return refuse("payload is too large");
    }
    if (!out.personal_text.empty()) out.personal_text += "}";
  }

  const object& source_;
  Instant now_;
  std::string reason_;
};

}  // namespace

ConsentClass consent_class_of(std::string_view type) {
  if (starts_with_any(type, {"play.", "session.", "profile."})) return ConsentClass::essential;
  if (starts_with_any(type, {"row.", "browse.", "title.", "search.", "thumbs", "list.", "next."})) {
    return ConsentClass::personalization;
  }
  return ConsentClass::analytics;
}

Result<ClientBatch> parse_events(std::string_view body, Instant now) {
  if (body.size() > kEventsBodyBytesMax) {
    return fail(ErrorCode::invalid, "a request holds at most 256 KiB of events");
  }
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(body.size(), 64), kDepthMax) != simdjson::SUCCESS) {
    return fail(ErrorCode::unavailable, "no memory to read events");
  }
  element root;
  const auto parsed = parser.parse(simdjson::padded_string(body)).get(root);
  if (parsed != simdjson::SUCCESS) {
    return fail(ErrorCode::invalid, std::string("the events are not well-formed JSON: ") +
                                        simdjson::error_message(parsed));
  }
  simdjson::dom::array list;
  if (root.at_key("events").get(list) != simdjson::SUCCESS) {
    return fail(ErrorCode::invalid, "the body must be {\"events\":[...]}");
  }
  if (list.size() > kEventsPerRequestMax) {
    return fail(ErrorCode::invalid, "a request holds at most 500 events");
  }
  ClientBatch batch;
  std::size_t index = 0;
  for (const element item : list) {
    object members;
    ClientEvent event{.index = index++, .event = {}, .personal_text = {}};
    if (item.get(members) != simdjson::SUCCESS) {
      batch.rejected.push_back({event.index, "an event must be an object"});
      continue;
    }
    EventReader reader(members, now);
    if (reader.read(event)) {
      batch.events.push_back(std::move(event));
    } else {
      batch.rejected.push_back({event.index, reader.reason()});
    }
  }
  return batch;
}

}  // namespace matinee::events
