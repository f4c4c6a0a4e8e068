// Scenarios of what collectd stored.
#include "actuator/sim/stored_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/actuator/sim/small_world.h"

namespace hotspot::simulation {
namespace {

using model::HistorySeries;
using std::chrono::minutes;
using ::testing::ElementsAre;

constexpr WallTime kFrom = from_unix_ms(1'800'000'000'000);
constexpr double kGib = static_cast<double>(kGibibyte);

// One value for every five minutes, of "domain" or "node/domain".
HistorySeries series(const std::string& of, const std::string& name, const std::vector<double>& values) {
  const std::size_t slash = of.find('/');
  HistorySeries made{.name = name, .step = minutes(5), .samples = {}};
  made.domain = slash == std::string::npos ? of : of.substr(slash + 1);
  if (slash != std::string::npos) made.node = of.substr(0, slash);
  WallTime time = kFrom;
  for (const double value : values) made.samples.push_back({time += made.step, value});
  return made;
}

Result<StoredScenario> stored(std::vector<HistorySeries> all) {
  Scenario nodes;
  nodes.nodes = {node_model_of("h1", 8), node_model_of("h2", 8, 32 * kGibibyte)};
  return scenario_of({std::move(all), kFrom, kFrom + minutes(20)}, nodes);
}

double wanted(const Demand& demand, Milliseconds since) { return demand_at(demand, {since, since}, {}); }

TEST(StoredHistory, ADomainWantsWhatItUsedWhenItUsedIt) {
  const auto made = stored({series("h2/a", "domain_cpu_cores", {0.5, 1.5, 1.5, 0.25}),
                            series("h2/a", "domain_memory_balloon_bytes", {2 * kGib, 4 * kGib, 4 * kGib, 4 * kGib}),
                            series("h2/a", "domain_memory_rss_bytes", {kGib, kGib, 3 * kGib, 3 * kGib})});
  ASSERT_TRUE(made) << made.error().message;
  const DomainModel& a = made->scenario.domains.at(0);
  EXPECT_EQ(a.node, 1u);
  EXPECT_EQ(a.vcpus, 2) << "it used one and a half";
  EXPECT_EQ(a.memory_bytes, 4 * kGibibyte) << "what it has now";
  EXPECT_EQ(a.resident_bytes, 3 * kGibibyte);
  EXPECT_DOUBLE_EQ(wanted(a.cores, minutes(0)), 0.5);
  EXPECT_DOUBLE_EQ(wanted(a.cores, minutes(4)), 0.5) << "a value is the mean of the time before it";
  EXPECT_DOUBLE_EQ(wanted(a.cores, minutes(5)), 1.5);
  EXPECT_DOUBLE_EQ(wanted(a.cores, minutes(19)), 0.25);
  EXPECT_DOUBLE_EQ(wanted(a.used_bytes, minutes(0)), 2 * kGib) << "half, where the guest does not say";
  EXPECT_EQ(made->scenario.recorded, minutes(20));
  EXPECT_EQ(made->resolution, minutes(5));
}

TEST(StoredHistory, WhereNothingIsStoredNothingIsWanted) {
  HistorySeries cores = series("a", "domain_cpu_cores", {1, 1, 1, 1});
  cores.samples.erase(cores.samples.begin() + 1, cores.samples.begin() + 3);
  cores.samples.back().value = std::numeric_limits<double>::quiet_NaN();
  const auto made = stored({cores, series("a", "domain_memory_balloon_bytes", {kGib})});
  ASSERT_TRUE(made) << made.error().message;
  const Demand& demand = made->scenario.domains.at(0).cores;
  EXPECT_DOUBLE_EQ(wanted(demand, minutes(4)), 1);
  EXPECT_DOUBLE_EQ(wanted(demand, minutes(6)), 0);
  EXPECT_DOUBLE_EQ(wanted(demand, minutes(19)), 0);
  EXPECT_DOUBLE_EQ(wanted(made->scenario.domains.at(0).used_bytes, minutes(6)), kGib / 2) << "always half";
}

TEST(StoredHistory, TheGuestsOwnFiguresAndAllDevicesCount) {
  HistorySeries first = series("a", "domain_net_receive_bytes_per_second", {1e6}), second = first;
  first.device = "vnet0";
  second.device = "vnet1";
  HistorySeries third = series("a", "domain_vcpu_ratio", {0.1});
  third.vcpu = 3;
  const auto made = stored({first, second, third, series("a", "domain_cpu_cores", {0.1}),
                            series("a", "domain_memory_balloon_bytes", {4 * kGib}),
                            series("a", "domain_memory_available_bytes", {3.5 * kGib}),
                            series("a", "domain_memory_usable_bytes", {2.5 * kGib})});
  ASSERT_TRUE(made) << made.error().message;
  const DomainModel& a = made->scenario.domains.at(0);
  EXPECT_EQ(a.vcpus, 4) << "there is a vCPU with the number 3";
  EXPECT_DOUBLE_EQ(wanted(a.receive, minutes(1)), 2e6);
  EXPECT_DOUBLE_EQ(wanted(a.used_bytes, minutes(1)), kGib);
}

TEST(StoredHistory, DomainsWithoutANodeBeginWhereTheMostMemoryIsLeft) {
  const auto domain_on = [](const std::string& of) {
    return std::vector{series(of, "domain_cpu_cores", {1}), series(of, "domain_memory_balloon_bytes", {40 * kGib})};
  };
  std::vector<HistorySeries> all;
  for (const char* of : {"z", "h1/a", "elsewhere/b"})
    for (HistorySeries& one : domain_on(of)) all.push_back(std::move(one));
  all.push_back(series("half", "domain_cpu_cores", {1}));
  const auto made = stored(all);
  ASSERT_TRUE(made) << made.error().message;
  std::vector<std::string> places;
  for (const DomainModel& one : made->scenario.domains) places.push_back(one.name + std::to_string(one.node));
  EXPECT_THAT(places, ElementsAre("a0", "b1", "z0"));
  EXPECT_EQ(made->placed, 2u);
  EXPECT_THAT(made->left_out, ElementsAre("half"));
}

TEST(StoredHistory, NonsenseIsBounded) {
  const auto made = stored({series("a", "domain_cpu_cores", {1e300, -5, std::numeric_limits<double>::infinity()}),
                            series("a", "domain_vcpus", {-1e300}), series("a", "domain_memory_balloon_bytes", {-1}),
                            series("a", "domain_memory_rss_bytes", {1e300})});
  ASSERT_TRUE(made) << made.error().message;
  const DomainModel& a = made->scenario.domains.at(0);
  EXPECT_EQ(a.vcpus, 4096);
  EXPECT_EQ(a.memory_bytes, 1);
  EXPECT_DOUBLE_EQ(wanted(a.cores, minutes(6)), 0);
  EXPECT_FALSE(stored({})) << "nothing is stored";
}

}  // namespace
}  // namespace hotspot::simulation
