#include "app/sign_in_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "app/admin_client.h"
#include "app/terminal_qr.h"

namespace matinee::app {
namespace {

int report(std::string_view command, const Error& error) {
  std::fprintf(stderr, "matinee %s: %s\n", std::string(command).c_str(), error.message.c_str());
  return 1;
}

std::string text_or(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The service answers a path when it does not know its own address.
std::string whole_url(std::string url, const std::string& address) {
  return url.starts_with('/') ? address + url : url;
}

std::string local_time(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
}

std::string claim_text(const std::string& url, std::int64_t expires_at_ms) {
  std::string text = fmt::format(
      "\n  Nobody owns this Matinee yet. Open this link to make it yours:\n\n    {}\n\n", url);
  if (::isatty(STDOUT_FILENO) == 1) text += terminal_qr(url) + "\n";
  return text + fmt::format(
                    "  It works once, until {}, from this machine or its network. `matinee claim` "
                    "prints another.\n\n",
                    local_time(expires_at_ms));
}

std::string day_of(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer()) return "never";
  const std::time_t seconds = found->get<std::int64_t>() / 1000;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

}  // namespace

int run_claim(const std::string& home, bool as_json) {
  AdminClient admin(home);
  auto answer = admin.ask(http::Method::post, "/admin/claim");
  if (!answer) return report("claim", answer.error());
  const std::string url = whole_url(text_or(*answer, "url"), admin.address());
  if (as_json) {
    (*answer)["url"] = url;
    std::printf("%s\n", to_text(*answer).c_str());
  } else {
    const auto text = claim_text(url, answer->value("expires_at_ms", std::int64_t{0}));
    std::fputs(text.c_str(), stdout);
  }
  return 0;
}

int run_login(const std::string& home, const std::string& profile) {
  AdminClient admin(home);
  const auto answer = admin.ask(http::Method::post, "/admin/login",
                                profile.empty() ? Json::object() : Json{{"profile", profile}});
  if (!answer) return report("login", answer.error());
  std::printf("%s\n", text_or(*answer, "cookie").c_str());
  return 0;
}

int run_members(const std::string& home, bool as_json) {
  AdminClient admin(home);
  const auto answer = admin.ask(http::Method::get, "/admin/members");
  if (!answer) return report("members", answer.error());
  if (as_json) {
    std::printf("%s\n", to_text(*answer).c_str());
    return 0;
  }
  std::printf("%-24s %-8s %-12s %s\n", "name", "role", "since", "last seen");
  for (const Json& member : answer->value("members", Json::array())) {
    std::printf("%-24s %-8s %-12s %s\n", text_or(member, "name").c_str(),
                text_or(member, "role").c_str(), day_of(member, "created_ms").c_str(),
                day_of(member, "last_seen_ms").c_str());
  }
  return 0;
}

int run_invite(const std::string& home, const std::string& role, const std::string& note,
               bool as_json) {
  AdminClient admin(home);
  auto answer =
      admin.ask(http::Method::post, "/admin/invitations", Json{{"role", role}, {"note", note}});
  if (!answer) return report("invite", answer.error());
  const std::string url = whole_url(text_or(*answer, "url"), admin.address());
  if (as_json) {
    (*answer)["url"] = url;
    std::printf("%s\n", to_text(*answer).c_str());
    return 0;
  }
  std::printf("%s\n", url.c_str());
  if (::isatty(STDOUT_FILENO) == 1) std::printf("\n%s", terminal_qr(url).c_str());
  return 0;
}

std::string claim_text_if_unclaimed(const std::string& home, const std::string& url) {
  AdminClient admin(home);
  const auto answer = admin.ask(http::Method::post, "/admin/claim");
  if (answer) {
    std::string base = url;
    while (base.ends_with('/')) base.pop_back();
    return claim_text(whole_url(text_or(*answer, "url"), base),
                      answer->value("expires_at_ms", std::int64_t{0}));
  }
  if (answer.error().code == ErrorCode::conflict) return "";
  return "\n  No claim link could be made (" + answer.error().message + "); see `matinee claim`.\n";
}

}  // namespace matinee::app
