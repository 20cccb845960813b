#include "demo/audience/habits.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace matinee::demo {
namespace {

constexpr double kRestMs = 24'000;    // between two sittings, in the prime hour, on average
constexpr double kResumeShare = 0.7;  // go on with what was begun, rather than choose anew
constexpr std::int64_t kSittingMsMin = 4'000;
constexpr std::int64_t kTailMs = 6'000;  // so near the end is the end

constexpr std::array<std::string_view, 16> kNames{
    "Ottilie", "Bram", "Yusuf", "Ines", "Kwame", "Liv", "Teodor",  "Marguerite",
    "Sanjay",  "Wren", "Paola", "Emre", "Hedda", "Noa", "Caspian", "Dorothea"};

struct Device {
  std::string_view name;
  int height_max;
};
constexpr std::array<Device, 5> kDevices{{{"Living room TV", 1080},
                                          {"Laptop", 720},
                                          {"Phone on the tram", 360},
                                          {"Tablet in the kitchen", 480},
                                          {"Old projector", 480}}};

// What people who like one thing like: a main genre, a second one, and what they pass over.
struct Leaning {
  std::string_view much;
  std::string_view some;
  std::string_view little;
};
constexpr std::array<Leaning, 8> kLeanings{{{"Science Fiction", "Thriller", "Romance"},
                                            {"Family", "Animation", "Horror"},
                                            {"Nature", "Documentary", "Action"},
                                            {"Crime", "Mystery", "Family"},
                                            {"Experimental", "Music", "Adventure"},
                                            {"Romance", "Comedy", "Horror"},
                                            {"Adventure", "Drama", "Experimental"},
                                            {"Horror", "Science Fiction", "Family"}}};

double weight_of(const AudienceMember& member, const Memory& memory, const Watchable& title) {
  double weight = 1;
  for (const auto& genre : title.genres) {
    const auto found = member.taste.find(genre);
    if (found != member.taste.end()) weight *= found->second;
  }
  const auto seen = memory.find(title.id);
  if (seen != memory.end()) weight /= 1 + 0.9 * seen->second.times_finished;
  return weight;
}

const Watchable* find(std::span<const Watchable> titles, const std::string& id) {
  const auto found = std::ranges::find(titles, id, &Watchable::id);
  return found == titles.end() ? nullptr : &*found;
}

// Something begun and not finished that is still there.
const Watchable* begun(const Memory& memory, std::span<const Watchable> titles, Dice& dice) {
  std::vector<const Watchable*> open;
  for (const auto& [id, seen] : memory) {
    const Watchable* title = seen.position_ms > 0 ? find(titles, id) : nullptr;
    if (title != nullptr && seen.position_ms < title->duration_ms - kTailMs) open.push_back(title);
  }
  if (open.empty()) return nullptr;
  return open[static_cast<std::size_t>(dice.below(static_cast<int>(open.size())))];
}

const Watchable* by_taste(const AudienceMember& member, const Memory& memory,
                          std::span<const Watchable> titles, Dice& dice) {
  double sum = 0;
  for (const auto& title : titles) sum += weight_of(member, memory, title);
  double left = sum * static_cast<double>(dice.next());
  for (const auto& title : titles) {
    left -= weight_of(member, memory, title);
    if (left <= 0) return &title;
  }
  return titles.empty() ? nullptr : &titles.back();
}

}  // namespace

std::vector<AudienceMember> make_audience(int count, std::uint32_t seed) {
  std::vector<AudienceMember> members;
  for (int i = 0; i < std::clamp(count, 0, kAudienceMax); ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    Dice dice(hash(seed, n));
    AudienceMember member;
    member.name = std::string(kNames[n % kNames.size()]);
    if (n >= kNames.size()) member.name += " " + std::to_string(n / kNames.size() + 1);
    const Device& device = kDevices[static_cast<std::size_t>(dice.below(kDevices.size()))];
    member.device = device.name;
    member.height_max = device.height_max;
    const Leaning& leaning =
        kLeanings[(n + static_cast<std::uint32_t>(dice.below(3))) % kLeanings.size()];
    member.taste = {{std::string(leaning.much), 6.0},
                    {std::string(leaning.some), 2.5},
                    {std::string(leaning.little), 0.25}};
    member.prime_hour = (17 + dice.below(7)) % 24;
    member.completion = static_cast<double>(dice.between(0.45F, 0.9F));
    member.restless = static_cast<double>(dice.between(0.1F, 0.5F));
    members.push_back(std::move(member));
  }
  return members;
}

double inclination(const AudienceMember& member, int hour) {
  const int apart = std::abs(hour - member.prime_hour);
  const double off = std::min(apart, 24 - apart);
  return 0.15 + 0.85 * std::exp(-off * off / 18);
}

NextStep next_step(const AudienceMember& member, const Memory& memory,
                   std::span<const Watchable> titles, int hour, Dice& dice) {
  NextStep step;
  // Rests are as the waits for a bus: mostly short, now and then long.
  const double luck = -std::log(1.0 - 0.98 * static_cast<double>(dice.next()));
  step.rest = std::chrono::milliseconds(
      static_cast<std::int64_t>(1'500 + kRestMs * luck / inclination(member, hour)));
  const Watchable* title = nullptr;
  if (static_cast<double>(dice.next()) < kResumeShare) title = begun(memory, titles, dice);
  if (title == nullptr) title = by_taste(member, memory, titles, dice);
  if (title == nullptr || title->duration_ms < 2 * kSittingMsMin) return step;
  Sitting sitting;
  sitting.title_id = title->id;
  const auto seen = memory.find(title->id);
  if (seen != memory.end() && seen->second.position_ms < title->duration_ms - kTailMs) {
    sitting.from_ms = seen->second.position_ms;
  }
  const std::int64_t left = title->duration_ms - sitting.from_ms;
  sitting.finishes = static_cast<double>(dice.next()) < member.completion;
  const double share = 0.08 + 0.8 * static_cast<double>(dice.next());
  sitting.until_ms =
      sitting.finishes
          ? title->duration_ms
          : std::min(title->duration_ms,
                     sitting.from_ms +
                         std::max(kSittingMsMin,
                                  static_cast<std::int64_t>(static_cast<double>(left) * share)));
  if (static_cast<double>(dice.next()) < member.restless) {
    sitting.pause_at_ms = sitting.from_ms + (sitting.until_ms - sitting.from_ms) / 2;
    sitting.pause_ms = 2'000 + static_cast<std::int64_t>(18'000 * static_cast<double>(dice.next()));
  }
  step.sitting = std::move(sitting);
  return step;
}

void remember(Memory& memory, const Sitting& sitting) {
  Seen& seen = memory[sitting.title_id];
  seen.position_ms = sitting.finishes ? 0 : sitting.until_ms;
  if (sitting.finishes) ++seen.times_finished;
}

}  // namespace matinee::demo
