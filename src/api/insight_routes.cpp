#include "api/insight_routes.h"

#include <charconv>

#include "api/viewer.h"
#include "base/json.h"
#include "events/history.h"
#include "http/problem.h"

namespace matinee::api {
namespace {

constexpr std::size_t kHistoryLimitDefault = 50;
constexpr std::size_t kKeyAnswerBytesMax = 4096;
constexpr std::size_t kErasureBytesMax = 1024;

constexpr std::string_view kEventSchema = R"({"type":"object",
"required":["id","type","schema_version","session_seq","t_client_ms","t_mono_ms","consent"],
"properties":{
"id":{"type":"string","description":"UUIDv7 made by the client, 32 hex digits; sent again, it counts once"},
"type":{"type":"string","pattern":"^[a-z][a-z0-9_.]{0,63}$","examples":["play.start","play.beat"]},
"schema_version":{"const":1},
"session_seq":{"type":"integer","minimum":0,"description":"counted by the client; a gap is a loss"},
"t_client_ms":{"type":"integer","description":"wall clock, UTC ms; at most 24 h ahead"},
"t_mono_ms":{"type":"number","minimum":0,"description":"monotonic clock since the client's start"},
"play_id":{"type":"string","description":"needed for play.*"},
"title_id":{"type":"string","description":"needed for play.*"},
"position_ms":{"type":["integer","null"],"minimum":0},
"duration_ms":{"type":["integer","null"],"minimum":0},
"consent":{"type":"object","properties":{"essential":{"type":"boolean"},
"analytics":{"type":"boolean"},"personalization":{"type":"boolean"}}},
"cells":{"type":"object","maxProperties":32,"additionalProperties":{"type":"string","maxLength":64}},
"app_version":{"type":"string","maxLength":64},
"payload":{"type":"object","additionalProperties":true,"description":"what is not a known measure or label is encrypted with the profile's key"}}})";

constexpr std::string_view kBatchSchema = R"({"type":"object","required":["events"],
"properties":{"events":{"type":"array","maxItems":500,
"items":{"$ref":"#/components/schemas/Event"}}}})";

constexpr std::string_view kAnswerSchema = R"({"type":"object",
"required":["accepted","duplicates","rejected"],"properties":{
"accepted":{"type":"integer","description":"durable now"},
"duplicates":{"type":"integer","description":"were durable before; best effort after a restart"},
"rejected":{"type":"array","items":{"type":"object","required":["index","reason"],
"properties":{"index":{"type":"integer"},"reason":{"type":"string"}}}}}})";

constexpr std::string_view kHistorySchema = R"({"type":"object","required":["items","next_cursor"],
"properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/HistoryItem"}},
"next_cursor":{"type":["string","null"]}}})";

constexpr std::string_view kHistoryItemSchema = R"({"type":"object",
"required":["title_id","position_ms","duration_ms","watched_at_ms","completed"],"properties":{
"title_id":{"type":"string"},"position_ms":{"type":"integer"},
"duration_ms":{"type":"integer","description":"0 when not known"},
"watched_at_ms":{"type":"integer"},
"completed":{"type":"boolean","description":"watched to 90 % or more"}}})";

