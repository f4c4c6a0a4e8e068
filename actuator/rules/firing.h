// Evaluation: from a cluster and a moment to the rules that fire, and on what.
//
// PURE: `now` is an argument, so that a test steps an hour in microseconds. State is kept by rule and subject, outlives
// a reload (same rule name, group and expression) and a restart (save / restore).
//
// Meaning. A subject is one label set of the expression's result. It is pending from the first evaluation at which it
// holds; it fires when it has held for `for`, or in k of the last n samples. A sample counts once: a subject is looked
// at again only when its node sent a new snapshot, or for `for: TIME` when the time is up. When the subject's data are
// stale it neither holds nor fails: nothing fires on it, and what was pending starts anew if the gap was longer than
// the freshness allows. keep_firing_for damps: a firing subject resolves only after not holding for that long.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

struct Subject {
  SubjectKind kind = SubjectKind::kCluster;
  std::string node_uuid;                      // where the subject is; empty for kCluster
  std::string domain_uuid;                    // empty unless kDomain
  std::map<std::string, std::string> labels;  // node="h1", domain="vm-cpu", …
  std::string key() const;  // stable over a migration: by UUIDs, and the labels besides node and domain
};

enum class Phase { kPending, kFiring, kResolved };
const char* to_string(Phase phase);

struct Firing {
  std::shared_ptr<const RuleSet> rules;  // keeps `rule` alive
  const Rule* rule = nullptr;
  Subject subject;
  Phase phase = Phase::kPending;
  double value = 0;            // of the expression, at the newest sample at which it held
  WallTime pending_since{};    // first evaluation at which it held
  WallTime first_sample_at{};  // taken_at of the first sample at which it held
  std::optional<WallTime> firing_since;
  WallTime last_held{};
  std::string held;   // "3 of 5 samples", "31 s of 30 s": for people
  bool fresh = true;  // false: firing is only remembered, its data are stale now. Never act on it.
  std::map<std::string, std::string> labels;       // the rule's and the subject's
  std::map<std::string, std::string> annotations;  // expanded, values with units
};

struct Evaluation {
  std::vector<Firing> firings;  // pending and firing, in order of rule and subject; all of them
  // Those that changed phase in this evaluation: new pending, new firing, and kResolved for what fired before. What was
  // pending and does not hold any more goes without a word, as in Prometheus.
  std::vector<Firing> transitions;
  std::vector<std::string> problems;  // sentences: limit exceeded, two values for one label set, …
  std::optional<WallTime> next_due;   // when a pending subject's `for` is up, if no sample comes before
};

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Takes a new set; the state of rules that are unchanged stays.
  void load(std::shared_ptr<const RuleSet> rules);
  const std::shared_ptr<const RuleSet>& rules() const;

  Evaluation evaluate(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness);

  // The state as text for the `state` hash, and back; text that is not ours is refused with a sentence.
  std::string save() const;
  Result<void> restore(const std::string& text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotspot::rules
