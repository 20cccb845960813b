#include "events/intake.h"

#include <optional>

#include "base/check.h"
#include "guard/envelope.h"

namespace matinee::events {
namespace {

constexpr std::string_view kMetric = "matinee_events_received_total";
constexpr std::string_view kHelp = "Events of clients by what became of them";

}  // namespace

std::uint32_t partition_of(const store::EventLog& log, Pseudonym pseudonym) {
  return log.partition_of(pseudonym.to_string());
}

Intake::Intake(store::EventLog& log, ProfileKeys& keys, const Clock& clock, Random& random,
               Metrics& metrics, Options options)
    : log_(log),
      keys_(keys),
      clock_(clock),
      random_(random),
      options_(options),
      accepted_(metrics.counter(kMetric, kHelp, {{"outcome", "accepted"}})),
      duplicates_(metrics.counter(kMetric, kHelp, {{"outcome", "duplicate"}})),
      rejected_(metrics.counter(kMetric, kHelp, {{"outcome", "rejected"}})) {
  MATINEE_CHECK(options_.recent_max > 0);
}

Result<IntakeAnswer> Intake::accept(const Sender& sender, std::string_view body) {
  auto batch = parse_events(body, clock_.now());
  if (!batch) return std::unexpected(batch.error());
  IntakeAnswer answer{.accepted = 0, .duplicates = 0, .rejected = std::move(batch->rejected)};
  std::optional<guard::SecretKey> key;
  std::vector<std::string> records;
  std::vector<EventId> ids;
  std::unordered_set<EventId> in_this_request;
  for (ClientEvent& each : batch->events) {
    Event& event = each.event;
    if (is_known(event.id) || !in_this_request.insert(event.id).second) {
      ++answer.duplicates;
      continue;
    }
    event.tenant_id = sender.tenant_id;
    event.pseudonym = sender.pseudonym;
    event.session_id = sender.session_id;
    event.t_server_ms = to_ms(clock_.now());
    if (!each.personal_text.empty()) {
      if (!key) {
        auto fetched = keys_.get(sender.profile_id);
        if (!fetched && fetched.error().code == ErrorCode::not_found) {
          return fail(ErrorCode::forbidden, "the profile was erased");
        }
        if (!fetched) {
          return fail(ErrorCode::unavailable, "the profile's key: " + fetched.error().message);
        }
        key = *fetched;
      }
      event.personal =
          guard::seal_personal(*key, event.pseudonym, event.id, each.personal_text, random_);
    }
    records.push_back(encode(event));
    ids.push_back(event.id);
  }
  if (auto done = append(sender.pseudonym, records); !done) return std::unexpected(done.error());
  // Only now: an event whose append failed must not be taken for known when it comes again.
  remember(ids);
  answer.accepted = records.size();
  accepted_.add(answer.accepted);
  duplicates_.add(answer.duplicates);
  rejected_.add(answer.rejected.size());
  return answer;
}

Result<void> Intake::erase(TenantId tenant, Pseudonym pseudonym) {
  Event event;
  event.id = EventId::generate(clock_, random_);
  event.tenant_id = tenant;
  event.pseudonym = pseudonym;
  event.type = kProfileErased;
  event.t_client_ms = event.t_server_ms = to_ms(clock_.now());
  return append(pseudonym, {encode(event)});
}

Result<void> Intake::append(Pseudonym pseudonym, const std::vector<std::string>& records) {
  if (records.empty()) return {};
  const std::vector<std::string_view> views(records.begin(), records.end());
  const auto offset = log_.append(partition_of(log_, pseudonym), views);
  if (offset) return {};
  return fail(ErrorCode::unavailable, "appending events: " + offset.error().message);
}

bool Intake::is_known(EventId id) {
  const std::lock_guard lock(mutex_);
  return recent_.contains(id);
}

void Intake::remember(const std::vector<EventId>& ids) {
  const std::lock_guard lock(mutex_);
  for (const EventId& id : ids) {
    if (!recent_.insert(id).second) continue;
    order_.push_back(id);
    if (order_.size() <= options_.recent_max) continue;
    recent_.erase(order_.front());
    order_.pop_front();
  }
}

}  // namespace matinee::events
