// A night in simulated time: loop, rules, planner, executor and journal, without a thread and without waiting.
#include <gmock/gmock.h>

#include "actuator/sim/simulated_actions.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;

constexpr Milliseconds kInterval{5'000};  // of snapshots
constexpr Milliseconds kMigration{std::chrono::minutes(3)};

// Two nodes of 4 CPUs. What domains want of them follows from the hour; what they have, from the hypervisor.
class SimulatedNight : public LoopStage {
 protected:
  SimulatedNight() {
    make_actions_ = [](ports::Hypervisor& hypervisor, const act::ExecutorOptions& options) {
      return std::make_unique<simulation::SimulatedActions>(hypervisor, options,
                                                            simulation::StepTimes{.migration = kMigration});
    };
    ports::DomainFacts a = facts(1), b = facts(4);
    a.vcpus_max = 2;
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), a);
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("b"), b);
    loop_ = make_loop("hotspotd@one:1", lease_);
    began_ = clock_.now();
  }

  // In cores.
  using Wants = double (*)(const std::string& name, Milliseconds since);
  void pass(Milliseconds length, Wants wants) {
    for (const WallTime end = clock_.now() + length; clock_.now() < end;) {
      clock_.advance(kInterval);
      ++sequence_;
      std::vector<ports::Arrival> arrivals;
      for (const char* name : {"h1", "h2"}) arrivals.push_back({snapshot(name, wants), clock_.now()});
      loop_->take(std::move(arrivals));
      loop_->tick();
    }
  }

  telemetry::NodeSnapshot snapshot(const std::string& name, Wants wants) const {
    hotspot::testing::NodeBuilder host = node(name).at(clock_.now(), sequence_).interval(5);
    double used_cores = 0.1;
    for (const std::string one : {"a", "b"}) {
      const auto facts = hypervisor_.facts(uuid_of(name), uuid_of(one));
      if (!facts) continue;
      const double cores = std::min<double>(wants(one, clock_.now() - began_), facts->vcpus);
      used_cores += cores;
      host.with(domain(one).vcpus(facts->vcpus, facts->vcpus_max).cpu(cores / facts->vcpus));
    }
    return host.cpu(std::min(1.0, used_cores / 4));
  }

  const ports::JournalEntry& entry(model::ActionState state, const char* kind) const {
    const auto found = std::find_if(store_.entries.begin(), store_.entries.end(), [&](const auto& one) {
      return one.state == state && std::string(model::step_name(one.action.step)) == kind;
    });
    EXPECT_NE(found, store_.entries.end()) << kind;
    return found == store_.entries.end() ? store_.entries.front() : *found;
  }

  std::string story() const {
    std::string text;
    for (const std::string& line : journal()) text += line + "\n";
    for (const std::string& line : shown_) text += "  " + line + "\n";
    return text;
  }

  WallTime began_{};
};

TEST_F(SimulatedNight, AGuestGetsAVcpuAndLaterAnotherHostAndNothingElseHappens) {
  pass(hours(4), [](const std::string& name, Milliseconds since) {
    if (name == "b") return 1.0;
    if (since < minutes(30)) return 0.3;
    if (since < minutes(90)) return 1.4;     // more than its one vCPU
    return since < minutes(95) ? 2.5 : 1.0;  // more than it may have
  });
  ASSERT_THAT(journal(), ElementsAre("intent vCPUs 1 → 2", "started vCPUs 1 → 2", "verifying vCPUs 1 → 2",
                                     "done vCPUs 1 → 2", "intent migrate to h2", "started migrate to h2",
                                     "verifying migrate to h2", "done migrate to h2"))
      << story();
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("a")), ElementsAre(uuid_of("h2")));
  EXPECT_THAT(hypervisor_.nodes_with(uuid_of("b")), ElementsAre(uuid_of("h1")));

  const auto since = [this](const ports::JournalEntry& one) { return one.at - began_; };
  EXPECT_GE(since(entry(model::ActionState::kIntent, "set_vcpus")), minutes(30)) << story();
  EXPECT_LE(since(entry(model::ActionState::kDone, "set_vcpus")), minutes(31)) << story();
  const auto& started = entry(model::ActionState::kStarted, "migrate");
  EXPECT_GE(since(started), minutes(90)) << story();
  EXPECT_EQ(entry(model::ActionState::kVerifying, "migrate").at - started.at, kMigration)
      << "the journal has the simulated time, to the millisecond";
}

TEST_F(SimulatedNight, WhoTakesOverInTheMiddleOfAMigrationFindsItAndTheNightGoesOn) {
  const Wants hot_for_half_an_hour = [](const std::string& name, Milliseconds since) {
    if (name == "b") return 1.0;
    return since < minutes(30) || since > minutes(60) ? 0.3 : 2.5;
  };
  pass(minutes(33), hot_for_half_an_hour);
  ASSERT_EQ(journal().back(), "started migrate to h2") << story();
  loop_.reset();  // without a word
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  pass(hours(2), hot_for_half_an_hour);
  const auto lines = journal();
  EXPECT_THAT(lines, ::testing::Contains("aborted migrate to h2")) << story();
  EXPECT_EQ(hypervisor_.nodes_with(uuid_of("a")).size(), 1u) << story();
  EXPECT_TRUE(model::is_final(store_.entries.back().state)) << "nothing stays open\n" << story();
}

}  // namespace
}  // namespace hotspot::loop
