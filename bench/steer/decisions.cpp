// Measures steering alone, on one core: 1,000 sites of three edges, a site table of 200,000
// networks, 20,000 titles on each edge. Prints one line of JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "base/check.h"
#include "delivery/steer.h"
#include "delivery/steer_draw.h"

namespace {

using namespace matinee;
using namespace matinee::delivery;

constexpr int kSites = 1'000;
constexpr int kEdgesPerSite = 3;
constexpr int kPrefixes = 200'000;
constexpr int kTitles = 100'000;
constexpr int kHeld = 20'000;  // by each of 64 kinds of edges
constexpr int kKinds = 64;
constexpr int kClients = 1 << 16;
constexpr int kDecisions = 400'000;

std::string address_of(std::uint32_t number) {
  return fmt::format("{}.{}.{}.{}", number >> 24U, number >> 16U & 255U, number >> 8U & 255U,
                     number & 255U);
}

EdgeView make_view(std::mt19937_64& random, const std::vector<TitleId>& titles) {
  std::string text;
  for (int i = 0; i < kSites; ++i) {
    text +=
        fmt::format("site s{} {:.2f} {:.2f}\n", i, static_cast<double>(random() % 12000) / 100 - 60,
                    static_cast<double>(random() % 36000) / 100 - 180);
  }
  // Every second /20, so that half of the clients are near a known site's network.
  for (std::uint32_t i = 0; i < kPrefixes; ++i) {
    text += fmt::format("{}/20 s{}\n", address_of((16U << 24U) + (i << 13U)), random() % kSites);
    if (i % 2 == 0) ++i;
  }
  auto table = SiteTable::parse(text);
  if (!table) std::fprintf(stderr, "%s\n", table.error().message.c_str());
  MATINEE_CHECK(table.has_value());
  std::vector<std::shared_ptr<const Holdings>> kinds;
  for (int i = 0; i < kKinds; ++i) {
    std::vector<TitleId> held;
    for (int j = 0; j < kHeld; ++j) held.push_back(titles[random() % titles.size()]);
    kinds.push_back(std::make_shared<const Holdings>(std::move(held), std::vector<TitleId>{}));
  }
  std::vector<EdgeState> edges;
  for (int i = 0; i < kSites * kEdgesPerSite; ++i) {
    EdgeState edge{.id = fmt::format("e{}", i), .site = static_cast<SiteIndex>(i / kEdgesPerSite)};
    edge.health = random() % 50 == 0   ? Health::out
                  : random() % 50 == 0 ? Health::suspect
                                       : Health::healthy;
    edge.is_draining = random() % 50 == 0;
    edge.load = static_cast<double>(random() % 110) / 100;
    edge.holds = kinds[random() % kinds.size()];
    edges.push_back(std::move(edge));
  }
  return {std::make_shared<const SiteTable>(std::move(*table)), std::move(edges)};
}

}  // namespace

int main() {
  std::mt19937_64 random(20'240'229);
  std::vector<TitleId> titles(kTitles);
  for (TitleId& title : titles) {
    for (auto& byte : title.uuid.bytes) byte = static_cast<unsigned char>(random());
  }
  const EdgeView view = make_view(random, titles);
  std::vector<std::string> clients;
  for (int i = 0; i < kClients; ++i)
    clients.push_back(address_of(static_cast<std::uint32_t>(random())));

  // Of this process alone: other programs on the core are no part of the claim.
  const auto cpu_seconds = [] {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  using Steady = std::chrono::steady_clock;
  std::vector<std::int64_t> each_ns(kDecisions);
  std::uint64_t sum = 0;
  const double begin = cpu_seconds();
  auto before = Steady::now();
  for (int i = 0; i < kDecisions; ++i) {
    const auto number = mixed(static_cast<std::uint64_t>(i));
    const std::string& address = clients[number % kClients];
    const TitleId& title = titles[(number >> 20U) % kTitles];
    const auto decision = steer(view, {.address = address, .draw = draw_of(address, title)}, title);
    sum += decision.ranked.front().edge;
    const auto now = Steady::now();
    each_ns[static_cast<std::size_t>(i)] = (now - before).count();
    before = now;
  }
  const double seconds = cpu_seconds() - begin;
  std::ranges::sort(each_ns);
  const auto at = [&](double share) {
    return static_cast<double>(each_ns[static_cast<std::size_t>(share * (kDecisions - 1))]) / 1e6;
  };
  std::printf(
      "{\"decisions_per_cpu_s\":%.0f,\"p50_ms\":%.6f,\"p99_ms\":%.6f,\"max_ms\":%.6f,\"sum\":%llu}"
      "\n",
      kDecisions / seconds, at(0.5), at(0.99), at(1), static_cast<unsigned long long>(sum));
  return 0;
}
