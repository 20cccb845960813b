#include "app/studio.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/admin_call.h"
#include "app/studio_tables.h"
#include "base/encoding.h"

namespace matinee::app {
namespace {

int report(const Error& error) {
  std::fprintf(stderr, "matinee: %s\n", error.message.c_str());
  return 1;
}

int show(const Result<Json>& answer, bool as_json, std::string (*table)(const Json&)) {
  if (!answer) return report(answer.error());
  const auto text = as_json ? to_text(*answer) + "\n" : table(*answer);
  std::fputs(text.c_str(), stdout);
  return 0;
}

std::string order_text(const Json& answer) {
  const auto jobs = integer_member(answer, "jobs");
  if (jobs) return fmt::format("{} {}\n", *jobs, *jobs == 1 ? "job" : "jobs");
  return "turn: " + text_member(answer, "turn").value_or("") + "\n";
}

// An order for a title, or for a job when no title has that id.
Result<Json> order(const std::string& home, const std::string& id, const std::string& verb) {
  const auto target = [&](const char* of) {
    return "/admin/studio/" + std::string(of) + "/" + percent_encode(id) + "/" + verb;
  };
  auto answer = ask_admin(home, http::Method::post, target("titles"));
  if (answer || answer.error().code != ErrorCode::not_found) return answer;
  auto of_job = ask_admin(home, http::Method::post, target("jobs"));
  if (of_job || of_job.error().code != ErrorCode::not_found) return of_job;
  return fail(ErrorCode::not_found, "there is neither a title nor a job " + id);
}

}  // namespace

CLI::App* StudioCommands::add(CLI::App& app, const char* name, const char* summary) {
  auto* command = app.add_subcommand(name, summary);
  command->add_option("--home", home_, "directory of the service")->capture_default_str();
  command->add_flag("--json", json_, "as JSON");
  return command;
}

StudioCommands::StudioCommands(CLI::App& app, const std::string& home) : home_(home) {
  titles_ = add(app, "titles", "list titles and how far their making is");
  titles_->add_option("--state", state_, "only queued, encoding, ready or failed ones");
  titles_->add_option("--search", search_, "in the name or the path");
  titles_->add_flag("--attention", attention_, "only what failed, in whole or in part");
  titles_->add_option("--limit", limit_, "how many at most (1 to 200)")->capture_default_str();
  title_ = add(app, "title", "one title: stages, rungs, jobs and log");
  jobs_ = add(app, "jobs", "jobs in work and waiting");
  jobs_->add_option("--state", state_, "unfinished, all, queued, leased, done or failed");
  jobs_->add_option("--limit", limit_, "how many at most (1 to 500)")->capture_default_str();
  retry_ = add(app, "retry", "try again what failed or was stopped, of a title or a job");
  stop_ = add(app, "stop", "stop what is being made, of a title or a job");
  turn_command_ = add(app, "turn", "say when a title is made: first, normal or last");
  storage_ = add(app, "storage", "what lies where, and what is still to come");
  library_ = add(app, "library", "the library's folders, and files that need a look");
  for (auto* command : {title_, retry_, stop_, turn_command_}) {
    command->add_option("id", id_, "id of the title")->required();
  }
  turn_command_->add_option("turn", turn_, "first, normal or last")->required();
}

std::optional<int> StudioCommands::run() const {
  const auto get = [&](const std::string& path) {
    return ask_admin(home_, http::Method::get, "/admin/studio/" + path);
  };
  if (*titles_) {
    std::string query = "titles?limit=" + std::to_string(limit_);
    if (!state_.empty()) query += "&state=" + percent_encode(state_);
    if (!search_.empty()) query += "&q=" + percent_encode(search_);
    if (attention_) query += "&attention=1";
    return show(get(query), json_, titles_table);
  }
  if (*title_) return show(get("titles/" + percent_encode(id_)), json_, title_text);
  if (*jobs_) {
    std::string query = "jobs?limit=" + std::to_string(limit_);
    if (!state_.empty()) query += "&state=" + percent_encode(state_);
    return show(get(query), json_, jobs_table);
  }
  if (*storage_) return show(get("storage"), json_, storage_text);
  if (*library_) return show(get("library"), json_, library_text);
  if (*retry_) return show(order(home_, id_, "retry"), json_, order_text);
  if (*stop_) return show(order(home_, id_, "cancel"), json_, order_text);
  if (*turn_command_) {
    return show(
        ask_admin(home_, http::Method::post,
                  "/admin/studio/titles/" + percent_encode(id_) + "/turn", Json{{"turn", turn_}}),
        json_, order_text);
  }
  return std::nullopt;
}

}  // namespace matinee::app
