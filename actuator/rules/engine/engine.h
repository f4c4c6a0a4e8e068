// The rule engine: given a cluster and a time, it determines which rules fire, and on what.
//
// PURE: `now` is an argument, so that a test steps through an hour in microseconds. State is kept by rule and subject,
// and survives a reload (same rule name, group and expression) and a restart (save / restore).
//
// Semantics. A subject is one label set of the expression's result. It is pending from the first evaluation at which
// the condition holds; it fires when the condition has held for `for`, or in k of the last n samples. Each sample
// counts once: a subject is evaluated again only when its node has sent a new snapshot or, with `for: TIME`, when the
// time is up. While the subject's data are stale, the condition neither holds nor fails: nothing fires on it, and a
// pending subject starts anew if the gap was longer than the freshness allows. A rule with `until` fires until that
// expression has a value for the subject. keep_firing_for: a firing subject resolves only after the condition has not
// held for that long.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/projection.h"
#include "actuator/rules/engine/saved_states.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/store/store.h"

namespace hotspot::rules {

struct Evaluation {
  std::vector<Firing> firings;  // pending and firing, in order of rule and subject; all of them
  // Subjects that changed phase in this evaluation: newly pending, newly firing, and kResolved for those that fired
  // before. A pending subject whose condition no longer holds disappears without a transition, as in Prometheus.
  std::vector<Firing> transitions;
  std::vector<std::string> problems;  // sentences: limit exceeded, two values with the same labels, …
  std::optional<WallTime> next_due;   // when a pending subject's `for` is up, unless a sample arrives before
};

// A rule whose evaluation was too expensive, and which is skipped for a while.
struct AsideRule {
  std::string rule;
  WallTime since{}, until{};   // since when; when it is evaluated again
  std::size_t operations = 0;  // used when it was stopped
};

// Selects a part of many firings: in the order of rules, `count` of them starting with number `from`.
struct FiringPage {
  std::size_t from = 0;
  std::size_t count = static_cast<std::size_t>(-1);
};

// The result of one step, before anything is formatted for people.
struct Step {
  std::size_t pending = 0, firing = 0;  // numbers of subjects, over all rules
  std::size_t transitions = 0;
  std::vector<std::string> problems;
  std::optional<WallTime> next_due;
  std::vector<AsideRule> aside;
};

// The present state of one rule on one subject.
struct SubjectView {
  Phase phase = Phase::kPending;
  double value = 0;      // at the newest sample at which the condition held
  WallTime last_held{};  // now, if the condition held in the newest step
  bool fresh = true;     // false: its data are stale
};

struct EngineOptions {
  // The store is filled frame by frame, as observe() does: what is not in a table's newest frame no longer exists, and
  // an instant selector reads that frame only, so that nothing older is kept for it.
  bool whole_frames = false;
  // The values of $externalLabels and $externalURL in templates.
  std::map<std::string, std::string> external_labels{};
  std::string external_url{};
  bool keep_all_samples = false;                        // the store drops nothing: replays and unit tests
  bool only_records = false;                            // evaluate recording rules only
  Milliseconds subquery_step{std::chrono::minutes(1)};  // of subqueries without a step
  // What one evaluation of one rule may cost (cost.h); a rule that needs more is set aside. 0: no limit.
  std::size_t most_operations = 0;
  // For the series of the cluster: which nodes are stale, and what must remain free on a node.
  model::Freshness freshness{};
  model::Margins margins{};
  // Called between two rules of a step, so that urgent work continues however many rules there are. May be empty.
  std::function<void()> between_rules;
};

class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Loads a new rule set. The state of unchanged rules is kept, and so are the samples. From now on the store keeps
  // samples for as long as this set looks back.
  void load(std::shared_ptr<const RuleSet> rules);
  const std::shared_ptr<const RuleSet>& rules() const;

  // Adds what is new in the cluster and evaluates all rules that are due: observe() and step(), with all lists.
  Evaluation evaluate(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness);

  // The same in parts. observe: adds the newest snapshot of each node to the store; call it for each arrival, because
  // each snapshot has to be observed. step: evaluates. The lists are made on demand, from the newest step.
  void observe(const model::Cluster& cluster, WallTime now);
  Step step(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness);
  std::vector<Firing> firings() const;
  std::vector<Firing> firings(Phase phase, std::size_t at_most) const;  // at most this many, from the beginning
  std::vector<Firing> firings(Phase phase, const FiringPage& page) const;
  // The state of one rule, by its index in the set, without any formatting. Empty: the condition does not hold.
  std::optional<SubjectView> state_of(std::size_t rule, const std::string& subject_key) const;
  std::vector<Firing> transitions() const;
  std::vector<Firing> transitions(std::size_t at_most) const;

  // Evaluates from the store alone, without a cluster, as Prometheus' rule manager does: for unit tests and replays.
  // The caller fills store() and advances the time. A subject is identified by its labels, each evaluation counts as a
  // sample, and a condition without a value does not hold. Lookback is 5 minutes, or the rule's max_age. Not to be
  // mixed with evaluate().
  Evaluation evaluate_store(WallTime now);
  Step step_store(WallTime now);

  // The samples. History may be appended at any time (Store::append_many); series of nodes and domains are identified
  // by their labels `node` and `domain`, as in docs/metrics.md.
  Store& store();
  const Store& store() const;
  // How rules were evaluated in the newest step: stale nodes are left out. For `explain`; the engine must outlive it.
  EvaluateOptions evaluate_options() const;

  // The state of all rules, for another process, and when each node of the cluster was last heard.
  SavedStates save() const;
  NodeClocks node_clocks() const;
  // Replaces the state. What belongs to other rules than those that are loaded is dropped; if none are, it waits for
  // them. Restored subjects are not fresh until a sample has been seen.
  void restore(SavedStates saved);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotspot::rules
