#include "app/config_groups.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace matinee::app {
namespace {

using fleet::GroupSpec;

// Functions of this file throw what toml11 throws, or WrongValue; read_groups catches both.
struct WrongValue : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

template <typename Spec>
using SettersOf =
    std::map<std::string, std::function<void(const toml::value&, Spec&)>, std::less<>>;

template <typename Spec>
void set_all(const toml::value& table, const SettersOf<Spec>& setters, const std::string& prefix,
             Spec& spec) {
  if (!table.is_table()) throw WrongValue(prefix + " is no table");
  for (const auto& [key, value] : table.as_table()) {
    const auto setter = setters.find(key);
    if (setter == setters.end()) throw WrongValue("unknown key \"" + prefix + key + "\"");
    try {
      setter->second(value, spec);
    } catch (const WrongValue&) {
      throw;
    } catch (const std::exception&) {
      throw WrongValue("the value of \"" + prefix + key + "\" will not do");
    }
  }
}

double number(const toml::value& value) {
  return value.is_integer() ? static_cast<double>(toml::get<std::int64_t>(value))
                            : toml::get<double>(value);
}

int whole(const toml::value& value) {
  const auto wide = toml::get<std::int64_t>(value);
  if (wide < INT32_MIN || wide > INT32_MAX) throw std::out_of_range("too large");
  return static_cast<int>(wide);
}

template <typename Spec>
auto count_into(int Spec::* member) {
  return [member](const toml::value& value, Spec& spec) { spec.*member = whole(value); };
}

template <typename Spec>
auto text_into(std::string Spec::* member) {
  return [member](const toml::value& value, Spec& spec) {
    spec.*member = toml::get<std::string>(value);
  };
}

auto seconds_into(std::chrono::seconds GroupSpec::* member) {
  return [member](const toml::value& value, GroupSpec& spec) {
    spec.*member = std::chrono::seconds{whole(value)};
  };
}

auto share_into(double GroupSpec::* member) {
  return [member](const toml::value& value, GroupSpec& spec) { spec.*member = number(value); };
}

auto target_of(fleet::LoadMetric metric) {
  return [metric](const toml::value& value, GroupSpec& spec) {
    spec.targets.push_back({metric, number(value)});
  };
}

fleet::LoadMetric metric_of(const toml::value& value) {
  const auto metric = fleet::load_metric_of(toml::get<std::string>(value));
  if (!metric) throw std::out_of_range("no such metric");
  return *metric;
}

// "18:30".
int minute_of_day(const std::string& text) {
  const auto is_digit = [&text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) ||
      !is_digit(4)) {
    throw std::out_of_range("no time of the day");
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) throw std::out_of_range("no time of the day");
  return hour * 60 + minute;
}

// A time of the day as text, or a moment with its offset from UTC.
auto time_into(int fleet::Schedule::* minute, std::optional<Instant> fleet::Schedule::* moment) {
  return [minute, moment](const toml::value& value, fleet::Schedule& schedule) {
    if (value.is_offset_datetime()) {
      schedule.*moment = std::chrono::floor<std::chrono::milliseconds>(
          toml::get<std::chrono::system_clock::time_point>(value));
    } else {
      schedule.*minute = minute_of_day(toml::get<std::string>(value));
    }
  };
}

void read_days(const toml::value& value, fleet::Schedule& schedule) {
  schedule.days.fill(false);
  for (const auto& name : toml::get<std::vector<std::string>>(value)) {
    const auto day = std::ranges::find(kDays, name);
    if (day == kDays.end()) throw std::out_of_range("no such day");
    schedule.days.at(static_cast<std::size_t>(day - kDays.begin())) = true;
  }
}

const SettersOf<fleet::StepRule>& step_setters() {
  using fleet::StepRule;
  static const SettersOf<StepRule> all{
      {"metric", [](const toml::value& v, StepRule& step) { step.metric = metric_of(v); }},
      {"at_least", [](const toml::value& v, StepRule& step) { step.at_least = number(v); }},
      {"add", count_into(&StepRule::add)}};
  return all;
}

const SettersOf<fleet::Schedule>& schedule_setters() {
  using fleet::Schedule;
  static const SettersOf<Schedule> all{
      {"min", count_into(&Schedule::instances)},
      {"days", read_days},
      {"from", time_into(&Schedule::from_minute, &Schedule::begins)},
      {"until", time_into(&Schedule::until_minute, &Schedule::ends)}};
  return all;
}

const SettersOf<GroupSpec>& group_setters() {
  static const SettersOf<GroupSpec> all{
      {"role", text_into(&GroupSpec::role)},
      {"site", text_into(&GroupSpec::site)},
      {"min", count_into(&GroupSpec::instances_min)},
      {"max", count_into(&GroupSpec::instances_max)},
      {"spares", count_into(&GroupSpec::spares)},
      {"streams", target_of(fleet::LoadMetric::streams)},
      {"bandwidth_bps", target_of(fleet::LoadMetric::bandwidth_bps)},
      {"cpu", target_of(fleet::LoadMetric::cpu)},
      {"queue_age_s", target_of(fleet::LoadMetric::queue_age_s)},
      {"utc_offset_min", [](const toml::value& v,
                            GroupSpec& spec) { spec.utc_offset = std::chrono::minutes{whole(v)}; }},
      {"start_time_s", seconds_into(&GroupSpec::start_time)},
      {"grow_pause_s", seconds_into(&GroupSpec::grow_pause)},
      {"shrink_pause_s", seconds_into(&GroupSpec::shrink_pause)},
      {"shrink_window_s", seconds_into(&GroupSpec::shrink_window)},
      {"idle_window_s", seconds_into(&GroupSpec::idle_window)},
      {"hold_window_s", seconds_into(&GroupSpec::hold_window)},
      {"metrics_age_max_s", seconds_into(&GroupSpec::metrics_age_max)},
      {"shrink_slack", share_into(&GroupSpec::shrink_slack)},
      {"shrink_share_max", share_into(&GroupSpec::shrink_share_max)},
      {"step",
       [](const toml::value& v, GroupSpec& spec) {
         for (const auto& one : v.as_array()) {
           set_all(one, step_setters(), "step.", spec.steps.emplace_back());
         }
       }},
      {"schedule", [](const toml::value& v, GroupSpec& spec) {
         for (const auto& one : v.as_array()) {
           set_all(one, schedule_setters(), "schedule.", spec.schedules.emplace_back());
         }
       }}};
  return all;
}

}  // namespace

Result<std::vector<GroupSpec>> read_groups(const toml::value& groups) {
  std::vector<GroupSpec> specs;
  std::string where = "group";
  try {
    for (const auto& table : groups.as_array()) {
      where = "group " + std::to_string(specs.size() + 1);
      if (specs.size() == fleet::kGroupsMax) return fail(ErrorCode::invalid, where + ": too many");
      GroupSpec spec;
      set_all(table, group_setters(), "", spec);
      if (auto good = check_group(spec); !good) return fail(good.error(), where);
      if (std::ranges::find(specs, spec.name(), &GroupSpec::name) != specs.end()) {
        return fail(ErrorCode::invalid, where + ": there is a group " + spec.name() + " already");
      }
      specs.push_back(std::move(spec));
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::invalid, where + ": " + error.what());
  }
  return specs;
}

}  // namespace matinee::app
