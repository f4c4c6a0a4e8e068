// Evaluation: from a cluster and a moment to the rules that fire, and on what.
//
// PURE: `now` is an argument, so that a test steps an hour in microseconds. State is kept by rule and subject, outlives
// a reload (same rule name, group and expression) and a restart (save / restore).
//
// Meaning. A subject is one label set of the expression's result. It is pending from the first evaluation at which it
// holds; it fires when it has held for `for`, or in k of the last n samples. A sample counts once: a subject is looked
// at again only when its node sent a new snapshot, or for `for: TIME` when the time is up. When the subject's data are
// stale it neither holds nor fails: nothing fires on it, and what was pending starts anew if the gap was longer than
// the freshness allows. A rule with `until` fires until that expression has a value for the subject. keep_firing_for
// damps: a firing subject resolves only after not holding for that long.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/store/store.h"

namespace hotspot::rules {

struct Evaluation {
  std::vector<Firing> firings;  // pending and firing, in order of rule and subject; all of them
  // Those that changed phase in this evaluation: new pending, new firing, and kResolved for what fired before. What was
  // pending and does not hold any more goes without a word, as in Prometheus.
  std::vector<Firing> transitions;
  std::vector<std::string> problems;  // sentences: limit exceeded, two values for one label set, …
  std::optional<WallTime> next_due;   // when a pending subject's `for` is up, if no sample comes before
};

// A rule whose evaluation was too dear, and that is left out for a while.
struct AsideRule {
  std::string rule;
  WallTime since{}, until{};   // since when; when it is tried again
  std::size_t operations = 0;  // that it had needed when it was stopped
};

// Which of many firings are wanted: in the order of rules, `count` from the one numbered `from` on.
struct FiringPage {
  std::size_t from = 0;
  std::size_t count = static_cast<std::size_t>(-1);
};

// What one step found, before anything is written out for people.
struct Step {
  std::size_t pending = 0, firing = 0;  // subjects, over all rules
  std::size_t transitions = 0;
  std::vector<std::string> problems;
  std::optional<WallTime> next_due;
  std::vector<AsideRule> aside;
};

// What one rule has of one subject right now.
struct SubjectLook {
  Phase phase = Phase::kPending;
  double value = 0;      // at the newest sample at which it held
  WallTime last_held{};  // now, if it held in the newest step
  bool fresh = true;     // false: its data are stale
};

// The state as it is kept between processes. Each key is a field of the `state` hash.
struct SavedParts {
  std::map<std::string, std::string> parts;  // "00" to "ff", by subject; one that is empty is not there
  std::string clock;                         // of the nodes' newest samples: small, and new with each
};

std::string part_name(int part);  // 0 to 255

struct EngineOptions {
  // The store is filled frame by frame, as observe() does it: what is not in a table's newest frame is not there, and
  // an instant selector looks at that frame alone, so no more is kept for it.
  bool whole_frames = false;
  // What templates see as $externalLabels and $externalURL.
  std::map<std::string, std::string> external_labels{};
  std::string external_url{};
  bool keep_all_samples = false;                        // the store forgets nothing: replays and unit tests
  bool only_records = false;                            // of the rules, only those that record are evaluated
  Milliseconds subquery_step{std::chrono::minutes(1)};  // of subqueries that name none
  // What one evaluation of one rule may cost (cost.h); one that needs more is set aside. 0: no bound.
  std::size_t most_operations = 0;
  // Called between two rules of a step, so that what must not wait goes on however many there are. May be empty.
  std::function<void()> between_rules;
};

class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Takes a new set; the state of rules that are unchanged stays, and so do the samples. The store then keeps samples
  // for as long as this set looks back.
  void load(std::shared_ptr<const RuleSet> rules);
  const std::shared_ptr<const RuleSet>& rules() const;

  // Takes in what is new in the cluster, and evaluates all rules that are due: observe(), step(), and everything
  // written out.
  Evaluation evaluate(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness);

  // The three apart. observe: the newest snapshot of each node goes into the store; each snapshot must be observed, so
  // call it for each arrival. step: evaluates. The lists are made on demand; they are those of the newest step.
  void observe(const model::Cluster& cluster, WallTime now);
  Step step(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness);
  std::vector<Firing> firings() const;
  std::vector<Firing> firings(Phase phase, std::size_t at_most) const;  // of these, the first so many
  std::vector<Firing> firings(Phase phase, const FiringPage& page) const;
  // Of the rule at that place of the set, without writing anything out. Empty: it does not hold there.
  std::optional<SubjectLook> look(std::size_t rule, const std::string& subject_key) const;
  std::vector<Firing> transitions() const;
  std::vector<Firing> transitions(std::size_t at_most) const;

  // Without a cluster, from the store alone, as Prometheus's rule manager does it: for unit tests and replays. The
  // caller fills store() and moves the time; a subject is known by its labels, each evaluation counts as a sample, and
  // what has no value does not hold. Lookback is 5 minutes, or the rule's max_age. Not to be mixed with evaluate().
  Evaluation evaluate_store(WallTime now);
  Step step_store(WallTime now);

  // The samples. History may be appended at any time (Store::append_many); series of nodes and domains are known by
  // their labels `node` and `domain`, as in docs/metrics.md.
  Store& store();
  const Store& store() const;
  // As rules were evaluated in the newest step: stale nodes are left out. For `explain`; the engine must outlive it.
  EvaluateOptions evaluate_options() const;

  // The state as text for the `state` hash, and back; text that is not ours is refused with a sentence.
  std::string save() const;
  Result<void> restore(const std::string& text);
  // The same in parts of which few change while little happens: what goes on holding is not written again with each
  // sample. Values of pending subjects are left out; the next sample brings them.
  SavedParts save_parts() const;
  Result<void> restore(const SavedParts& parts);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotspot::rules
