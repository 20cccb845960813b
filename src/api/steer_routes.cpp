#include "api/steer_routes.h"

#include <chrono>
#include <utility>

#include "api/route_parts.h"
#include "base/encoding.h"
#include "store/object_id.h"

namespace matinee::api {
namespace {

constexpr std::chrono::milliseconds kOriginPatience{5'000};
constexpr std::size_t kAddressMax = 64;

std::string reload_uri(std::string_view public_url, std::string_view token) {
  if (public_url.empty()) return "";
  std::string url(public_url);
  while (url.ends_with('/')) url.pop_back();
  return url + "/v1/steering/pathways?token=" + percent_encode(token);
}

// Those that players can reach: an edge without an address is the one they came by.
std::vector<delivery::Steered::Pathway> reachable(const delivery::Steered& steered) {
  auto pathways = steered.pathways;
  std::erase_if(pathways, [](const auto& pathway) { return pathway.base_url.empty(); });
  return pathways;
}

std::vector<std::string> ids_of(const std::vector<delivery::Steered::Pathway>& pathways) {
  std::vector<std::string> ids;
  for (const auto& pathway : pathways) ids.push_back(pathway.id);
  return ids;
}

Result<http::Response> get_pathways(const SteerWorld& world, const http::Request& request) {
  const std::string text = request.query("token").value_or("");
  const auto token = world.tokens.verify(text, world.clock.now());
  if (!token) return std::unexpected(token.error());
  if (!world.board.has_choice()) {
    return fail(ErrorCode::not_found, "one edge serves all plays: there is nothing to steer");
  }
  const auto package = world.packages.get(
      store::ObjectId{token->package}.to_string(),
      sooner(request.context.deadline, Deadline::in(world.clock, kOriginPatience)));
  if (!package) return std::unexpected(package.error());
  const auto title = TitleId::parse((*package)->title_id);
  if (!title) return fail(ErrorCode::corrupt, "steering a play: its package names no title");
  const std::string& address = request.context.client_address;
  const auto steered =
      world.board.answer({.address = address, .draw = delivery::draw_of(address, *title)}, *title);
  const auto pathways = reachable(steered);
  if (pathways.empty()) {
    return fail(ErrorCode::unavailable, "steering a play: no edge has an address");
  }
  auto response =
      http::Response::json(200, delivery::steering_document(ids_of(pathways), steered.ttl,
                                                            reload_uri(world.public_url, text)));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

Result<http::Response> explain_decision(const SteerWorld& world, const http::Request& request) {
  const std::string address = request.query("client").value_or("");
  if (address.empty() || address.size() > kAddressMax) {
    return fail(ErrorCode::invalid, "client must be an IPv4 or IPv6 address");
  }
  const auto title = title_id_of(request.query("title").value_or(""));
  if (!title) return std::unexpected(title.error());
  const auto name = world.title_name(*title);
  if (!name) return std::unexpected(name.error());
  const delivery::ClientFacts client{.address = address,
                                     .draw = delivery::draw_of(address, *title)};
  const auto steered = world.board.decide(client, *title);
  Json pathways = Json::array();
  for (const auto& pathway : steered.pathways) {
    pathways.push_back({{"id", pathway.id}, {"base_url", pathway.base_url}});
  }
  auto reasons = delivery::explain(*steered.view, client, steered.decision);
  if (!world.board.has_choice()) {
    reasons.emplace_back("one edge serves all plays: manifests name no pathways");
  }
  return private_json({{"client", address},
                       {"title_id", title->to_string()},
                       {"title", *name},
                       {"ttl_s", steered.ttl.count()},
                       {"pathways", std::move(pathways)},
                       {"reasons", reasons}});
}

}  // namespace

void add_steer_routes(http::Router& router, const SteerWorld& world) {
  auto pathways =
      repeatable_route(http::Method::get, "/v1/steering/pathways", "getPathways",
                       "The edges that a play goes to, best first.", R"({"type":"object"})");
  pathways.access = "public";  // the token of the play is what admits
  pathways.problem_statuses = {403, 404};
  router.add(std::move(pathways),
             [&world](http::Request& request) { return get_pathways(world, request); });

  http::Route explained;
  explained.path = "/admin/steer/explain";
  explained.operation_id = "explainSteering";
  explained.summary = "Where a client would be sent for a title, and why.";
  explained.visibility = http::Visibility::admin;
  explained.access = "admin";
  router.add(std::move(explained),
             [&world](http::Request& request) { return explain_decision(world, request); });
}

media::ManifestOptions steered_manifest(const delivery::Steered& steered, std::string_view token,
                                        std::string_view public_url) {
  media::ManifestOptions options;
  const auto pathways = reachable(steered);
  if (pathways.size() < 2) return options;
  for (const auto& pathway : pathways) {
    options.pathways.push_back({pathway.id, pathway.base_url + "/m/" + std::string(token) + "/"});
  }
  options.steering_uri =
      delivery::steering_data_uri(ids_of(pathways), steered.ttl, reload_uri(public_url, token));
  return options;
}

}  // namespace matinee::api
