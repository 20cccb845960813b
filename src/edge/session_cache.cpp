#include "edge/session_cache.h"

#include <cstring>
#include <utility>

#include "base/encoding.h"
#include "base/json.h"

namespace matinee::edge {
namespace {

template <typename T>
bool read_id(const Json& json, std::string_view name, T& id) {
  const auto text = text_member(json, name);
  if (!text) return false;
  const auto parsed = T::parse(*text);
  if (parsed) id = *parsed;
  return parsed.has_value();
}

}  // namespace

SessionAnswer read_session_answer(int status, std::string_view body) {
  if (status == 401 || status == 404) return std::nullopt;
  if (status != 200) {
    return fail(ErrorCode::unavailable, "resolving a session: status " + std::to_string(status));
  }
  const auto json = parse_json(body, 4);
  if (!json) return fail(ErrorCode::corrupt, "resolving a session: " + json.error().message);
  KnownSession known;
  const auto expires = integer_member(*json, "expires_at_ms");
  if (!expires || !read_id(*json, "session_id", known.facts.session_id) ||
      !read_id(*json, "tenant_id", known.facts.tenant_id) ||
      !read_id(*json, "account_id", known.facts.account_id) ||
      !read_id(*json, "profile_id", known.facts.profile_id) ||
      !read_id(*json, "pseudonym", known.facts.pseudonym)) {
    return fail(ErrorCode::corrupt, "resolving a session: the answer lacks an id or its expiry");
  }
  known.expires = from_ms(*expires);
  return known;
}

std::size_t SessionCache::KeyHash::operator()(const Sha256Digest& digest) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, digest.data(), sizeof value);
  return value;
}

SessionCache::SessionCache(Options options, const Clock& clock, Metrics& metrics, Ask ask)
    : options_(options),
      clock_(clock),
      ask_(std::move(ask)),
      hits_(metrics.counter("matinee_edge_session_hits_total", "Sessions known already.")),
      asked_(metrics.counter("matinee_edge_session_asked_total", "Questions to control.")),
      stale_(metrics.counter("matinee_edge_session_stale_total",
                             "Old answers used while control was away.")) {}

std::optional<http::SessionFacts> SessionCache::facts_of(const Entry& entry) const {
  if (!entry.session || entry.session->expires <= clock_.now()) return std::nullopt;
  return entry.session->facts;
}

void SessionCache::resolve(const std::string& cookie, OnSession done) {
  const Sha256Digest key = sha256(bytes_of(cookie));
  const auto found = entries_.find(key);
  if (found != entries_.end() && clock_.monotonic() < found->second.fresh_until) {
    hits_.add();
    recent_.splice(recent_.begin(), recent_, found->second.place);
    done(facts_of(found->second));
    return;
  }
  Question& question = waiting_[key];
  if (question.waiters.size() >= options_.waiters_max) {
    done(fail(ErrorCode::unavailable, "too many requests wait for one session"));
    return;
  }
  question.waiters.push_back(std::move(done));
  if (question.waiters.size() > 1) return;
  question.cookie = cookie;
  ask(key, question);
}

void SessionCache::ask(const Sha256Digest& key, Question& question) {
  asked_.add();
  question.forgotten = forgotten_;
  question.asked =
      ask_(question.cookie, [this, key](const SessionAnswer& answer) { answered(key, answer); });
}

void SessionCache::answered(const Sha256Digest& key, const SessionAnswer& answer) {
  Result<std::optional<http::SessionFacts>> outcome = std::nullopt;
  const auto question = waiting_.find(key);
  const bool is_current = question == waiting_.end() || question->second.forgotten == forgotten_;
  if (!is_current && !std::exchange(question->second.asked_again, true)) {
    ask(key, question->second);
    return;
  }
  if (answer) {
    keep(key, *answer);
    Entry& entry = entries_.find(key)->second;
    outcome = facts_of(entry);
    if (!is_current) entry.forget();
  } else {
    const auto old = entries_.find(key);
    if (old != entries_.end() && clock_.monotonic() < old->second.stale_until) {
      stale_.add();
      outcome = facts_of(old->second);
    } else {
      outcome = std::unexpected(answer.error());
    }
  }
  const auto node = waiting_.extract(key);
  if (node.empty()) return;
  for (const OnSession& waiter : node.mapped().waiters) waiter(outcome);
}

void SessionCache::keep(const Sha256Digest& key, const std::optional<KnownSession>& session) {
  const MonotonicInstant now = clock_.monotonic();
  const auto fresh = session ? options_.keep : options_.keep_refused;
  const auto stale = session ? options_.keep_stale : options_.keep_refused;
  const auto [entry, is_new] = entries_.try_emplace(key);
  if (is_new) {
    recent_.push_front(key);
    entry->second.place = recent_.begin();
  }
  entry->second.session = session;
  entry->second.fresh_until = now + fresh;
  entry->second.stale_until = now + stale;
  while (recent_.size() > options_.sessions_max && recent_.back() != key) {
    entries_.erase(recent_.back());
    recent_.pop_back();
  }
}

void SessionCache::Entry::forget() {
  session.reset();
  fresh_until = {};
  stale_until = {};
}

void SessionCache::forget(const SessionId& session) {
  ++forgotten_;
  for (auto& [key, entry] : entries_) {
    if (entry.session && entry.session->facts.session_id == session) entry.forget();
  }
}

}  // namespace matinee::edge
