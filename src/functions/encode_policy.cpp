#include "functions/encode_policy.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <utility>

namespace matinee::functions {
namespace {

constexpr double kCpuShareMin = 0.1;
constexpr int kMinutesOfDay = 24 * 60;

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE encode_policy (
  one BIGINT PRIMARY KEY,
  policy TEXT NOT NULL
);
)sql"}};

std::optional<EncodeWhen> when_of(std::string_view name) {
  for (const auto when : {EncodeWhen::now, EncodeWhen::on_first_watch, EncodeWhen::never}) {
    if (name == name_of(when)) return when;
  }
  return std::nullopt;
}

Result<NightWindow> window_of(const Json& json) {
  const auto from = text_member(json, "from");
  const auto to = text_member(json, "to");
  if (!from || !to) return fail(ErrorCode::invalid, "night_window needs from and to");
  const auto from_minute = parse_minute_of_day(*from);
  if (!from_minute) return fail(from_minute.error(), "night_window.from");
  const auto to_minute = parse_minute_of_day(*to);
  if (!to_minute) return fail(to_minute.error(), "night_window.to");
  if (*from_minute == *to_minute) {
    return fail(ErrorCode::invalid, "night_window must end at another time than it begins");
  }
  return NightWindow{*from_minute, *to_minute};
}

std::string gigabytes(std::int64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

}  // namespace

std::string_view name_of(EncodeWhen when) {
  switch (when) {
    case EncodeWhen::now:
      return "now";
    case EncodeWhen::on_first_watch:
      return "on_first_watch";
    case EncodeWhen::never:
      return "never";
  }
  return "now";
}

Result<int> parse_minute_of_day(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour < 24 && minute < 60) return hour * 60 + minute;
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(text.substr(0, 16)) + "\" is no time of day from 00:00 to 23:59");
}

std::string minute_text(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

Json to_json(const EncodePolicy& policy) {
  Json json;
  json["when"] = name_of(policy.when);
  json["night_window"] = policy.night_window
                             ? Json{{"from", minute_text(policy.night_window->from_minute)},
                                    {"to", minute_text(policy.night_window->to_minute)}}
                             : Json(nullptr);
  json["cpu_share"] = policy.cpu_share;
  json["disk_quota_bytes"] =
      policy.disk_quota_bytes ? Json(*policy.disk_quota_bytes) : Json(nullptr);
  return json;
}

Result<EncodePolicy> parse_encode_policy(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::invalid, "an encode policy is a JSON object");
  for (const char* const name : {"when", "night_window", "cpu_share", "disk_quota_bytes"}) {
    if (!json.contains(name)) {
      return fail(ErrorCode::invalid, std::string("the encode policy lacks ") + name);
    }
  }
  EncodePolicy policy;
  const auto& when = json["when"];
  const auto known =
      when.is_string() ? when_of(when.get_ref<const std::string&>()) : std::optional<EncodeWhen>{};
  if (!known) return fail(ErrorCode::invalid, "when must be now, on_first_watch or never");
  policy.when = *known;
  if (const auto& window = json["night_window"]; !window.is_null()) {
    if (!window.is_object()) return fail(ErrorCode::invalid, "night_window is an object or null");
    const auto read = window_of(window);
    if (!read) return std::unexpected(read.error());
    policy.night_window = *read;
  }
  const auto& share = json["cpu_share"];
  if (!share.is_number() || !(share.get<double>() >= kCpuShareMin && share.get<double>() <= 1)) {
    return fail(ErrorCode::invalid, "cpu_share must be a number from 0.1 to 1");
  }
  policy.cpu_share = share.get<double>();
  if (const auto& quota = json["disk_quota_bytes"]; !quota.is_null()) {
    if (!quota.is_number_integer() || quota.get<std::int64_t>() < 0) {
      return fail(ErrorCode::invalid, "disk_quota_bytes must be a whole number of bytes or null");
    }
    policy.disk_quota_bytes = quota.get<std::int64_t>();
  }
  return policy;
}

Gate night_gate(const EncodePolicy& policy, int minute_of_day) {
  if (!policy.night_window) return {};
  const auto [from, to] = *policy.night_window;
  const int minute = ((minute_of_day % kMinutesOfDay) + kMinutesOfDay) % kMinutesOfDay;
  const bool inside = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (inside) return {};
  return {false,
          fmt::format("films are encoded from {} to {} only", minute_text(from), minute_text(to))};
}

Gate quota_gate(const EncodePolicy& policy, std::int64_t stored_bytes, std::int64_t wanted_bytes) {
  if (!policy.disk_quota_bytes || stored_bytes + wanted_bytes <= *policy.disk_quota_bytes) {
    return {};
  }
  return {false, fmt::format("the disk quota of {} has no room for about {} more ({} are taken)",
                             gigabytes(*policy.disk_quota_bytes), gigabytes(wanted_bytes),
                             gigabytes(stored_bytes))};
}

Gate watch_gate(const EncodePolicy& policy, bool was_asked_for) {
  if (policy.when == EncodeWhen::never) {
    return {false, "the encode policy is to repackage only"};
  }
  if (policy.when == EncodeWhen::on_first_watch && !was_asked_for) {
    return {false, "it is encoded when somebody first wants to watch it"};
  }
  return {};
}

LocalMinute system_local_minute() {
  return [](Instant instant) {
    const std::time_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return local.tm_hour * 60 + local.tm_min;
  };
}

Result<void> EncodePolicies::migrate(store::Database& database) {
  return database.migrate("encode_policy", kMigrations);
}

Result<EncodePolicy> EncodePolicies::get(store::SqlRunner& sql) {
  const auto rows = sql.query("SELECT policy FROM encode_policy WHERE one = 1");
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return EncodePolicy{};
  const auto json = parse_json(rows->front().text(0));
  auto policy = json ? parse_encode_policy(*json) : std::unexpected(json.error());
  if (!policy) return fail(ErrorCode::corrupt, "the encode policy: " + policy.error().message);
  return policy;
}

Result<void> EncodePolicies::set(store::SqlRunner& sql, const EncodePolicy& policy) {
  const auto written = sql.execute(
      "INSERT INTO encode_policy (one, policy) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET "
      "policy = excluded.policy",
      {to_text(to_json(policy))});
  if (!written) return std::unexpected(written.error());
  return {};
}

}  // namespace matinee::functions
