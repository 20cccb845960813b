#include "app/policy.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/home.h"
#include "base/json.h"
#include "base/time.h"
#include "http/client.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kCallMax{120'000};
constexpr std::size_t kAnswerBytesMax = 1 << 20;

int report(const Error& error) {
  std::fprintf(stderr, "matinee policy: %s\n", error.message.c_str());
  return error.code == ErrorCode::invalid ? 2 : 1;
}

Result<functions::EncodePolicy> ask(const PolicyOptions& options,
                                    const functions::EncodePolicy* set) {
  const HomePaths paths{std::filesystem::absolute(options.home).lexically_normal()};
  if (!std::filesystem::exists(paths.socket("admin"))) {
    return fail(ErrorCode::unavailable, "no Matinee runs on the home " + paths.root.string() +
                                            "; start it with: matinee serve --home " +
                                            paths.root.string());
  }
  const SystemClock clock;
  http::Client client(clock, {.address = http::Address::unix_path(paths.socket("admin").string())});
  http::ClientRequest request{.target = "/admin/studio/encode-policy"};
  if (set != nullptr) {
    request.method = http::Method::put;
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(to_json(*set));
    request.retry_safe = true;
  }
  const auto answer = client.fetch(request, Deadline::in(clock, kCallMax), kAnswerBytesMax);
  if (!answer) return std::unexpected(answer.error());
  const auto json = parse_json(answer->body);
  if (!json) return fail(json.error(), "the service's answer");
  if (answer->status != 200) {
    return fail(ErrorCode::unavailable, "the service answered " + std::to_string(answer->status) +
                                            ": " + json->value("detail", ""));
  }
  return functions::parse_encode_policy(*json);
}

Result<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
    return fail(ErrorCode::invalid, "\"" + std::string(text) + "\" is no number");
  }
  return number;
}

Result<std::int64_t> bytes_of_text(std::string_view text) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  constexpr std::array kUnits{Unit{"TB", 1e12}, Unit{"GB", 1e9}, Unit{"MB", 1e6}, Unit{"kB", 1e3}};
  double factor = 1;
  for (const auto& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    factor = unit.bytes;
    text.remove_suffix(unit.name.size());
    break;
  }
  const auto number = number_of(text);
  if (!number || *number < 0 || *number * factor > 1e18) {
    return fail(ErrorCode::invalid, "a size is a number with TB, GB, MB, kB or nothing behind it");
  }
  return static_cast<std::int64_t>(*number * factor);
}

std::string table_of(const functions::EncodePolicy& policy) {
  std::string text = fmt::format("encode      {}\n", functions::name_of(policy.when));
  text += policy.night_window
              ? fmt::format("at night    {} to {}\n",
                            functions::minute_text(policy.night_window->from_minute),
                            functions::minute_text(policy.night_window->to_minute))
              : std::string("at night    off: at any hour\n");
  text += fmt::format("CPU share   {:.0f} %\n", policy.cpu_share * 100);
  text += policy.disk_quota_bytes ? fmt::format("disk quota  {:.1f} GB\n",
                                                static_cast<double>(*policy.disk_quota_bytes) / 1e9)
                                  : std::string("disk quota  off\n");
  return text;
}

int print(const Result<functions::EncodePolicy>& policy, bool as_json) {
  if (!policy) return report(policy.error());
  const auto text = as_json ? to_text(to_json(*policy)) + "\n" : table_of(*policy);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Result<functions::EncodePolicy> changed_policy(functions::EncodePolicy policy,
                                               const PolicyOptions& options) {
  Json json = to_json(policy);
  if (!options.when.empty()) json["when"] = options.when;
  if (options.night == "off") {
    json["night_window"] = nullptr;
  } else if (!options.night.empty()) {
    const auto dash = options.night.find('-');
    if (dash == std::string::npos) {
      return fail(ErrorCode::invalid, "--night is FROM-TO, as 22:00-06:00, or off");
    }
    json["night_window"] = {{"from", options.night.substr(0, dash)},
                            {"to", options.night.substr(dash + 1)}};
  }
  if (!options.cpu_share.empty()) {
    std::string_view text = options.cpu_share;
    const bool percent = text.ends_with('%');
    if (percent) text.remove_suffix(1);
    const auto share = number_of(text);
    if (!share) return fail(share.error(), "--cpu-share");
    json["cpu_share"] = percent ? *share / 100 : *share;
  }
  if (options.quota == "off") {
    json["disk_quota_bytes"] = nullptr;
  } else if (!options.quota.empty()) {
    const auto bytes = bytes_of_text(options.quota);
    if (!bytes) return fail(bytes.error(), "--disk-quota");
    json["disk_quota_bytes"] = *bytes;
  }
  return functions::parse_encode_policy(json);
}

int run_policy_show(const PolicyOptions& options) {
  return print(ask(options, nullptr), options.json);
}

int run_policy_set(const PolicyOptions& options) {
  const auto now = ask(options, nullptr);
  if (!now) return report(now.error());
  const auto wanted = changed_policy(*now, options);
  if (!wanted) return report(wanted.error());
  return print(ask(options, &*wanted), options.json);
}

}  // namespace matinee::app
