#include "guard/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

using Ipv6 = std::array<unsigned char, 16>;

// IPv4 comes as a mapped address (::ffff:a.b.c.d).
std::optional<Ipv6> parse(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  Ipv6 bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

bool is_ipv4(const Ipv6& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
         bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string name_in_table(const GuessBucket& bucket) {
  return to_hex(sha256(bytes_of(bucket.key)));
}

constexpr std::size_t kPruneEvery = 1'000;  // writes

constexpr std::array kMigrations{store::Migration{1, R"(
CREATE TABLE guess_levels (
  bucket_sha256 TEXT PRIMARY KEY,
  guesses       REAL NOT NULL,
  at_ms         BIGINT NOT NULL
);
CREATE INDEX guess_levels_at ON guess_levels (at_ms);
)"}};

}  // namespace

Result<void> GuessThrottle::keep_in(store::Database& database) {
  if (auto done = database.migrate("guess_levels", kMigrations); !done) {
    return fail(done.error(), "preparing the throttle of guesses");
  }
  const Instant now = clock_.now();
  const auto old =
      database.execute("DELETE FROM guess_levels WHERE at_ms < ?", {to_ms(now - kKeptFor)});
  if (!old) return fail(old.error(), "tidying the throttle of guesses");
  const auto rows = database.query(
      "SELECT bucket_sha256, guesses, at_ms FROM guess_levels ORDER BY at_ms DESC LIMIT ?",
      {kBucketsMax});
  if (!rows) return fail(rows.error(), "reading the throttle of guesses");
  const std::lock_guard lock(mutex_);
  for (const store::Row& row : *rows | std::views::reverse) {
    // A wall clock that was set back gives nothing back.
    const auto passed = std::max(now - from_ms(row.integer(2)), Instant::duration{0});
    add(row.text(0), row.values.at(1).number(),
        clock_.monotonic() - std::chrono::duration_cast<MonotonicInstant::duration>(passed));
  }
  database_ = &database;
  return {};
}

void GuessThrottle::add(const std::string& key, double guesses, MonotonicInstant at) {
  recent_.push_front(key);
  levels_[key] = {.guesses = guesses, .at = at, .place = recent_.begin()};
  if (levels_.size() <= kBucketsMax) return;
  levels_.erase(recent_.back());
  recent_.pop_back();
}

// Within the lock, so that the table has the last word too. A database that is away keeps nobody
// from guessing less: the levels in memory hold, and signing in needs the database anyway.
void GuessThrottle::keep(std::span<const GuessBucket> buckets) {
  if (database_ == nullptr) return;
  const std::int64_t now_ms = to_ms(clock_.now());
  const bool prunes = ++kept_ % kPruneEvery == 0;
  (void)database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    for (const GuessBucket& bucket : buckets) {
      const std::string key = name_in_table(bucket);
      const double guesses = levels_.at(key).guesses;
      // Full is as good as unknown.
      const auto done =
          guesses >= bucket.burst
              ? sql.execute("DELETE FROM guess_levels WHERE bucket_sha256 = ?", {key})
              : sql.execute(
                    "INSERT INTO guess_levels VALUES (?, ?, ?) ON CONFLICT (bucket_sha256) "
                    "DO UPDATE SET guesses = excluded.guesses, at_ms = excluded.at_ms",
                    {key, guesses, now_ms});
      if (!done) return std::unexpected(done.error());
    }
    if (!prunes) return {};
    const auto old =
        sql.execute("DELETE FROM guess_levels WHERE at_ms < ?", {now_ms - kKeptFor.count()});
    if (!old) return std::unexpected(old.error());
    return {};
  });
}

GuessThrottle::Level& GuessThrottle::level_of(const GuessBucket& bucket) {
  const MonotonicInstant now = clock_.monotonic();
  const std::string key = name_in_table(bucket);
  if (!levels_.contains(key)) add(key, bucket.burst, now);
  Level& level = levels_.at(key);
  recent_.splice(recent_.begin(), recent_, level.place);
  const std::chrono::duration<double, std::milli> passed = now - level.at;
  level.guesses = std::min(
      bucket.burst, level.guesses + passed.count() / static_cast<double>(bucket.refill.count()));
  level.at = now;
  return level;
}

std::chrono::milliseconds GuessThrottle::take(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  std::chrono::milliseconds wait{0};
  for (const GuessBucket& bucket : buckets) {
    const double missing = 1 - level_of(bucket).guesses;
    if (missing <= 0) continue;
    const auto ms = missing * static_cast<double>(bucket.refill.count());
    wait = std::max(wait, std::chrono::milliseconds(static_cast<std::int64_t>(ms) + 1));
  }
  if (wait.count() > 0) return wait;
  for (const GuessBucket& bucket : buckets) level_of(bucket).guesses -= 1;
  keep(buckets);
  return wait;
}

void GuessThrottle::forgive(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  for (const GuessBucket& bucket : buckets) level_of(bucket).guesses = bucket.burst;
  keep(buckets);
}

void GuessThrottle::give_back(std::span<const GuessBucket> buckets) {
  const std::lock_guard lock(mutex_);
  for (const GuessBucket& bucket : buckets) {
    Level& level = level_of(bucket);
    level.guesses = std::min(bucket.burst, level.guesses + 1);
  }
  keep(buckets);
}

std::string guesser_of(std::string_view client_address) {
  const auto address = parse(client_address);
  if (!address || is_ipv4(*address)) return std::string(client_address);
  return to_hex(std::span(*address).first(8)) + "/64";
}

bool is_loopback(std::string_view client_address) {
  if (client_address == "unix") return true;
  const auto address = parse(client_address);
  if (!address) return false;
  if (is_ipv4(*address)) return (*address)[12] == 127;
  Ipv6 one{};
  one[15] = 1;
  return *address == one;
}

bool is_local_network(std::string_view client_address) {
  if (is_loopback(client_address)) return true;
  const auto address = parse(client_address);
  if (!address) return false;
  const Ipv6& bytes = *address;
  if (!is_ipv4(bytes)) {
    const bool is_unique_local = (bytes[0] & 0xFEU) == 0xFC;
    return is_unique_local || (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80);
  }
  const unsigned a = bytes[12];
  const unsigned b = bytes[13];
  return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
         (a == 169 && b == 254);
}

}  // namespace matinee::guard
