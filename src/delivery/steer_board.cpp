#include "delivery/steer_board.h"

#include <algorithm>

namespace matinee::delivery {
namespace {

constexpr std::size_t kEdgeIdMax = 64;
constexpr std::size_t kBaseUrlMax = 256;

// Not ".": hls.js takes that for the manifest's own pathway.
bool is_pathway_id(std::string_view id) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !id.empty() && id.size() <= kEdgeIdMax && id.front() != '.' &&
         id.find_first_not_of(kAllowed) == std::string_view::npos;
}

// scheme://host[:port], nothing behind it; what would break out of a playlist or an MPD is refused.
bool is_base_url(std::string_view url) {
  if (url.size() > kBaseUrlMax) return false;
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return false;
  }
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  return !url.empty() && url.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

SteerBoard::SteerBoard(const Clock& clock, Options options)
    : clock_(clock), options_(options), sites_(std::make_shared<const SiteTable>()) {}

void SteerBoard::set_sites(SiteTable sites) {
  const std::lock_guard lock(mutex_);
  sites_ = std::make_shared<const SiteTable>(std::move(sites));
  view_.reset();
}

Result<void> SteerBoard::join(const EdgeFacts& facts) {
  if (!is_pathway_id(facts.id)) {
    return fail(ErrorCode::invalid,
                "an edge's id is 1 to 64 letters, digits, . _ and -, and begins with none of .");
  }
  if (!facts.is_local && !is_base_url(facts.base_url)) {
    return fail(ErrorCode::invalid, "base_url of the edge " + facts.id +
                                        " must be http:// or https:// and a host, without a path");
  }
  const std::lock_guard lock(mutex_);
  if (!edges_.contains(facts.id) && edges_.size() >= kEdgesMax) {
    return fail(ErrorCode::limited, "there are 16384 edges already");
  }
  Edge& edge = edges_[facts.id];
  edge = Edge{.facts = facts, .health = {}, .last = {}, .is_draining = false};
  view_.reset();
  return {};
}

Result<void> SteerBoard::report(const std::string& id, const EdgeReport& report) {
  const std::lock_guard lock(mutex_);
  const auto found = edges_.find(id);
  if (found == edges_.end()) return fail(ErrorCode::not_found, "no edge " + id + " has joined");
  Edge& edge = found->second;
  edge.health.report(clock_.monotonic(), report.error_rate);
  auto holds = report.holds ? report.holds : edge.last.holds;
  if (edge.last.is_draining != report.is_draining) view_.reset();
  edge.last = report;
  edge.last.holds = std::move(holds);
  return {};
}

Result<Instant> SteerBoard::drain(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = edges_.find(id);
  if (found == edges_.end()) return fail(ErrorCode::not_found, "no edge " + id + " has joined");
  found->second.is_draining = true;
  view_.reset();
  return promises_.held_until(id, clock_.now());
}

void SteerBoard::leave(const std::string& id) {
  const std::lock_guard lock(mutex_);
  edges_.erase(id);
  view_.reset();
}

bool SteerBoard::has_choice() const {
  const std::lock_guard lock(mutex_);
  return edges_.size() > 1;
}

Steered SteerBoard::decide(const ClientFacts& client, const TitleId& title) {
  const std::lock_guard lock(mutex_);
  return decide_locked(client, title);
}

Steered SteerBoard::answer(const ClientFacts& client, const TitleId& title) {
  const std::lock_guard lock(mutex_);
  Steered steered = decide_locked(client, title);
  std::vector<std::string> told;
  for (const auto& pathway : steered.pathways) told.push_back(pathway.id);
  promises_.answered(told, clock_.now(), steered.ttl);
  return steered;
}

std::shared_ptr<const EdgeView> SteerBoard::view_locked() {
  const auto now = clock_.monotonic();
  if (view_ && now - view_made_ < kViewAge) return view_;
  std::vector<EdgeState> states;
  states.reserve(edges_.size());
  for (const auto& [id, edge] : edges_) {
    states.push_back({.id = id,
                      .site = sites_->site_named(edge.facts.site).value_or(kNoSite),
                      .health = edge.facts.is_local ? Health::healthy : edge.health.at(now),
                      .is_draining = edge.is_draining || edge.last.is_draining,
                      .load = edge.last.load,
                      .holds = edge.last.holds});
  }
  view_drains_ = std::ranges::any_of(states, &EdgeState::is_draining);
  view_ = std::make_shared<const EdgeView>(sites_, std::move(states));
  view_made_ = now;
  return view_;
}

Steered SteerBoard::decide_locked(const ClientFacts& client, const TitleId& title) {
  Steered steered{.view = view_locked(), .decision = {}, .pathways = {}, .ttl = options_.ttl};
  steered.decision = steer(*steered.view, client, title);
  for (const RankedEdge& ranked : steered.decision.ranked) {
    const std::string& id = steered.view->edges()[ranked.edge].id;
    steered.pathways.push_back({id, edges_.at(id).facts.base_url});
  }
  if (view_drains_) steered.ttl = std::min(steered.ttl, kTtlDraining);
  return steered;
}

}  // namespace matinee::delivery
