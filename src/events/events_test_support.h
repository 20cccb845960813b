#pragma once
// events/events_test_support: bodies that clients send and an environment, for this module's tests.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "events/intake.h"
#include "store/environment.h"

namespace matinee::events {

/// A folder that is gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-events-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

template <typename Kind>
Id<Kind> numbered_id(std::uint64_t n) {
  Id<Kind> id;
  id.uuid.bytes[6] = 0x70;
  for (std::size_t i = 0; i < 8; ++i) {
    id.uuid.bytes[15 - i] = static_cast<unsigned char>(n >> (8 * i));
  }
  return id;
}

inline Sender numbered_sender(std::uint64_t n) {
  return {numbered_id<SessionKind>(n), numbered_id<TenantKind>(1), numbered_id<ProfileKind>(n),
          numbered_id<PseudonymKind>(n)};
}

/// A beat of a play, as the web app sends it.
inline Json beat_json(EventId id, std::uint64_t seq, TitleId title, std::int64_t position_ms,
                      Instant at) {
  return {{"id", id.to_string()},
          {"type", "play.beat"},
          {"schema_version", 1},
          {"session_seq", seq},
          {"t_client_ms", to_ms(at)},
          {"t_mono_ms", seq * 1000},
          {"play_id", numbered_id<PlayKind>(1).to_string()},
          {"title_id", title.to_string()},
          {"position_ms", position_ms},
          {"duration_ms", 600'000},
          {"consent", {{"essential", true}, {"personalization", true}}}};
}

inline std::string body_of(const std::vector<Json>& events) {
  return Json{{"events", events}}.dump();
}

}  // namespace matinee::events
