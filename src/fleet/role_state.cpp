#include "fleet/role_state.h"

#include <array>

#include "base/json.h"

namespace matinee::fleet {
namespace {

constexpr std::array<std::string_view, 6> kStateNames{"starting", "ready",    "backoff",
                                                      "broken",   "draining", "stopped"};

std::optional<RoleState> state_of(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    if (kStateNames.at(i) == name) return static_cast<RoleState>(i);
  }
  return std::nullopt;
}

Result<RoleStatus> parse_one(const Json& json) {
  const auto role = text_member(json, "role");
  const auto name = text_member(json, "name");
  const auto state_name = text_member(json, "state");
  const auto pid = integer_member(json, "pid");
  const auto generation = integer_member(json, "generation");
  const auto restarts = integer_member(json, "restarts");
  const auto started_ms = integer_member(json, "started_ms");
  for (const auto* text : {&role, &name, &state_name}) {
    if (!*text) return std::unexpected(text->error());
  }
  for (const auto* number : {&pid, &generation, &restarts, &started_ms}) {
    if (!*number) return std::unexpected(number->error());
  }
  const auto state = state_of(*state_name);
  if (!state) return fail(ErrorCode::invalid, "unknown role state \"" + *state_name + "\"");
  return RoleStatus{*role,
                    *name,
                    static_cast<pid_t>(*pid),
                    *state,
                    static_cast<std::uint64_t>(*generation),
                    static_cast<std::uint64_t>(*restarts),
                    *started_ms};
}

}  // namespace

std::string_view name_of(RoleState state) {
  return kStateNames.at(static_cast<std::size_t>(state));
}

std::string to_json(const std::vector<RoleStatus>& roles) {
  Json list = Json::array();
  for (const auto& role : roles) {
    list.push_back({{"role", role.role},
                    {"name", role.name},
                    {"pid", role.pid},
                    {"state", name_of(role.state)},
                    {"generation", role.generation},
                    {"restarts", role.restarts},
                    {"started_ms", role.started_ms}});
  }
  return to_text(Json{{"roles", std::move(list)}});
}

Result<std::vector<RoleStatus>> parse_role_statuses(std::string_view json) {
  const auto document = parse_json(json);
  if (!document) return std::unexpected(document.error());
  if (!document->is_object() || !document->contains("roles") || !(*document)["roles"].is_array()) {
    return fail(ErrorCode::invalid, "role states: no member \"roles\"");
  }
  std::vector<RoleStatus> roles;
  for (const auto& one : (*document)["roles"]) {
    auto role = parse_one(one);
    if (!role) return fail(role.error(), "role states");
    roles.push_back(std::move(*role));
  }
  return roles;
}

}  // namespace matinee::fleet
