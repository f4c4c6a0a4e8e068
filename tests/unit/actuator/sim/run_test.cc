// Whole simulations: rules of the product over a simulated world.
#include "actuator/sim/run.h"

#include <gtest/gtest.h>

#include "actuator/rules/files/check.h"
#include "tests/unit/actuator/sim/small_world.h"

namespace hotspot::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

loop::LoadedRules rules_of(const std::string& text) {
  loop::LoadedRules loaded;
  loaded.files = {{"rules.yml", text}};
  loaded.checked = rules::check(loaded.files);
  EXPECT_TRUE(loaded.checked.ok()) << rules::format(loaded.checked.diagnostics, loaded.files);
  return loaded;
}

loop::LoadedRules move_from_hot_nodes() {
  return rules_of(R"(groups:
- name: cpu
  rules:
  - hotspot: NodeCpuHot
    expr: node_cpu_domains_ratio > 80%
    for: 2 of 3
    remedy: [migrate]
)");
}

// h1 is hot from the thirtieth minute on; h2 is idle.
Scenario one_hot_node() {
  Scenario scenario;
  scenario.nodes = {node_model_of("h1", 8), node_model_of("h2", 8)};
  const Demand later{Steps{.values = {{minutes(0), 1}, {minutes(30), 2}}}, 0};
  for (const char* name : {"a", "b", "c", "d"}) scenario.domains.push_back(domain_model_of(name, 2, later));
  return scenario;
}

const RunOptions kTwoHours{.length = hours(2), .step = minutes(1)};

TEST(Simulation, ARuleCuresAHotNodeAndNothingElseHappens) {
  const Scenario scenario = one_hot_node();
  const Totals alone = run_alone(scenario, kTwoHours);
  EXPECT_NEAR(alone.minutes_of(Resource::kCpu), 91, 1);
  EXPECT_TRUE(alone.moves.empty());

  const auto cured = run_with(scenario, move_from_hot_nodes(), kTwoHours);
  ASSERT_TRUE(cured) << cured.error().message;
  ASSERT_EQ(cured->moves.size(), 1u);
  const JudgedMove& move = cured->moves.front();
  EXPECT_EQ(move.from, "h1");
  EXPECT_EQ(move.to, "h2");
  EXPECT_TRUE(move.faults.empty());
  EXPECT_NEAR(std::chrono::duration<double>(move.ended - move.began).count(), 1 + 4096 / 110.0, 1)
      << "4 GiB at 110 MiB/s, and a second";
  EXPECT_LE(cured->minutes_of(Resource::kCpu), 5) << "two samples, and the minute of the move";
  EXPECT_GE(cured->minutes_of(Resource::kCpu), 2);
  EXPECT_EQ(cured->ends, (std::map<std::string, std::size_t>{{"done", 1}}));
  EXPECT_EQ(cured->by_rule, (std::map<std::string, std::size_t>{{"NodeCpuHot", 1}}));
}

TEST(Simulation, IsTheSameWithTheSameSeedAndAnotherWithAnother) {
  Scenario scenario = one_hot_node();
  scenario.nodes[0].own_cores = 1;
  for (DomainModel& domain : scenario.domains) domain.cores.noise_ratio = 0.2;
  RunOptions options = kTwoHours;
  const auto first = run_with(scenario, move_from_hot_nodes(), options);
  const auto again = run_with(scenario, move_from_hot_nodes(), options);
  options.seed = 2;
  const auto other = run_with(scenario, move_from_hot_nodes(), options);
  ASSERT_TRUE(first && again && other);
  EXPECT_GT(first->stolen_core_minutes, 0);
  EXPECT_EQ(first->stolen_core_minutes, again->stolen_core_minutes);
  ASSERT_EQ(first->moves.size(), again->moves.size());
  for (std::size_t i = 0; i < first->moves.size(); ++i) EXPECT_EQ(first->moves[i].ended, again->moves[i].ended);
  EXPECT_NE(first->stolen_core_minutes, other->stolen_core_minutes);
}

TEST(Simulation, ADomainAtItsOwnLimitGetsAVcpu) {
  Scenario scenario = one_hot_node();
  scenario.domains.resize(1);
  scenario.domains[0].vcpus_max = 4;
  scenario.domains[0].cores = constant(2.5);
  const auto rules = rules_of(R"(groups:
- name: cpu
  rules:
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio > 90%
    for: 2 of 3
    remedy: [scale_vcpus: {by: 1}]
    mode: recommend
)");
  const auto grown = run_with(scenario, rules, kTwoHours);
  ASSERT_TRUE(grown) << grown.error().message;
  EXPECT_EQ(grown->changes, (std::map<std::string, std::size_t>{{"set_vcpus", 1}}));
  EXPECT_NEAR(run_alone(scenario, kTwoHours).cpu_limited_minutes, 120, 0.1);
  EXPECT_LE(grown->cpu_limited_minutes, 4);
}

TEST(Simulation, CountsTheEnergyOfNodesWhosePowerIsKnown) {
  Scenario scenario = one_hot_node();
  EXPECT_FALSE(run_alone(scenario, kTwoHours).energy_kwh);
  scenario.nodes[0].watts = {100, 300};
  scenario.domains.resize(1);
  scenario.domains[0].cores = constant(2);  // of 8
  EXPECT_NEAR(*run_alone(scenario, kTwoHours).energy_kwh, 0.150 * 2, 1e-9);
}

// Two of one group that are to be apart, and a plan that cannot know better: the tally does.
TEST(Tally, CountsATargetThatBecomesHotAReturnAndNeighboursThatAreToBeApart) {
  Scenario scenario = one_hot_node();
  scenario.domains[0].policy.group = scenario.domains[1].policy.group = "db";
  scenario.domains[0].policy.anti_affinity = {"db"};
  scenario.domains[1].node = 1;
  scenario.domains[0].cores = scenario.domains[1].cores = constant(2);
  scenario.domains[2].cores = constant(2);
  scenario.domains[2].node = 1;
  scenario.domains[3].node = 1;
  scenario.domains[3].cores = constant(2);
  SimulatedClock clock(scenario.begins);
  World world(scenario, clock, 1);
  Tally tally(scenario);
  const auto minute = [&] {
    clock.move_to(clock.passed() + minutes(1));
    world.step();
    tally.note(world, clock.now(), minutes(1));
  };
  minute();
  world.finish_migration(0, 1);
  minute();
  ASSERT_EQ(tally.totals().moves.size(), 1u);
  EXPECT_EQ(tally.totals().faults(Fault::kOverfilled), 1u);
  EXPECT_EQ(tally.totals().faults(Fault::kApartBroken), 1u);
  EXPECT_EQ(tally.totals().faults(Fault::kReturned), 0u);
  world.finish_migration(0, 0);
  minute();
  EXPECT_EQ(tally.totals().faults(Fault::kReturned), 1u);
}

}  // namespace
}  // namespace hotspot::simulation
