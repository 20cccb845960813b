#pragma once
// edge/session_cache: whose session a cookie is, asked of control once a minute.

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace matinee::edge {

/// What control says of a cookie; nothing when it is nobody's.
struct KnownSession {
  http::SessionFacts facts;
  Instant expires{};
};
using SessionAnswer = Result<std::optional<KnownSession>>;

/// Reads the answer of GET /internal/session. Errors: corrupt when a 200 lacks something,
/// unavailable for every status but 200, 401 and 404.
SessionAnswer read_session_answer(int status, std::string_view body);

/// Answers of control by cookie. Kept for `keep`; while control cannot be asked, an old answer
/// serves until `keep_stale`. Everyone who asks about one cookie joins one question. Holds hashes
/// of cookies, never cookies. Least recently used first out. Of one loop.
class SessionCache {
 public:
  struct Options {
    std::chrono::milliseconds keep{60'000};
    std::chrono::milliseconds keep_stale{600'000};
    std::chrono::milliseconds keep_refused{1'000};
    std::size_t sessions_max = 10'000;
    std::size_t waiters_max = 1'000;  // of one cookie
  };
  /// Asks control about a cookie; answers once, later, unless what it returned is dropped before.
  using Ask = std::function<std::shared_ptr<void>(const std::string& cookie,
                                                  std::function<void(SessionAnswer)> done)>;
  /// The session; nothing when the cookie is nobody's. Errors: unavailable when control is away.
  using OnSession = std::function<void(Result<std::optional<http::SessionFacts>>)>;

  SessionCache(Options options, const Clock& clock, Metrics& metrics, Ask ask);

  /// Calls `done` once, now or later.
  void resolve(const std::string& cookie, OnSession done);
  /// Forgets a session that was revoked or changed. Answers already on their way may be older than
  /// that: their cookies are asked about once more.
  void forget(const SessionId& session);

 private:
  struct Entry {
    std::optional<KnownSession> session;
    MonotonicInstant fresh_until;
    MonotonicInstant stale_until;
    std::list<Sha256Digest>::iterator place;
    void forget();
  };
  struct Question {
    std::vector<OnSession> waiters;
    std::string cookie;           // until the answer is there
    std::uint64_t forgotten = 0;  // of the cache, when it was asked
    bool asked_again = false;
    std::shared_ptr<void> asked;  // shared: the answer may drop it while it is being given
  };
  struct KeyHash {
    std::size_t operator()(const Sha256Digest& digest) const noexcept;
  };
  void ask(const Sha256Digest& key, Question& question);
  void answered(const Sha256Digest& key, const SessionAnswer& answer);
  void keep(const Sha256Digest& key, const std::optional<KnownSession>& session);
  [[nodiscard]] std::optional<http::SessionFacts> facts_of(const Entry& entry) const;

  const Options options_;
  const Clock& clock_;
  Ask ask_;
  Counter& hits_;
  Counter& asked_;
  Counter& stale_;
  std::unordered_map<Sha256Digest, Entry, KeyHash> entries_;
  std::list<Sha256Digest> recent_;  // front: used last
  std::unordered_map<Sha256Digest, Question, KeyHash> waiting_;
  std::uint64_t forgotten_ = 0;  // how often forget() was called
};

}  // namespace matinee::edge
