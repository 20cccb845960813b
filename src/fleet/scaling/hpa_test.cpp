// Goal: the same numbers as a Kubernetes HorizontalPodAutoscaler with default settings, for each
// rule that its documentation states and in the situations its own tests describe.
#include "fleet/scaling/hpa.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace matinee::fleet {
namespace {

using namespace std::chrono_literals;

struct Vector {
  std::string name;
  int current;
  std::vector<HpaPod> pods;
  std::int64_t target;
  HpaMetric metric;
  std::optional<int> expected;
};

HpaPod pod(std::int64_t value) { return {true, value}; }
HpaPod unready(std::int64_t value) { return {false, value}; }
HpaPod unknown() { return {true, std::nullopt}; }
HpaPod pending() { return {false, std::nullopt}; }

std::vector<Vector> vectors() {
  constexpr auto cpu = HpaMetric::resource;
  constexpr auto per_pod = HpaMetric::pods;
  return {
      {"grows by the ratio, rounded up", 3, {pod(30), pod(50), pod(70)}, 30, cpu, 5},
      {"a pod not ready uses nothing when growing", 3, {unready(30), pod(50), pod(70)}, 30, cpu, 4},
      {"not ready pods can stop the growth", 3, {pod(40), unready(50), unready(70)}, 30, cpu, 3},
      {"a metric per pod", 3, {pod(20000), pod(10000), pod(30000)}, 15000, per_pod, 4},
      {"shrinks by the ratio, rounded up",
       5,
       {pod(10), pod(30), pod(50), pod(25), pod(25)},
       50,
       cpu,
       3},
      {"shrinks a metric per pod",
       5,
       {pod(12000), pod(12000), pod(12000), pod(12000), pod(12000)},
       20000,
       per_pod,
       3},
      {"not ready pods do not count when shrinking",
       5,
       {pod(10), pod(30), pod(50), unready(25), unready(25)},
       50,
       cpu,
       2},
      {"pending pods do not count when shrinking",
       5,
       {pod(10), pending(), pending(), pending(), pending()},
       50,
       cpu,
       1},
      {"within the tolerance above", 3, {pod(109), pod(109), pod(109)}, 100, cpu, 3},
      {"the tolerance is closed", 4, {pod(110), pod(110), pod(110), pod(110)}, 100, cpu, 4},
      {"just beyond the tolerance", 4, {pod(111), pod(111), pod(111), pod(111)}, 100, cpu, 5},
      {"within the tolerance below", 10, std::vector<HpaPod>(10, pod(90)), 100, cpu, 10},
      {"just below the tolerance", 10, std::vector<HpaPod>(10, pod(89)), 100, cpu, 9},
      {"averages are rounded down", 3, {pod(110), pod(110), pod(112)}, 100, cpu, 3},
      {"unknown pods use nothing when growing", 3, {pod(90), pod(90), unknown()}, 50, cpu, 4},
      {"unknown pods may turn growth into nothing", 3, {pod(60), unknown(), unknown()}, 50, cpu, 3},
      {"unknown pods use their request when shrinking",
       5,
       {pod(10), pod(10), pod(10), pod(10), unknown()},
       50,
       cpu,
       3},
      {"unknown pods may turn shrinking into nothing",
       3,
       {pod(40), unknown(), unknown()},
       50,
       cpu,
       3},
      {"unknown pods are at the target, per pod, when shrinking",
       4,
       {pod(10000), pod(10000), pod(10000), unknown()},
       20000,
       per_pod,
       3},
      {"a target above the request counts unknown pods at the target",
       3,
       {pod(50), pod(50), unknown()},
       200,
       cpu,
       2},
      {"unknown and not ready together when growing",
       4,
       {pod(100), pod(100), unknown(), unready(0)},
       30,
       cpu,
       7},
      {"no metric at all changes nothing",
       3,
       {unknown(), unknown(), pending()},
       50,
       cpu,
       std::nullopt},
      {"nothing used", 3, {pod(0), pod(0), pod(0)}, 50, cpu, 0},
  };
}

TEST(Hpa, GoldenVectors) {
  for (const auto& v : vectors()) {
    EXPECT_EQ(hpa_replicas(v.current, v.pods, v.target, v.metric), v.expected) << v.name;
  }
}

class HpaBehaviourTest : public testing::Test {
 protected:
  int after(std::chrono::seconds pause, int recommended) {
    now_ += pause;
    return current_ = behaviour_.apply(now_, current_, recommended);
  }

  Instant now_ = from_ms(1'700'000'000'000);
  int current_ = 1;
  HpaBehaviour behaviour_{{.replicas_min = 1, .replicas_max = 100}};
};

TEST_F(HpaBehaviourTest, GrowsByFourOrTwofoldIn15Seconds) {
  EXPECT_EQ(after(0s, 100), 5);
  EXPECT_EQ(after(5s, 100), 5);  // the same period: four are added already
  EXPECT_EQ(after(10s, 100), 10);
  EXPECT_EQ(after(15s, 100), 20);
  EXPECT_EQ(after(15s, 100), 40);
  EXPECT_EQ(after(15s, 100), 80);
  EXPECT_EQ(after(15s, 500), 100);  // replicas_max
}

TEST_F(HpaBehaviourTest, ShrinksToTheHighestOfFiveMinutes) {
  current_ = 10;
  EXPECT_EQ(after(0s, 10), 10);
  EXPECT_EQ(after(60s, 4), 10);
  EXPECT_EQ(after(120s, 6), 10);
  EXPECT_EQ(after(120s, 2), 10);  // 300 s after the 10: still in the window
  EXPECT_EQ(after(1s, 2), 6);
  EXPECT_EQ(after(179s, 0), 6);
  EXPECT_EQ(after(1s, 0), 2);
  EXPECT_EQ(after(301s, 0), 1);  // replicas_min
}

TEST_F(HpaBehaviourTest, GrowsAtOnceAmidShrinking) {
  current_ = 10;
  EXPECT_EQ(after(0s, 3), 3);
  EXPECT_EQ(after(15s, 8), 7);  // four more in a period
  EXPECT_EQ(after(15s, 8), 8);
}

}  // namespace
}  // namespace matinee::fleet
