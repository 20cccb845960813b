#include "app/events.h"

#include <cstdio>

#include "app/config.h"
#include "app/home.h"
#include "app/role_clients.h"
#include "base/json.h"
#include "events/event.h"
#include "store/event_log.h"

namespace matinee::app {
namespace {

Json to_json(std::uint32_t partition, std::uint64_t offset, const events::Event& event) {
  const auto id_or_null = [](const auto& id) {
    return id.is_nil() ? Json(nullptr) : Json(id.to_string());
  };
  return Json{{"partition", partition},
              {"offset", offset},
              {"id", event.id.to_string()},
              {"type", event.type},
              {"pseudonym", event.pseudonym.to_string()},
              {"session_id", id_or_null(event.session_id)},
              {"session_seq", event.session_seq},
              {"t_server_ms", event.t_server_ms},
              {"title_id", id_or_null(event.title_id)},
              {"play_id", id_or_null(event.play_id)},
              {"position_ms", event.position_ms ? Json(*event.position_ms) : Json(nullptr)}};
}

Result<void> print_partition(store::EventLog& log, std::uint32_t partition) {
  auto next = log.earliest(partition);
  if (!next) return std::unexpected(next.error());
  while (true) {
    const auto page = log.read(partition, *next);
    if (!page) return std::unexpected(page.error());
    if (page->records.empty()) return {};
    for (const auto& record : page->records) {
      const auto event = events::decode(record.bytes);
      if (!event) return fail(event.error(), "offset " + std::to_string(record.offset));
      std::printf("%s\n", to_text(to_json(partition, record.offset, *event)).c_str());
    }
    next = page->next;
  }
}

Result<void> print_events(const std::filesystem::path& root) {
  if (!std::filesystem::exists(HomePaths{root}.description())) {
    return fail(ErrorCode::not_found, root.string() + " is no Matinee home");
  }
  const SystemClock clock;
  SystemRandom random;
  SystemFiles files;
  const auto home = Home::open(root, clock, random);  // nobody else may write meanwhile
  if (!home) return std::unexpected(home.error());
  const auto log =
      store::open_event_log(event_log_url(Config{}, home->paths()), {files, clock, random});
  if (!log) return std::unexpected(log.error());
  for (std::uint32_t partition = 0; partition < (*log)->partitions(); ++partition) {
    if (auto done = print_partition(**log, partition); !done) return done;
  }
  return {};
}

}  // namespace

int run_events(const std::string& home) {
  const auto printed = print_events(std::filesystem::absolute(home).lexically_normal());
  if (printed) return 0;
  std::fprintf(stderr, "matinee events: %s\n", printed.error().message.c_str());
  return 1;
}

}  // namespace matinee::app
