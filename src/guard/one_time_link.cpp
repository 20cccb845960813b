#include "guard/one_time_link.h"

#include <array>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kTokenCharacters = 43;

constexpr store::Migration kMigrations[] = {{1, R"(
CREATE TABLE one_time_links (
  token_sha256 TEXT PRIMARY KEY,
  link_id TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  role TEXT NOT NULL,
  note TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL);
CREATE INDEX one_time_links_by_purpose ON one_time_links (purpose, created_ms, link_id);
)"}};

constexpr std::string_view kSelect =
    "SELECT link_id, purpose, role, note, created_ms, expires_ms FROM one_time_links ";

std::string_view name_of(LinkPurpose purpose) {
  return purpose == LinkPurpose::claim ? "claim" : "invitation";
}

std::string hash_of(std::string_view token) { return to_hex(sha256(bytes_of(token))); }

Result<Link> link_of(const store::Row& row) {
  const auto id = LinkId::parse(row.text(0));
  const auto role = account_role_of(row.text(2));
  if (!id || !role) return fail(ErrorCode::corrupt, "a row of one_time_links is damaged");
  return Link{.id = *id,
              .purpose = row.text(1) == name_of(LinkPurpose::claim) ? LinkPurpose::claim
                                                                    : LinkPurpose::invitation,
              .role = *role,
              .note = row.text(3),
              .created = from_ms(row.integer(4)),
              .expires = from_ms(row.integer(5))};
}

Result<void> insert(store::SqlRunner& sql, const NewLink& made) {
  const Link& link = made.link;
  auto added =
      sql.execute("INSERT INTO one_time_links VALUES (?, ?, ?, ?, ?, ?, ?)",
                  {hash_of(made.token), link.id.to_string(), name_of(link.purpose),
                   guard::name_of(link.role), link.note, to_ms(link.created), to_ms(link.expires)});
  if (!added) return std::unexpected(added.error());
  return {};
}

std::unexpected<Error> not_good(LinkPurpose purpose) {
  return fail(ErrorCode::forbidden,
              purpose == LinkPurpose::claim
                  ? "this claim link is not good any more; `matinee claim` prints a new one"
                  : "this invitation is not good any more; ask for a new one");
}

}  // namespace

Result<OneTimeLinks> OneTimeLinks::open(store::Database& database, const Clock& clock,
                                        Random& random) {
  if (auto done = database.migrate("one_time_links", kMigrations); !done) {
    return fail(done.error(), "preparing the links");
  }
  return OneTimeLinks(database, clock, random);
}

NewLink OneTimeLinks::make(LinkPurpose purpose, AccountRole role, std::string_view note,
                           std::chrono::milliseconds lifetime) {
  std::array<unsigned char, kTokenBytes> secret{};
  random_->fill(secret);
  const Instant now = clock_->now();
  return {.link = {.id = LinkId::generate(*clock_, *random_),
                   .purpose = purpose,
                   .role = role,
                   .note = std::string(note),
                   .created = now,
                   .expires = now + lifetime},
          .token = to_base64url(secret)};
}

Result<NewLink> OneTimeLinks::create_claim() {
  NewLink made = make(LinkPurpose::claim, AccountRole::owner, "", kClaimLifetime);
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto dropped = sql.execute("DELETE FROM one_time_links WHERE purpose = 'claim'");
    if (!dropped) return std::unexpected(dropped.error());
    return insert(sql, made);
  });
  if (!done) return fail(done.error(), "making a claim link");
  return made;
}

Result<NewLink> OneTimeLinks::create_invitation(AccountRole role, std::string_view note) {
  if (note.size() > kNoteBytesMax) {
    return fail(ErrorCode::invalid,
                "a note has at most " + std::to_string(kNoteBytesMax) + " bytes");
  }
  NewLink made = make(LinkPurpose::invitation, role, note, kInvitationLifetime);
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto dropped =
        sql.execute("DELETE FROM one_time_links WHERE expires_ms <= ?", {to_ms(made.link.created)});
    if (!dropped) return std::unexpected(dropped.error());
    const auto count =
        sql.query_one("SELECT COUNT(*) FROM one_time_links WHERE purpose = 'invitation'");
    if (!count) return std::unexpected(count.error());
    if (std::cmp_greater_equal(count->integer(0), kInvitationsMax)) {
      return fail(ErrorCode::limited, "at most " + std::to_string(kInvitationsMax) +
                                          " invitations can be open at once");
    }
    return insert(sql, made);
  });
  if (!done) return fail(done.error(), "making an invitation");
  return made;
}

Result<Link> OneTimeLinks::find(std::string_view token, LinkPurpose purpose) {
  return find(*database_, token, purpose);
}

Result<Link> OneTimeLinks::find(store::SqlRunner& sql, std::string_view token,
                                LinkPurpose purpose) {
  if (token.size() != kTokenCharacters) return not_good(purpose);
  const auto row = sql.query_one(
      std::string(kSelect) + "WHERE token_sha256 = ? AND purpose = ? AND expires_ms > ?",
      {hash_of(token), name_of(purpose), to_ms(clock_->now())});
  if (!row && row.error().code == ErrorCode::not_found) return not_good(purpose);
  if (!row) return fail(row.error(), "looking for a link");
  return link_of(*row);
}

Result<Link> OneTimeLinks::consume(store::SqlRunner& sql, std::string_view token,
                                   LinkPurpose purpose) {
  auto link = find(sql, token, purpose);
  if (!link) return link;
  const auto removed =
      sql.execute("DELETE FROM one_time_links WHERE token_sha256 = ?", {hash_of(token)});
  if (!removed) return std::unexpected(removed.error());
  if (*removed != 1) return not_good(purpose);
  return link;
}

Result<std::vector<Link>> OneTimeLinks::invitations() {
  const auto rows = database_->query(
      std::string(kSelect) +
          "WHERE purpose = 'invitation' AND expires_ms > ? ORDER BY created_ms DESC, link_id DESC",
      {to_ms(clock_->now())});
  if (!rows) return fail(rows.error(), "listing invitations");
  std::vector<Link> links;
  for (const store::Row& row : *rows) {
    auto link = link_of(row);
    if (!link) return std::unexpected(link.error());
    links.push_back(std::move(*link));
  }
  return links;
}

Result<void> OneTimeLinks::remove_invitation(LinkId id) {
  const auto removed = database_->execute(
      "DELETE FROM one_time_links WHERE link_id = ? AND purpose = 'invitation'", {id.to_string()});
  if (!removed) return fail(removed.error(), "withdrawing an invitation");
  if (*removed == 0) return fail(ErrorCode::not_found, "there is no such invitation");
  return {};
}

}  // namespace matinee::guard
