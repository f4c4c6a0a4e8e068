// An hour of an uneven cluster in simulated time: the loop evens it out and then leaves it alone.
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "actuator/sim/simulated_actions.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kInterval{5'000};  // of snapshots

constexpr const char* kBalanceRule = R"(groups:
- name: balance
  rules:
  - hotspot: ClusterUneven
    expr: cluster_imbalance_ratio{resource="cpu"} > 10%
    until: cluster_imbalance_ratio{resource="cpu"} < 8%
    for: 2 of 3
    remedy:
    - balance: {max_moves: 6}
    cooldown: 10m
)";

// Four nodes of 4 CPUs; guests that use a quarter of one each, of which h1 has nearly all.
class SimulatedBalance : public LoopStage {
 protected:
  SimulatedBalance() {
    for (const char* name : {"h3", "h4"}) admit(name);
    rules_text_ = kBalanceRule;
    make_actions_ = [](ports::Hypervisor& hypervisor, const act::ExecutorOptions& options) {
      return std::make_unique<simulation::SimulatedActions>(
          hypervisor, options, simulation::StepTimes{.migration = std::chrono::seconds(30)});
    };
    for (int i = 0; i < 10; ++i) hypervisor_.add_domain(uuid_of("h1"), uuid_of(guest(i)), facts(4));
    hypervisor_.add_domain(uuid_of("h2"), uuid_of(guest(10)), facts(4));
  }

  static std::string guest(int i) { return "g" + std::to_string(i); }

  void start(rules::Mode mode) {
    options_.mode = mode;
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  telemetry::NodeSnapshot snapshot(const std::string& name) {
    hotspot::testing::NodeBuilder host = node(name).at(clock_.now(), sequence_).interval(5);
    double cores = 0.1;
    int guests = 0;
    for (int i = 0; i < 11; ++i) {
      const auto facts = hypervisor_.facts(uuid_of(name), uuid_of(guest(i)));
      if (!facts) continue;
      ++guests;
      cores += noise() / 4;
      host.with(domain(guest(i)).vcpus(4, 4).cpu(noise() / 16));
    }
    return host.cpu(cores / 4).memory(8 * kGibibyte, (15 - guests) * kGibibyte / 2);
  }

  // About 1, by three per cent, always the same.
  double noise() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return 1 + 0.03 * (static_cast<double>(state_ >> 40U) / static_cast<double>(1U << 23U) - 1);
  }

  void pass(Milliseconds length) {
    for (const WallTime end = clock_.now() + length; clock_.now() < end;) {
      clock_.advance(kInterval);
      ++sequence_;
      std::vector<ports::Arrival> arrivals;
      for (const char* name : {"h1", "h2", "h3", "h4"}) arrivals.push_back({snapshot(name), clock_.now()});
      loop_->take(std::move(arrivals));
      loop_->tick();
    }
  }

  std::map<std::string, int> guests() const {
    std::map<std::string, int> on;
    for (int i = 0; i < 11; ++i)
      for (const std::string& node : hypervisor_.nodes_with(uuid_of(guest(i)))) ++on[node];
    return on;
  }

  std::string story() const {
    std::string text;
    for (const std::string& line : journal()) text += line + "\n";
    for (const std::string& line : shown_) text += "  " + line + "\n";
    return text;
  }

  std::uint64_t state_ = 1;
};

TEST_F(SimulatedBalance, AnHourEvensItOutAndNoGuestMovesTwice) {
  start(rules::Mode::kEnforce);
  pass(std::chrono::hours(1));
  std::map<std::string, int> moved;
  for (const ports::JournalEntry& entry : store_.entries)
    if (entry.state == model::ActionState::kDone) ++moved[entry.action.domain_name];
  EXPECT_GE(moved.size(), 3u) << story();
  EXPECT_LE(moved.size(), 6u) << "max_moves\n" << story();
  for (const auto& [name, times] : moved) EXPECT_EQ(times, 1) << name << "\n" << story();
  for (const auto& [uuid, count] : guests()) EXPECT_LE(count, 6) << uuid << "\n" << story();
  for (const ports::JournalEntry& entry : store_.entries)
    EXPECT_THAT(entry.action.reason, ::testing::HasSubstr("score ")) << story();
}

TEST_F(SimulatedBalance, ARecommendationStandsStillForAnHourOfNoise) {
  start(rules::Mode::kRecommend);
  pass(std::chrono::hours(1));
  EXPECT_THAT(journal(), ::testing::IsEmpty());
  EXPECT_EQ(
      std::count_if(shown_.begin(), shown_.end(),
                    [](const std::string& line) { return line.find("would do: migrate to") != std::string::npos; }),
      1)
      << story();
}

}  // namespace
}  // namespace hotspot::loop
