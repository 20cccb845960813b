#include "app/control_sign_in.h"

#include "app/role_clients.h"
#include "base/json.h"
#include "http/problem.h"

namespace matinee::app {
namespace {

constexpr std::chrono::milliseconds kErasurePatience{5'000};
constexpr std::size_t kAnswerBytesMax = 4'096;

}  // namespace

ControlSignIn::ControlSignIn(RoleWorld& world, store::Database& database,
                             const guard::Keyring& keyring, const guard::RoleKeys& keys)
    : role_(world),
      database_(database),
      keyring_(keyring),
      authorization_(authorization_of(guard::Role::control, keys, world)),
      edge_(world.clock, client_options(world, "edge")),
      insight_(world.clock, client_options(world, "insight")),
      push_(edge_, authorization_, world.clock, world.metrics),
      hasher_({}, world.clock, world.random),
      throttle_(world.clock) {}

Result<std::unique_ptr<ControlSignIn>> ControlSignIn::open(RoleWorld& world,
                                                           store::Database& database,
                                                           const guard::Keyring& keyring,
                                                           const guard::RoleKeys& keys) {
  std::unique_ptr<ControlSignIn> made(new ControlSignIn(world, database, keyring, keys));
  if (auto done = made->open_tables(); !done) return std::unexpected(done.error());
  if (world.config.demo) {
    if (auto done = made->make_demo_owner(); !done) return std::unexpected(done.error());
  }
  made->erasures_->start();
  return made;
}

Result<void> ControlSignIn::open_tables() {
  auto sessions = guard::Sessions::open(database_, role_.clock, role_.random);
  auto links = guard::OneTimeLinks::open(database_, role_.clock, role_.random);
  auto accounts = members::Accounts::open(database_, role_.clock, role_.random);
  auto members = members::Members::open(database_, keyring_, role_.clock, role_.random);
  if (!sessions) return std::unexpected(sessions.error());
  if (!links) return std::unexpected(links.error());
  if (!accounts) return std::unexpected(accounts.error());
  if (!members) return std::unexpected(members.error());
  sessions_ = std::move(*sessions);
  if (const auto removed = sessions_->remove_expired(); !removed) {
    return std::unexpected(removed.error());
  }
  sessions_->on_revoked([this](const std::vector<SessionId>& ids) { push_(ids); });
  if (auto kept = throttle_.keep_in(database_); !kept) return kept;
  links_ = std::move(*links);
  accounts_ = std::move(*accounts);
  members_ = std::move(*members);
  sign_in_.emplace(members::SignInParts{database_, *sessions_, *links_, hasher_, throttle_,
                                        *accounts_, *members_, keyring_.session_key(),
                                        role_.random});
  erasures_.emplace(
      *members_, [this](const members::Tombstone& tombstone) { return tell_insight(tombstone); });
  sign_in_->on_erased([this] { erasures_->poke(); });
  world_.emplace(api::SignInWorld{
      .sign_in = *sign_in_,
      .hasher = hasher_,
      .sessions = *sessions_,
      .links = *links_,
      .accounts = *accounts_,
      .members = *members_,
      .server_name = role_.config.server_name,
      .public_url = role_.config.public_url,
      .secure = role_.config.tls.is_on() || role_.config.public_url.starts_with("https:"),
      .demo = role_.config.demo});
  return {};
}

// A demo has an owner from the start, without a password: only its own pages sign in.
Result<void> ControlSignIn::make_demo_owner() {
  const auto is_claimed = accounts_->is_claimed();
  if (!is_claimed) return std::unexpected(is_claimed.error());
  if (*is_claimed) return {};
  return database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto owner = accounts_->claim(sql, "Demo", "");
    if (!owner) return std::unexpected(owner.error());
    const auto count = sql.query_one("SELECT COUNT(*) FROM profiles WHERE account_id = ?",
                                     {owner->id.to_string()});
    if (!count) return std::unexpected(count.error());
    if (count->integer(0) > 0) return {};
    const auto profile = members_->create_profile(sql, owner->id, {.name = "You"});
    if (!profile) return std::unexpected(profile.error());
    return {};
  });
}

Result<void> ControlSignIn::tell_insight(const members::Tombstone& tombstone) {
  http::ClientRequest request{.method = http::Method::post, .target = "/internal/erasures"};
  request.headers.set("Authorization", authorization_());
  request.headers.set("Content-Type", "application/json");
  request.body = to_text({{"tenant_id", tombstone.tenant_id.to_string()},
                          {"pseudonym", tombstone.pseudonym.to_string()}});
  request.retry_safe = true;
  const auto answer =
      insight_.fetch(request, Deadline::in(role_.clock, kErasurePatience), kAnswerBytesMax);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 204) return {};
  return std::unexpected(http::error_of(answer->status, answer->body, "telling insight"));
}

}  // namespace matinee::app
