#include "members/schema.h"

namespace matinee::members {
namespace {

constexpr store::Migration kMigrations[] = {{1, R"(
CREATE TABLE tenants (
  tenant_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_ms BIGINT NOT NULL);
CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id),
  created_ms BIGINT NOT NULL);
CREATE TABLE profiles (
  profile_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_ms BIGINT NOT NULL);
CREATE INDEX profiles_by_account ON profiles (account_id, created_ms, profile_id);
CREATE TABLE profile_keys (
  profile_id TEXT PRIMARY KEY REFERENCES profiles (profile_id),
  pseudonym TEXT NOT NULL UNIQUE,
  wrapped_key BLOB NOT NULL);
CREATE TABLE profile_tombstones (
  position BIGINT PRIMARY KEY,
  pseudonym TEXT NOT NULL UNIQUE,
  erased_ms BIGINT NOT NULL);
CREATE TABLE default_account (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  account_id TEXT NOT NULL REFERENCES accounts (account_id));
)"},
                                            // Accounts get names, roles and passwords; the one of
                                            // before has none until its owner claims it.
                                            {2, R"(
ALTER TABLE accounts ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN name_key TEXT;
ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer';
ALTER TABLE accounts ADD COLUMN password_hash TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX accounts_by_name ON accounts (name_key);
CREATE INDEX accounts_by_role ON accounts (role);
ALTER TABLE profiles ADD COLUMN avatar TEXT NOT NULL DEFAULT 'reel';
ALTER TABLE profiles ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE profiles ADD COLUMN maturity_max BIGINT;
ALTER TABLE profiles ADD COLUMN pin_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN autoplay BIGINT NOT NULL DEFAULT 1;
UPDATE profiles SET maturity_max = 6 WHERE kind = 'child';
ALTER TABLE profile_tombstones ADD COLUMN tenant_id TEXT NOT NULL DEFAULT '';
CREATE TABLE erasures_sent (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  position BIGINT NOT NULL);
)"}};

}  // namespace

Result<void> migrate(store::Database& database) {
  if (auto done = database.migrate("members", kMigrations); !done) {
    return fail(done.error(), "preparing the members");
  }
  return {};
}

}  // namespace matinee::members
