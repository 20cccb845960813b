#pragma once
// api/control_world: what the routes of the control role need from outside, wired up by `app`.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/acting_viewer.h"
#include "api/image_maker.h"
#include "api/package_cache.h"
#include "api/play_starts.h"
#include "api/viewer.h"
#include "api/web_app.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/artwork.h"
#include "catalog/source_digests.h"
#include "catalog/titles.h"
#include "functions/job_queue.h"
#include "functions/library_intake.h"
#include "functions/library_rescan.h"
#include "functions/title_jobs.h"
#include "guard/path_token.h"
#include "guard/role_credential.h"
#include "guard/session.h"
#include "http/router.h"
#include "store/database.h"

namespace matinee::api {

struct SignInWorld;

/// A session and the facts that go with it in the Matinee-* headers.
struct ResolvedSession {
  http::SessionFacts facts;
  Instant expires;
};

/// A session that was made just now, and the cookie that hands it out.
struct OpenedSession {
  ResolvedSession session;
  std::string set_cookie;  // the Set-Cookie header's value
};

/// A title of a profile's history.
struct WatchedTitle {
  TitleId title_id;
  std::int64_t position_ms = 0;
  bool completed = false;
  std::int64_t duration_ms = 0;  // 0 when not known
  std::int64_t watched_at_ms = 0;
};

/// A part of a profile's history, the last watched first.
struct WatchedPage {
  std::vector<WatchedTitle> items;
  std::string next_cursor;  // "" at the end
};

/// Sessions and profiles; from guard::Sessions and members::Members.
struct ControlMembers {
  /// The session of a Cookie header. Errors: unauthorized.
  std::function<Result<ResolvedSession>(std::string_view cookie_header)> resolve;
  /// A new session for who asks a demo's page from this machine; empty: nobody gets one.
  std::function<Result<OpenedSession>(bool secure)> open;
  /// The key of a profile's personal data. Errors: not_found.
  std::function<Result<guard::SecretKey>(ProfileId)> profile_key;
  /// The viewer of a session, looked up anew. Errors: unauthorized for one that is gone, whatever
  /// the edge remembers of it.
  std::function<Result<Viewer>(const http::SessionFacts&)> viewer{};
};

/// The insight role, from here; each call keeps to its deadline.
struct ControlInsight {
  std::function<Result<std::int64_t>(const http::SessionFacts&, const TitleId&, Deadline)>
      resume_ms;
  /// The last watched first.
  std::function<Result<std::vector<WatchedTitle>>(const http::SessionFacts&, Deadline)> history;
  /// Errors: also invalid for a cursor that is none.
  std::function<Result<WatchedPage>(const http::SessionFacts&, std::size_t limit,
                                    const std::string& cursor, Deadline)>
      history_page{};
};

/// Stores an object at the origin role, durably; gives its id.
using PutObject = std::function<Result<std::string>(std::string_view bytes, Deadline deadline)>;

/// The disk that the object store lies on.
struct DiskFacts {
  std::int64_t total_bytes = 0;
  std::int64_t free_bytes = 0;
};

/// What the studio asks of the machine; an empty function: nobody knows.
struct ControlStudio {
  std::function<Result<DiskFacts>()> disk{};
};

/// The library as it grows; from functions::LibraryIntake and catalog::Libraries.
struct ControlLibrary {
  std::function<Result<functions::IntakeReport>(const std::vector<std::string>& paths,
                                                const functions::IntakeOptions&)>
      take;
  /// Begins to look through all folders, and how that stands; both at once.
  std::function<functions::RescanStatus()> rescan;
  std::function<functions::RescanStatus()> rescan_status;
  std::function<Result<std::vector<catalog::Library>>()> list;
  /// Ambiguous and unreadable files of the last scans.
  std::function<Result<std::vector<catalog::Finding>>(std::int64_t limit)> findings;
  std::function<Result<std::int64_t>(catalog::FindingKind)> findings_count;
  std::function<Result<std::vector<catalog::SourceDigest>>(const TitleId& after,
                                                           std::int64_t limit)>
      digests;
  /// How many sources were not read yet.
  std::function<Result<std::int64_t>()> digests_due;
};

/// Everything that control's routes use; all of it must outlive the router. Thread-safe parts only.
struct ControlWorld {
  const Clock& clock;
  Random& random;
  store::Database& database;
  catalog::Titles& titles;
  functions::JobQueue& queue;
  functions::TitleJobs& title_jobs;
  PackageCache& packages;
  PlayStarts& plays;
  const guard::PathTokenRing& tokens;
  const WebApp& web_app;
  ReadObject read_object;  // from the origin role
  ControlMembers members;
  ControlInsight insight;
  Authorize authorize;
  catalog::Artworks& artworks;
  ImageMaker& images;
  PutObject put_object;
  ControlStudio studio{};
  ControlLibrary library{};
  const SignInWorld* sign_in = nullptr;  // set before the routes are added
  bool library_at_start = false;         // taken into memory before anybody asks
};

/// How long control waits for insight before it goes on without.
inline constexpr std::chrono::milliseconds kInsightPatience{300};
/// How long it waits for a history that was asked for by itself.
inline constexpr std::chrono::milliseconds kHistoryPatience{2'000};
/// How long control waits for the origin on behalf of a viewer.
inline constexpr std::chrono::milliseconds kOriginPatience{5'000};

}  // namespace matinee::api
