#include "api/sign_in_parts.h"

#include <algorithm>
#include <utility>

#include "api/route_parts.h"
#include "api/sign_in_requests.h"
#include "http/problem.h"

namespace matinee::api {
namespace {

std::string avatar_names() {
  Json names = Json::array();
  for (const std::string_view name : members::kAvatars) names.push_back(std::string(name));
  return to_text(names);
}

std::string profile_members() {
  return R"("name":{"type":"string"},"kind":{"enum":["adult","child"]},"avatar":{"enum":)" +
         avatar_names() +
         R"(},"language":{"type":"string","description":"BCP 47; of pages, audio and captions"},)"
         R"("maturity_max":{"type":["integer","null"],"minimum":0,"maximum":18,)"
         R"("description":"null: no limit; a child's profile always has one"},)"
         R"("autoplay":{"type":"boolean"})";
}

constexpr std::string_view kMeSchema = R"({"type":"object",
"required":["state","account","profile","server_name","demo"],"properties":{
"state":{"enum":["unclaimed","signed_out","gate","ready"],
"description":"gate: signed in, no profile chosen yet"},
"account":{"anyOf":[{"$ref":"#/components/schemas/Account"},{"type":"null"}]},
"profile":{"anyOf":[{"$ref":"#/components/schemas/Profile"},{"type":"null"}]},
"server_name":{"type":"string"},"demo":{"type":"boolean"}}})";

constexpr std::string_view kAccountSchema = R"({"type":"object","required":["id","name","role"],
"properties":{"id":{"type":"string"},"name":{"type":"string"},
"role":{"enum":["viewer","editor","owner"]}}})";

constexpr std::string_view kJoinSchema = R"({"type":"object",
"required":["token","name","password"],"properties":{
"token":{"type":"string","description":"the fragment of the link"},
"name":{"type":"string","minLength":1,"maxLength":64},
"password":{"type":"string","minLength":8,"maxLength":256}}})";

constexpr std::string_view kSignInSchema = R"({"type":"object","required":["name","password"],
"properties":{"name":{"type":"string"},"password":{"type":"string"},
"device":{"type":"string","description":"what a person would call it; absent: by User-Agent"}}})";

constexpr std::string_view kPasswordSchema = R"({"type":"object","required":["current","new"],
"properties":{"current":{"type":"string"},
"new":{"type":"string","minLength":8,"maxLength":256}}})";

constexpr std::string_view kSessionsSchema = R"({"type":"object","required":["sessions"],
"properties":{"sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}})";

constexpr std::string_view kSessionSchema = R"({"type":"object",
"required":["id","device","created_ms","last_seen_ms","current"],"properties":{
"id":{"type":"string"},"device":{"type":"string"},"created_ms":{"type":"integer"},
"last_seen_ms":{"type":"integer","description":"to five minutes"},
"current":{"type":"boolean","description":"the one that asks"}}})";

constexpr std::string_view kInvitationSchema = R"({"type":"object",
"required":["id","role","note","created_ms","expires_at_ms"],"properties":{
"id":{"type":"string"},"role":{"enum":["viewer","editor","owner"]},"note":{"type":"string"},
"created_ms":{"type":"integer"},"expires_at_ms":{"type":"integer"}}})";

constexpr std::string_view kInvitationsSchema = R"({"type":"object","required":["invitations"],
"properties":{"invitations":{"type":"array",
"items":{"$ref":"#/components/schemas/Invitation"}}}})";

constexpr std::string_view kInvitationRequestSchema = R"({"type":"object","required":["role"],
"properties":{"role":{"enum":["viewer","editor","owner"]},
"note":{"type":"string","maxLength":200}}})";

constexpr std::string_view kNewInvitationSchema = R"({"type":"object",
"required":["id","url","expires_at_ms"],"properties":{"id":{"type":"string"},
"url":{"type":"string","description":"shown once; a path when the service knows no public_url"},
"expires_at_ms":{"type":"integer"}}})";

constexpr std::string_view kMemberSchema = R"({"type":"object",
"required":["id","name","role","created_ms","last_seen_ms"],"properties":{
"id":{"type":"string"},"name":{"type":"string"},"role":{"enum":["viewer","editor","owner"]},
"created_ms":{"type":"integer"},"last_seen_ms":{"type":["integer","null"]}}})";

constexpr std::string_view kMembersSchema = R"({"type":"object","required":["members"],
"properties":{"members":{"type":"array","items":{"$ref":"#/components/schemas/Member"}}}})";

constexpr std::string_view kRoleSchema = R"({"type":"object","required":["role"],
"properties":{"role":{"enum":["viewer","editor","owner"]}}})";

constexpr std::string_view kProfilesSchema = R"({"type":"object","required":["profiles"],
"properties":{"profiles":{"type":"array","items":{"$ref":"#/components/schemas/Profile"}}}})";

constexpr std::string_view kSelectSchema = R"({"type":"object","properties":{
"pin":{"type":["string","null"],"description":"4 to 8 digits, when it has one"}}})";

}  // namespace

