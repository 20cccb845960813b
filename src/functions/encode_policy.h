#pragma once
// functions/encode_policy: when films are encoded and how much of the machine that may take. Set by
// the operator, obeyed by the title pipeline, the job queue and the media role.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::functions {

/// `never`: what browsers play as it is gets repackaged, nothing else is made.
enum class EncodeWhen { now, on_first_watch, never };
std::string_view name_of(EncodeWhen when);

/// Minutes of the local day, 0..1439: [from, to); over midnight when from > to.
struct NightWindow {
  int from_minute = 0;
  int to_minute = 0;

  bool operator==(const NightWindow&) const = default;
};

/// What the operator set. The default encodes everything at once with all of the machine.
struct EncodePolicy {
  EncodeWhen when = EncodeWhen::now;
  std::optional<NightWindow> night_window{};  // absent: at any hour
  double cpu_share = 1;                       // 0.1..1 of the time that an encode may run
  /// Of everything stored for titles; absent: no limit.
  std::optional<std::int64_t> disk_quota_bytes{};

  bool operator==(const EncodePolicy&) const = default;
};

/// {"when":"now|on_first_watch|never","night_window":{"from":"22:00","to":"06:00"}|null,
///  "cpu_share":0.1..1,"disk_quota_bytes":n|null}
Json to_json(const EncodePolicy& policy);
/// All four members must be there. Errors: invalid, naming the member.
Result<EncodePolicy> parse_encode_policy(const Json& json);

/// "22:00" as a minute of the day. Errors: invalid.
Result<int> parse_minute_of_day(std::string_view text);
std::string minute_text(int minute);

/// Whether something may go on, and if not, why: one sentence for people.
struct Gate {
  bool open = true;
  std::string reason{};
};

/// Whether encode jobs may be begun at this minute of the local day.
Gate night_gate(const EncodePolicy& policy, int minute_of_day);
/// Whether an encode that will store about `wanted_bytes` may be begun, when `stored_bytes` are
/// taken or promised to others.
Gate quota_gate(const EncodePolicy& policy, std::int64_t stored_bytes, std::int64_t wanted_bytes);
/// Whether a title's encoding may be begun, before quota and night are looked at.
Gate watch_gate(const EncodePolicy& policy, bool was_asked_for);

/// The minute of the local day (0..1439) at an instant.
using LocalMinute = std::function<int(Instant)>;
/// By the machine's time zone.
LocalMinute system_local_minute();

/// The policy in the Database. Methods run in the caller's transaction, or in one of their own.
class EncodePolicies {
 public:
  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);
  /// The default until one was set.
  static Result<EncodePolicy> get(store::SqlRunner& sql);
  static Result<void> set(store::SqlRunner& sql, const EncodePolicy& policy);
};

}  // namespace matinee::functions
