#include "app/seed.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/home.h"
#include "app/seed_titles.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/files.h"
#include "catalog/titles.h"
#include "store/database.h"
#include "store/store_url.h"

namespace matinee::app {
namespace {

constexpr std::int64_t kTitlesPerTransaction = 1'000;
constexpr std::int64_t kFirstAddedMs = 1'600'000'000'000;
constexpr std::chrono::milliseconds kBetweenTitles{60'000};

// A film's row as it is once its package was published; no object stands behind the id.
Result<void> make_ready(catalog::Titles& titles, store::SqlRunner& sql, catalog::Title title) {
  if (title.kind != catalog::TitleKind::film) return {};
  title.state = catalog::TitleState::ready;
  title.progress = 1;
  title.duration_ms = 5'400'000;
  title.package_id = to_hex(sha256(bytes_of(title.source_path)));
  title.package_version = 1;
  return titles.update(sql, title);
}

Result<void> seed_library(store::Database& database, const SeedOptions& options) {
  FakeClock clock{from_ms(kFirstAddedMs)};
  SeededRandom random{options.seed};
  catalog::Titles titles(clock, random);
  if (auto done = catalog::Titles::migrate(database); !done) return done;
  const auto there = titles.last_change(database);
  if (!there) return std::unexpected(there.error());
  if (*there > 0 && !options.force) {
    return fail(ErrorCode::conflict,
                "the home has titles already: made-up ones do not belong among them (--force)");
  }
  SeedTitles made_up(options.seed);
  for (std::int64_t made = 0; made < options.titles;) {
    const auto count = std::min(kTitlesPerTransaction, options.titles - made);
    std::vector<catalog::FoundTitle> batch;
    for (std::int64_t i = 0; i < count; ++i) batch.push_back(made_up.next());
    auto written = database.transaction([&](store::SqlRunner& sql) -> Result<void> {
      for (const auto& found : batch) {
        clock.advance(kBetweenTitles);
        auto added = titles.add(sql, found);
        if (!added) return std::unexpected(added.error());
        if (auto done = make_ready(titles, sql, std::move(added->title)); !done) return done;
      }
      return {};
    });
    if (!written) return written;
    made += count;
  }
  return {};
}

Result<void> seed(const SeedOptions& options) {
  if (options.titles < 1 || options.titles > kSeedTitlesMax) {
    return fail(ErrorCode::invalid, "--titles must be from 1 to 1,000,000");
  }
  SystemClock clock;
  SystemRandom random;
  SystemFiles files;
  const auto home = Home::open(options.home, clock, random);  // refused while it runs
  if (!home) return std::unexpected(home.error());
  auto database = store::open_database(
      store::store_url("sqlite", home->paths().control() / "matinee.db"), {files, clock, random});
  if (!database) return std::unexpected(database.error());
  return seed_library(**database, options);
}

}  // namespace

int run_seed(const SeedOptions& options) {
  const auto done = seed(options);
  if (!done) {
    std::fprintf(stderr, "matinee: seeding: %s\n", done.error().message.c_str());
    return 1;
  }
  std::printf("%lld made-up titles are in %s\n", static_cast<long long>(options.titles),
              options.home.c_str());
  return 0;
}

}  // namespace matinee::app
