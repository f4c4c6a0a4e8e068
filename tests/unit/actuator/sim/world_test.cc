// The simulated world: what is conserved, steal, memory, links, and migrations that take their time.
#include "actuator/sim/world.h"

#include <gtest/gtest.h>

#include "actuator/model/load.h"
#include "actuator/sim/world_snapshot.h"
#include "tests/unit/actuator/sim/small_world.h"

namespace hotspot::simulation {
namespace {

constexpr Milliseconds kMinute{60'000};

struct Stage {
  explicit Stage(Scenario content) : scenario(std::move(content)) {}
  void pass(Milliseconds time) {
    clock.move_to(clock.passed() + time);
    world.step();
  }
  telemetry::NodeSnapshot snapshot(std::size_t node) { return snapshot_of(world, node, {"test", kMinute}, clock); }

  Scenario scenario;
  SimulatedClock clock{scenario.begins};
  World world{scenario, clock, 1};
};

Scenario two_nodes(std::vector<DomainModel> domains) {
  Scenario scenario;
  scenario.nodes = {node_model_of("h1", 8), node_model_of("h2", 8)};
  scenario.domains = std::move(domains);
  return scenario;
}

TEST(World, GivesWhatIsWantedAndNoStealWhereThereIsEnough) {
  Stage stage(two_nodes({domain_model_of("a", 4, constant(3)), domain_model_of("b", 2, constant(1))}));
  stage.pass(kMinute);
  const auto snapshot = stage.snapshot(0);
  EXPECT_DOUBLE_EQ(*snapshot.node.cpu_domains_ratio, 0.5);
  EXPECT_DOUBLE_EQ(*snapshot.domains[0].cpu_ratio, 0.75);
  EXPECT_EQ(*snapshot.domains[0].cpu_steal_ratio, 0);
}

TEST(World, TurnsWhatANodeCannotGiveIntoStealAndLosesNoDemand) {
  Stage stage(two_nodes({domain_model_of("a", 8, constant(8)), domain_model_of("b", 4, constant(4)),
                         domain_model_of("c", 2, constant(1))}));
  stage.pass(kMinute);
  const auto snapshot = stage.snapshot(0);
  EXPECT_DOUBLE_EQ(*snapshot.node.cpu_ratio, 1);
  double used = 0, wanted = 0;
  for (const auto& domain : snapshot.domains) {
    used += *domain.cpu_cores;
    wanted += *model::domain_cores_wanted(domain, snapshot.node);
  }
  EXPECT_NEAR(used, 8, 1e-9);
  EXPECT_NEAR(wanted, 13, 1e-9) << "used and stolen is what was wanted";
  EXPECT_EQ(*snapshot.domains[2].cpu_steal_ratio, 0) << "who wants little waits for nothing";
}

TEST(World, GivesNoMoreThanADomainsVcpusOrItsCap) {
  Stage stage(two_nodes({domain_model_of("a", 2, constant(5))}));
  stage.pass(kMinute);
  EXPECT_DOUBLE_EQ(*stage.snapshot(0).domains[0].cpu_ratio, 1);
  EXPECT_EQ(*stage.snapshot(0).domains[0].cpu_steal_ratio, 0) << "its own limit is no steal";
  stage.world.domain(0).tuned.insert_or_assign(model::SetCpuCap::kName, model::SetCpuCap{50});
  stage.pass(kMinute);
  EXPECT_DOUBLE_EQ(*stage.snapshot(0).domains[0].cpu_cores, 0.5);
}

TEST(World, TakesAMigrationsTimeAndLoadsBothEndsForAsLong) {
  Scenario scenario = two_nodes({domain_model_of("a", 2, constant(1))});
  scenario.migration = {.bytes_per_second = 4.0 * kGibibyte / 29, .cores = 1};
  for (NodeModel& node : scenario.nodes) node.link_bytes_per_second = 1e9;
  Stage stage(scenario);
  stage.pass(kMinute);
  const Milliseconds length = stage.world.begin_migration(0, 1);
  EXPECT_NEAR(static_cast<double>(length.count()), 30'000, 50) << "a second and 4 GiB in 29 s";
  EXPECT_EQ(stage.snapshot(1).domains[0].state, telemetry::DomainState::kPaused) << "it arrives";
  stage.clock.move_to(stage.clock.passed() + length);
  const Move move = stage.world.finish_migration(0, 1);
  EXPECT_NEAR(move.bytes, 4.0 * kGibibyte, 0.01 * kGibibyte);
  stage.clock.move_to(2 * kMinute);
  stage.world.step();
  EXPECT_NEAR(stage.world.nodes()[0].cores, 0.5, 1e-2) << "half of the minute";
  EXPECT_NEAR(stage.world.nodes()[1].cores, 1.5, 1e-2) << "and the domain runs here";
  EXPECT_NEAR(stage.world.nodes()[0].transmit, scenario.migration.bytes_per_second / 2, 1e6);
  EXPECT_NEAR(stage.world.nodes()[1].receive, scenario.migration.bytes_per_second / 2, 1e6);
  stage.pass(kMinute);
  EXPECT_EQ(stage.world.nodes()[0].cores, 0) << "that is over";
  EXPECT_TRUE(stage.snapshot(0).domains.empty());
}

TEST(World, ReservesTheMemoryOfWhatArrivesAndGivesItBackIfItDoesNotCome) {
  Stage stage(two_nodes({domain_model_of("a", 2, constant(1))}));
  stage.pass(kMinute);
  const std::int64_t before = stage.world.nodes()[1].available_bytes;
  stage.world.begin_migration(0, 1);
  stage.pass(kMinute / 60);
  EXPECT_EQ(before - stage.world.nodes()[1].available_bytes, 4 * kGibibyte + model::kDomainOverheadBytes);
  stage.world.drop_migration(0);
  stage.pass(kMinute / 60);
  EXPECT_EQ(stage.world.nodes()[1].available_bytes, before);
  EXPECT_EQ(stage.world.domains()[0].node, 0u);
  EXPECT_TRUE(stage.world.moves().empty());
}

TEST(World, SharesALinkInProportion) {
  Scenario scenario = two_nodes({domain_model_of("a", 1, constant(0)), domain_model_of("b", 1, constant(0))});
  scenario.nodes[0].link_bytes_per_second = 100;
  scenario.domains[0].transmit = constant(150);
  scenario.domains[1].transmit = constant(50);
  Stage stage(scenario);
  stage.pass(kMinute);
  EXPECT_DOUBLE_EQ(stage.world.nodes()[0].transmit, 100);
  EXPECT_DOUBLE_EQ(stage.world.domains()[0].transmit, 75);
  EXPECT_DOUBLE_EQ(stage.world.nodes()[0].network_ratio(), 1);
}

TEST(World, ShowsAGuestsMemoryAndItsPagingWhenItLacksSome) {
  Scenario scenario = two_nodes({domain_model_of("a", 1, constant(0))});
  scenario.domains[0].used_bytes = constant(5.0 * kGibibyte);
  Stage stage(scenario);
  stage.pass(kMinute);
  const auto sample = stage.snapshot(0).domains[0];
  EXPECT_EQ(*sample.memory_usable_bytes, 0);
  EXPECT_GT(*sample.swap_in_bytes_per_second, 0);
}

}  // namespace
}  // namespace hotspot::simulation
