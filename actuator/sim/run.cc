#include "actuator/sim/run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "actuator/loop/loop.h"
#include "actuator/sim/memory_store.h"
#include "actuator/sim/simulated_actions.h"
#include "actuator/sim/simulated_hypervisor.h"
#include "actuator/sim/world_snapshot.h"

namespace hotspot::simulation {
namespace {

// Rounds at one moment: a round takes in so many snapshots, and a large cluster needs several.
constexpr int kMostRoundsAtOnce = 1000;
constexpr Milliseconds kAtOnce{1};

loop::Options loop_options(const Scenario& scenario, const RunOptions& options) {
  loop::Options loop = options.loop;
  loop.cluster = "simulated";
  loop.mode = rules::Mode::kEnforce;
  loop.dry_run = false;
  loop.saves_state = false;
  loop.admission = {};
  loop.admission.require_keys = false;
  for (const NodeModel& node : scenario.nodes) loop.admission.nodes.push_back({node.name, uri_of(node), "", node.uuid});
  loop.most_nodes = std::max(loop.most_nodes, scenario.nodes.size());
  loop.freshness.max_interval = std::max(loop.freshness.max_interval, options.step);
  loop.verify_limit = std::max(loop.verify_limit, 3 * options.step);
  return loop;
}

loop::LoadedRules acting(loop::LoadedRules loaded) {
  if (!loaded.checked.rules) return loaded;
  auto set = std::make_shared<rules::RuleSet>(*loaded.checked.rules);
  for (rules::Rule& rule : set->rules)
    if (rule.mode == rules::Mode::kRecommend) rule.mode = rules::Mode::kEnforce;
  loaded.checked.rules = std::move(set);
  return loaded;
}

// Everything that a loop needs, simulated.
class Run {
 public:
  Run(const Scenario& scenario, loop::LoadedRules rules, const RunOptions& options)
      : options_(options),
        clock_(scenario.begins),
        world_(scenario, clock_, options.seed),
        tally_(scenario),
        hypervisor_(world_, clock_, [this](ports::NodeProof proof) { proofs_.push_back(std::move(proof)); }),
        lease_(clock_),
        journal_([this](const ports::JournalEntry& entry) {
          if (model::is_final(entry.state)) tally_.note_end(entry.action, entry.state);
        }),
        loop_({.hypervisor = hypervisor_,
               .make_actions = [this](ports::Hypervisor& hypervisor,
                                      const act::ExecutorOptions& executor) { return actions(hypervisor, executor); },
               .journal = journal_,
               .lease = lease_,
               .clock = clock_,
               .load_rules = [rules = acting(std::move(rules))] { return rules; }},
              loop_options(scenario, options), SoleLease::kHolder, [](loop::LogLevel, const std::string&) {}) {}

  Result<Totals> go() {
    if (!loop_.start()) return Error{"the rules cannot be used"};
    for (Milliseconds next = options_.step; next <= options_.length; next += options_.step) {
      act_until(next);
      clock_.move_to(next);
      world_.step();
      tally_.note(world_, clock_.now(), options_.step);
      send();
      round();
    }
    return tally_.totals();
  }

 private:
  std::unique_ptr<ports::Actions> actions(ports::Hypervisor& hypervisor, act::ExecutorOptions executor) {
    executor.progress_interval = std::max(executor.progress_interval, options_.step);
    StepTimes step_times;
    step_times.begin_migration = [this](const model::Action& action) {
      const auto& move = std::get<model::MigrateTo>(action.step);
      return world_.begin_migration(*world_.find_domain(action.domain_uuid), *world_.find_node(move.target_uuid));
    };
    step_times.drop_migration = [this](const model::Action& action) {
      world_.drop_migration(*world_.find_domain(action.domain_uuid));
    };
    auto made = std::make_unique<SimulatedActions>(hypervisor, std::move(executor), std::move(step_times));
    actions_ = made.get();
    return made;
  }

  // Rounds at each moment before `until` at which an action goes on.
  void act_until(Milliseconds until) {
    while (actions_ != nullptr) {
      const Milliseconds due = actions_->next_due();
      if (due == Milliseconds::max() || SimulatedClock::passed_at(due) >= until) return;
      clock_.move_to(std::max(SimulatedClock::passed_at(due), clock_.passed() + kAtOnce));
      if (clock_.passed() >= until) return;
      round();
    }
  }

  void send() {
    const CollectorModel collector{"simulated", options_.step};
    std::vector<ports::Arrival> arrivals;
    arrivals.reserve(world_.nodes().size());
    for (std::size_t i = 0; i < world_.nodes().size(); ++i)
      arrivals.push_back({snapshot_of(world_, i, collector, clock_), clock_.now()});
    loop_.take(std::move(arrivals));
  }

  void round() {
    for (int rounds = 0; rounds < kMostRoundsAtOnce; ++rounds) {
      for (ports::NodeProof& proof : std::exchange(proofs_, {})) loop_.take(std::move(proof));
      const Milliseconds wait = loop_.tick();
      if (wait > kAtOnce && proofs_.empty()) return;
      clock_.move_to(clock_.passed() + kAtOnce);
    }
  }

  const RunOptions& options_;
  SimulatedClock clock_;
  World world_;
  Tally tally_;
  std::vector<ports::NodeProof> proofs_;
  SimulatedHypervisor hypervisor_;
  SoleLease lease_;
  MemoryJournal journal_;
  SimulatedActions* actions_ = nullptr;  // the loop's own
  loop::Loop loop_;
};

}  // namespace

Totals run_alone(const Scenario& scenario, const RunOptions& options) {
  SimulatedClock clock(scenario.begins);
  World world(scenario, clock, options.seed);
  Tally tally(scenario);
  for (Milliseconds next = options.step; next <= options.length; next += options.step) {
    clock.move_to(next);
    world.step();
    tally.note(world, clock.now(), options.step);
  }
  return tally.totals();
}

Result<Totals> run_with(const Scenario& scenario, const loop::LoadedRules& rules, const RunOptions& options) {
  return std::make_unique<Run>(scenario, rules, options)->go();
}

}  // namespace hotspot::simulation
