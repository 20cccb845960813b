#pragma once
// api/studio_json: titles, jobs and stages as the studio and the operator's command line read them.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "catalog/title_cards.h"
#include "functions/job_log.h"
#include "functions/job_queue.h"
#include "functions/library_rescan.h"
#include "functions/title_report.h"

namespace matinee::api {

Json to_json(const functions::JobCounts& counts);
/// "first", "normal" or "last".
std::string_view turn_of(int boost);
/// The boost of a turn. Errors: invalid.
Result<int> boost_of_turn(std::string_view turn);

/// A title of a list: where it stands and why.
Json studio_title_json(const catalog::TitleCard& card, const functions::JobCounts& jobs);

/// A job. `speed`: how many seconds of the film it makes in one second; absent when nobody knows.
Json studio_job_json(const functions::JobFacts& job, std::optional<double> speed);
/// How fast a leased job goes, given its payload.
std::optional<double> speed_of(const functions::JobFacts& job, const Json& payload,
                               std::int64_t now_ms);

Json stages_json(std::span<const functions::StageReport> stages,
                 const std::map<std::string, std::int64_t>& stored_parts);
Json log_json(std::span<const functions::JobLogLine> lines,
              const std::map<std::string, std::string>& step_of_job);

Json scan_json(const functions::RescanStatus& status);

/// components/schemas of the studio's routes.
const std::vector<std::pair<std::string, std::string>>& studio_schemas();

}  // namespace matinee::api
