#include "api/sign_in_requests.h"

#include <array>
#include <utility>

#include "base/json.h"

namespace matinee::api {
namespace {

constexpr int kDepthMax = 4;

Result<Json> object_of(std::string_view body) {
  auto json = parse_json(body, kDepthMax);
  if (!json) return fail(json.error(), "reading the request");
  if (!json->is_object()) return fail(ErrorCode::invalid, "the body must be an object");
  return json;
}

// A text that may be absent. Errors: invalid for another type.
Result<std::optional<std::string>> text_if_there(const Json& json, std::string_view name) {
  std::optional<std::string> none;
  if (!json.contains(std::string(name))) return none;
  auto text = text_member(json, name);
  if (!text) return std::unexpected(text.error());
  return std::optional(std::move(*text));
}

bool is_null(const Json& json, std::string_view name) {
  const auto found = json.find(std::string(name));
  return found != json.end() && found->is_null();
}

Result<guard::AccountRole> role_of(const Json& json) {
  const auto text = text_member(json, "role");
  if (!text) return std::unexpected(text.error());
  const auto role = guard::account_role_of(*text);
  if (!role) return fail(ErrorCode::invalid, "role must be viewer, editor or owner");
  return *role;
}

Result<void> read_texts(const Json& json, ProfileChange& change) {
  for (const auto& [name, member] :
       {std::pair("name", &ProfileChange::name), std::pair("avatar", &ProfileChange::avatar),
        std::pair("language", &ProfileChange::language)}) {
    auto text = text_if_there(json, name);
    if (!text) return std::unexpected(text.error());
    change.*member = std::move(*text);
  }
  const auto kind = text_if_there(json, "kind");
  if (!kind) return std::unexpected(kind.error());
  if (*kind && **kind != "adult" && **kind != "child") {
    return fail(ErrorCode::invalid, "kind must be adult or child");
  }
  if (*kind) {
    change.kind = **kind == "child" ? members::ProfileKind::child : members::ProfileKind::adult;
  }
  return {};
}

}  // namespace

Result<JoinRequest> parse_join(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  auto token = text_member(*json, "token");
  auto name = text_member(*json, "name");
  auto password = text_member(*json, "password");
  if (!token) return std::unexpected(token.error());
  if (!name) return std::unexpected(name.error());
  if (!password) return std::unexpected(password.error());
  return JoinRequest{std::move(*token), std::move(*name), std::move(*password)};
}

Result<SignInRequest> parse_sign_in(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  auto name = text_member(*json, "name");
  auto password = text_member(*json, "password");
  auto device = text_if_there(*json, "device");
  if (!name) return std::unexpected(name.error());
  if (!password) return std::unexpected(password.error());
  if (!device) return std::unexpected(device.error());
  return SignInRequest{std::move(*name), std::move(*password), device->value_or("")};
}

Result<PasswordRequest> parse_password(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  auto current = text_member(*json, "current");
  auto wanted = text_member(*json, "new");
  if (!current) return std::unexpected(current.error());
  if (!wanted) return std::unexpected(wanted.error());
  return PasswordRequest{std::move(*current), std::move(*wanted)};
}

Result<InvitationRequest> parse_invitation(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  const auto role = role_of(*json);
  if (!role) return std::unexpected(role.error());
  auto note = text_if_there(*json, "note");
  if (!note) return std::unexpected(note.error());
  return InvitationRequest{*role, note->value_or("")};
}

Result<guard::AccountRole> parse_role(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  return role_of(*json);
}

Result<ProfileChange> parse_profile_change(std::string_view body) {
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  ProfileChange change;
  if (auto read = read_texts(*json, change); !read) return std::unexpected(read.error());
  if (is_null(*json, "maturity_max")) {
    change.maturity_max.emplace(std::nullopt);
  } else if (json->contains("maturity_max")) {
    const auto age = integer_member(*json, "maturity_max");
    if (!age) return std::unexpected(age.error());
    if (*age < 0 || *age > members::kMaturityMax) {
      return fail(ErrorCode::invalid, "maturity_max must be an age from 0 to 18, or null");
    }
    change.maturity_max.emplace(static_cast<int>(*age));
  }
  if (is_null(*json, "pin")) {
    change.pin = "";
  } else {
    auto pin = text_if_there(*json, "pin");
    if (!pin) return std::unexpected(pin.error());
    change.pin = std::move(*pin);
  }
  if (json->contains("autoplay")) {
    const Json& autoplay = (*json)["autoplay"];
    if (!autoplay.is_boolean()) return fail(ErrorCode::invalid, "autoplay must be true or false");
    change.autoplay = autoplay.get<bool>();
  }
  return change;
}

Result<std::string> parse_select(std::string_view body) {
  if (body.empty()) return std::string();
  const auto json = object_of(body);
  if (!json) return std::unexpected(json.error());
  if (is_null(*json, "pin")) return std::string();
  const auto pin = text_if_there(*json, "pin");
  if (!pin) return std::unexpected(pin.error());
  return pin->value_or("");
}

members::ProfileDraft changed(members::ProfileDraft draft, const ProfileChange& change) {
  if (change.name) draft.name = *change.name;
  if (change.kind) draft.kind = *change.kind;
  if (change.avatar) draft.avatar = *change.avatar;
  if (change.language) draft.language = *change.language;
  if (change.maturity_max) draft.maturity_max = *change.maturity_max;
  if (change.autoplay) draft.autoplay = *change.autoplay;
  return draft;
}

std::string device_of_user_agent(std::string_view user_agent) {
  // The first that fits: each of them also claims to be the ones below it.
  constexpr auto kBrowsers = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"Edg", "Edge"},
       {"OPR/", "Opera"},
       {"SamsungBrowser", "Samsung Internet"},
       {"Firefox/", "Firefox"},
       {"FxiOS", "Firefox"},
       {"CriOS", "Chrome"},
       {"Chromium", "Chromium"},
       {"Chrome/", "Chrome"},
       {"Safari/", "Safari"},
       {"curl/", "curl"}});
  constexpr auto kSystems =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"iPhone", "iPhone"},
                                                                    {"iPad", "iPad"},
                                                                    {"Tizen", "Samsung TV"},
                                                                    {"Web0S", "LG TV"},
                                                                    {"Android TV", "Android TV"},
                                                                    {"Android", "Android"},
                                                                    {"CrOS", "Chromebook"},
                                                                    {"Windows", "Windows"},
                                                                    {"Macintosh", "Mac"},
                                                                    {"Linux", "Linux"}});
  const auto first_in = [&](const auto& table) {
    for (const auto& [sign, name] : table) {
      if (user_agent.find(sign) != std::string_view::npos) return name;
    }
    return std::string_view{};
  };
  const std::string browser(first_in(kBrowsers));
  const std::string system(first_in(kSystems));
  if (browser.empty() && system.empty()) return "a device";
  if (browser.empty()) return system;
  return system.empty() ? browser : browser + " on " + system;
}

}  // namespace matinee::api
