#pragma once
// delivery/steer_board: the edges that registered, what they reported and what viewers were told
// of them. Owned by control; routes ask it for decisions.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "delivery/steer.h"
#include "delivery/steer_answer.h"
#include "delivery/steer_health.h"

namespace matinee::delivery {

/// An edge as it registers.
struct EdgeFacts {
  std::string id;         // a pathway's: letters, digits, . _ and -, at most 64, not "." itself
  std::string base_url;   // what players fetch from, as "https://ams1.films.test", without a path
  std::string site;       // of the site table; empty or unknown = of no site
  bool is_local = false;  // under the same supervisor as who asks: it needs no reports
};

struct EdgeReport {
  double load = 0;        // share of what it can serve
  double error_rate = 0;  // share of the answers since the last report
  bool is_draining = false;
  std::shared_ptr<const Holdings> holds{};  // none: as before
};

/// A decision, its edges' addresses and the view it was made over.
struct Steered {
  std::shared_ptr<const EdgeView> view;
  Decision decision;
  struct Pathway {
    std::string id;
    std::string base_url;
  };
  std::vector<Pathway> pathways;  // in the order of decision.ranked
  std::chrono::seconds ttl{0};
};

/// Thread-safe. At most kEdgesMax edges.
class SteerBoard {
 public:
  struct Options {
    std::chrono::seconds ttl = kTtlDefault;
  };
  explicit SteerBoard(const Clock& clock) : SteerBoard(clock, Options{}) {}
  SteerBoard(const Clock& clock, Options options);

  void set_sites(SiteTable sites);

  /// An edge is new, or came back with other facts. Errors: invalid, naming the member; limited
  /// beyond kEdgesMax.
  Result<void> join(const EdgeFacts& facts);
  /// Errors: not_found for an edge that did not join.
  Result<void> report(const std::string& id, const EdgeReport& report);
  /// The edge is named in no new answer from now on. The moment until which it must go on serving.
  /// Errors: not_found.
  Result<Instant> drain(const std::string& id);
  void leave(const std::string& id);

  /// Whether there is anything to choose from.
  [[nodiscard]] bool has_choice() const;
  /// Decides, without telling anybody.
  [[nodiscard]] Steered decide(const ClientFacts& client, const TitleId& title);
  /// Decides for a player, who is told: the promise is remembered.
  [[nodiscard]] Steered answer(const ClientFacts& client, const TitleId& title);

 private:
  struct Edge {
    EdgeFacts facts;
    EdgeHealth health;
    EdgeReport last;
    bool is_draining = false;  // by order, whatever it reports
  };
  // Views are made anew this often at most; a change of drain or membership counts at once.
  static constexpr std::chrono::milliseconds kViewAge{250};

  std::shared_ptr<const EdgeView> view_locked();
  Steered decide_locked(const ClientFacts& client, const TitleId& title);

  const Clock& clock_;
  const Options options_;
  mutable std::mutex mutex_;
  std::shared_ptr<const SiteTable> sites_;
  std::map<std::string, Edge> edges_;
  std::shared_ptr<const EdgeView> view_;
  MonotonicInstant view_made_{};
  bool view_drains_ = false;  // some edge of view_
  SteerPromises promises_;
};

}  // namespace matinee::delivery