http::Response private_json(int status, const Json& json) {
  auto response = http::Response::json(status, to_text(json));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<http::SessionFacts> session_of(const InsightWorld& world, const http::Request& request) {
  const auto session = acting_viewer(request, world.authorize);
  if (!session) return std::unexpected(session.error());
  if (!*session) return fail(ErrorCode::unauthorized, "sign in first");
  if ((*session)->profile_id.is_nil()) {
    return fail(ErrorCode::forbidden, std::string(kChooseProfileFirst));
  }
  return **session;
}

Result<http::Response> post_events(const InsightWorld& world, http::Request& request) {
  const auto session = session_of(world, request);
  if (!session) return std::unexpected(session.error());
  const auto body = http::read_body(request, events::kEventsBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const events::Sender sender{session->session_id, session->tenant_id, session->profile_id,
                              session->pseudonym};
  const auto answer = world.intake.accept(sender, *body);
  if (!answer) return std::unexpected(answer.error());
  Json rejected = Json::array();
  for (const auto& each : answer->rejected) {
    rejected.push_back({{"index", each.index}, {"reason", each.reason}});
  }
  return private_json(202, {{"accepted", answer->accepted},
                            {"duplicates", answer->duplicates},
                            {"rejected", std::move(rejected)}});
}

Result<std::size_t> limit_of(const http::Request& request) {
  const auto text = request.query("limit");
  if (!text || text->empty()) return kHistoryLimitDefault;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > events::kHistoryPageMax) {
    return fail(ErrorCode::invalid,
                "limit must be 1 to " + std::to_string(events::kHistoryPageMax));
  }
  return limit;
}

Result<http::Response> get_history(const InsightWorld& world, const http::Request& request) {
  const auto session = session_of(world, request);
  if (!session) return std::unexpected(session.error());
  const auto limit = limit_of(request);
  if (!limit) return std::unexpected(limit.error());
  const auto state = world.history_of(session->pseudonym);
  if (!state) return std::unexpected(state.error());
  const auto page = events::read_history(**state, session->pseudonym,
                                         request.query("cursor").value_or(""), *limit);
  if (!page) return std::unexpected(page.error());
  Json items = Json::array();
  for (const auto& item : page->items) {
    items.push_back({{"title_id", item.title_id.to_string()},
                     {"position_ms", item.position_ms},
                     {"duration_ms", item.duration_ms},
                     {"watched_at_ms", item.watched_at_ms},
                     {"completed", item.completed}});
  }
  Json next = nullptr;
  if (!page->next_cursor.empty()) next = page->next_cursor;
  return private_json(200, {{"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

Result<http::Response> get_resume(const InsightWorld& world, const http::Request& request) {
  const auto admitted =
      world.authorize(request.headers.value_of("Authorization"), guard::Operation::read_resume);
  if (!admitted) return std::unexpected(admitted.error());
  const auto pseudonym = Pseudonym::parse(request.query("pseudonym").value_or(""));
  const auto title = TitleId::parse(request.query("title_id").value_or(""));
  if (!pseudonym || !title) return fail(ErrorCode::invalid, "pseudonym and title_id are needed");
  const auto state = world.history_of(*pseudonym);
  if (!state) return std::unexpected(state.error());
  const auto resume = events::read_resume_ms(**state, *pseudonym, *title);
  if (!resume) return std::unexpected(resume.error());
  return private_json(200, {{"resume_ms", *resume}});
}

Result<http::Response> post_erasure(const InsightWorld& world, http::Request& request) {
  const auto admitted = world.authorize(request.headers.value_of("Authorization"),
                                        guard::Operation::erase_pseudonyms);
  if (!admitted) return std::unexpected(admitted.error());
  const auto body = http::read_body(request, kErasureBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 2);
  if (!json) return std::unexpected(json.error());
  const auto tenant = TenantId::parse(text_member(*json, "tenant_id").value_or(""));
  const auto pseudonym = Pseudonym::parse(text_member(*json, "pseudonym").value_or(""));
  if (!tenant || !pseudonym) return fail(ErrorCode::invalid, "tenant_id and pseudonym are needed");
  if (auto done = world.intake.erase(*tenant, *pseudonym); !done) {
    return std::unexpected(done.error());
  }
  return http::Response::empty(204);
}

http::Route events_route() {
  http::Route route;
  route.method = http::Method::post;
  route.path = "/v1/events";
  route.operation_id = "postEvents";
  route.summary = "Takes viewing events; answered once they are durable.";
  route.priority = http::Priority::telemetry;
  route.retry_safe = true;  // an event is known by its id
  route.request_schema = R"({"$ref":"#/components/schemas/EventBatch"})";
  route.response_schema = R"({"$ref":"#/components/schemas/EventAnswer"})";
  route.success_status = 202;
  route.problem_statuses = {401, 403, 413};
  route.access = "profile";
  route.body_bytes_max = events::kEventsBodyBytesMax;
  return route;
}

http::Route internal_route(http::Method method, std::string path, std::string operation_id,
                           std::string summary) {
  http::Route route;
  route.method = method;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.priority = http::Priority::play_start;
  route.retry_safe = true;
  route.visibility = http::Visibility::internal;
  route.access = "internal";
  return route;
}

}  // namespace

void add_insight_routes(http::Router& router, const InsightWorld& world) {
  router.add(events_route(),
             [&world](http::Request& request) { return post_events(world, request); });
  router.add(internal_route(http::Method::get, "/internal/history", "getWatched",
                            "Titles that a profile has watched, the last watched first."),
             [&world](http::Request& request) { return get_history(world, request); });
  router.add(internal_route(http::Method::get, "/internal/resume", "getResume",
                            "Where a profile goes on with a title."),
             [&world](http::Request& request) { return get_resume(world, request); });
  auto erasure = internal_route(http::Method::post, "/internal/erasures", "postErasure",
                                "Has all processors forget a pseudonym.");
  erasure.success_status = 204;
  router.add(std::move(erasure),
             [&world](http::Request& request) { return post_erasure(world, request); });
}

std::vector<http::Route> insight_public_routes() { return {events_route()}; }

std::vector<std::pair<std::string, std::string>> insight_schemas() {
  return {{"Event", std::string(kEventSchema)},
          {"EventBatch", std::string(kBatchSchema)},
          {"EventAnswer", std::string(kAnswerSchema)},
          {"HistoryPage", std::string(kHistorySchema)},
          {"HistoryItem", std::string(kHistoryItemSchema)}};
}

events::ProfileKeys::Fetch profile_keys_from_control(http::Client& control, const Clock& clock,
                                                     std::function<std::string()> authorization) {
  return [&control, &clock,
          authorization = std::move(authorization)](ProfileId profile) -> Result<guard::SecretKey> {
    http::ClientRequest request;
    request.target = "/internal/profiles/" + profile.to_string() + "/key";
    request.headers.set("Authorization", authorization());
    const auto answer =
        control.fetch(request, Deadline::in(clock, kProfileKeyPatience), kKeyAnswerBytesMax);
    if (!answer) return fail(answer.error(), "fetching a profile's key");
    if (answer->status != 200) {
      return std::unexpected(
          http::error_of(answer->status, answer->body, "fetching a profile's key"));
    }
    const auto json = parse_json(answer->body, 2);
    const auto key = json ? text_member(*json, "key") : std::unexpected(json.error());
    if (!key) return fail(ErrorCode::corrupt, "control's answer holds no key");
    return guard::SecretKey::from_hex_digits(*key);
  };
}

}  // namespace matinee::api
