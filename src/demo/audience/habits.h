#pragma once
// demo/audience/habits: who the synthetic audience are and what they do next. Pure: from a member,
// what they remember and a seed to a plan; nothing here reads a clock or a network.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "demo/draw/noise.h"

namespace matinee::demo {

inline constexpr int kAudienceMax = 64;

/// One invented viewer.
struct AudienceMember {
  std::string name;
  std::string device;
  int height_max = 720;                              // the largest rung that the device takes
  std::map<std::string, double, std::less<>> taste;  // by genre; 1 = indifferent
  int prime_hour = 20;                               // when they watch most, 0..23
  double completion = 0.7;                           // the share of films that they see to the end
  double restless = 0.3;                             // the share of plays with a pause
};

/// Always the same for a seed; the first members of a larger audience are those of a smaller one.
std::vector<AudienceMember> make_audience(int count, std::uint32_t seed);

/// A title that can be watched.
struct Watchable {
  std::string id;
  std::vector<std::string> genres;
  std::int64_t duration_ms = 0;
};

/// What a member remembers of a title.
struct Seen {
  std::int64_t position_ms = 0;
  int times_finished = 0;
};
using Memory = std::map<std::string, Seen, std::less<>>;

/// One sitting with one title.
struct Sitting {
  std::string title_id;
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;  // where they stop
  bool finishes = false;      // until the end, rather than leaving
  std::optional<std::int64_t> pause_at_ms{};
  std::int64_t pause_ms = 0;
};

/// What comes next: a rest, and then perhaps a sitting.
struct NextStep {
  std::chrono::milliseconds rest{0};
  std::optional<Sitting> sitting{};
};

/// `hour`: of the day, 0..23. Without titles there is only rest. A sitting lies within its title:
/// 0 <= from_ms < until_ms <= duration_ms.
NextStep next_step(const AudienceMember& member, const Memory& memory,
                   std::span<const Watchable> titles, int hour, Dice& dice);

/// What a member remembers after a sitting.
void remember(Memory& memory, const Sitting& sitting);

/// How much a member is inclined to watch at that hour: 0.15 at night .. 1 in the prime hour.
double inclination(const AudienceMember& member, int hour);

}  // namespace matinee::demo