Deadline password_deadline(const ControlWorld& world, const http::Request& request) {
  return sooner(request.context.deadline, Deadline::in(world.clock, kPasswordPatience));
}

bool is_secure(const http::Request& request) {
  return request.context.scheme == http::Scheme::https;
}

members::Browser browser_of(const http::Request& request, const std::string& device) {
  return {.client_address = request.context.client_address,
          .device = device.empty() ? device_of_user_agent(request.headers.value_of("User-Agent"))
                                   : device,
          .mark = guard::device_cookie_of(request.headers.value_of("Cookie"), is_secure(request))
                      .value_or("")};
}

void add_cookies(http::Response& response, const http::Request& request,
                 const members::SignedIn& signed_in) {
  const bool secure = is_secure(request);
  response.headers.add("Set-Cookie", guard::session_set_cookie(signed_in.cookie, secure));
  if (!signed_in.mark.empty()) {
    response.headers.add("Set-Cookie", guard::device_set_cookie(signed_in.mark, secure));
  }
  response.headers.set("Cache-Control", "no-store");
}

http::Response throttled(const http::Request& request, std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  auto response =
      http::problem(429, "too many wrong guesses: try again in " + std::to_string(seconds) + " s",
                    request.context.request_id);
  response.headers.set("Retry-After", std::to_string(seconds));
  return response;
}

const std::vector<std::pair<std::string, std::string>>& sign_in_schemas() {
  static const std::vector<std::pair<std::string, std::string>> schemas{
      {"Me", std::string(kMeSchema)},
      {"Account", std::string(kAccountSchema)},
      {"Profile", R"({"type":"object","required":["id","name","kind","avatar","language",)"
                  R"("maturity_max","has_pin","autoplay"],"properties":{"id":{"type":"string"},)"
                  R"("has_pin":{"type":"boolean"},)" +
                      profile_members() + "}}"},
      {"ProfileChange",
       R"({"type":"object","description":"what is absent stays as it is","properties":{)"
       R"("pin":{"type":["string","null"],"description":"4 to 8 digits; null takes it away"},)" +
           profile_members() + "}}"},
      {"Profiles", std::string(kProfilesSchema)},
      {"SelectRequest", std::string(kSelectSchema)},
      {"JoinRequest", std::string(kJoinSchema)},
      {"SignInRequest", std::string(kSignInSchema)},
      {"PasswordRequest", std::string(kPasswordSchema)},
      {"Session", std::string(kSessionSchema)},
      {"Sessions", std::string(kSessionsSchema)},
      {"Invitation", std::string(kInvitationSchema)},
      {"Invitations", std::string(kInvitationsSchema)},
      {"InvitationRequest", std::string(kInvitationRequestSchema)},
      {"NewInvitation", std::string(kNewInvitationSchema)},
      {"Member", std::string(kMemberSchema)},
      {"Members", std::string(kMembersSchema)},
      {"RoleRequest", std::string(kRoleSchema)}};
  return schemas;
}

Json me_json(const SignInWorld& world, std::string_view state) {
  return {{"state", state},
          {"account", nullptr},
          {"profile", nullptr},
          {"server_name", world.server_name},
          {"demo", world.demo}};
}

Result<http::Response> welcome(const ControlWorld& world, const http::Request& request,
                               const Result<members::Guessed<members::SignedIn>>& outcome) {
  if (!outcome) return std::unexpected(outcome.error());
  if (!outcome->done) return throttled(request, outcome->wait);
  const members::SignedIn& signed_in = *outcome->done;
  const ProfileId profile_id = signed_in.session.owner.profile_id;
  Json json = me_json(*world.sign_in, profile_id.is_nil() ? "gate" : "ready");
  json["account"] = account_json(signed_in.account);
  if (!profile_id.is_nil()) {
    const auto profile = world.sign_in->members.profile(profile_id);
    if (!profile) return std::unexpected(profile.error());
    json["profile"] = profile_json(*profile);
  }
  auto response = private_json(json);
  add_cookies(response, request, signed_in);
  return response;
}

Json account_json(const members::Account& account) {
  return {{"id", account.id.to_string()},
          {"name", account.name},
          {"role", guard::name_of(account.role)}};
}

Json profile_json(const members::Profile& profile) {
  return {{"id", profile.id.to_string()},
          {"name", profile.name},
          {"kind", members::name_of(profile.kind)},
          {"avatar", profile.avatar},
          {"language", profile.language},
          {"maturity_max", profile.maturity_max ? Json(*profile.maturity_max) : Json(nullptr)},
          {"has_pin", profile.has_pin},
          {"autoplay", profile.autoplay}};
}

http::Route sign_in_route(http::Method method, std::string path, std::string operation_id,
                          std::string summary, std::string access) {
  http::Route made;
  made.method = method;
  made.path = std::move(path);
  made.operation_id = std::move(operation_id);
  made.summary = std::move(summary);
  made.retry_safe = method == http::Method::get;
  made.body_bytes_max = kSignInBodyBytesMax;
  if (access != "public") made.problem_statuses = {401, 403};
  made.access = std::move(access);
  return made;
}

}  // namespace matinee::api
