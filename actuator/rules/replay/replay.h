// What a set of rules would have done: the rules that run live, over snapshots of the past.
//
// PURE. The engine is the same, and it is fed in the same way: each snapshot is a sample, data grow stale, k of n
// counts. Nothing is acted upon, so a hotspot lasts here until it went away by itself or somebody cured it then.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/replay/sums.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {

// One time in which one rule fired on one subject.
struct ReplayedFiring {
  std::string rule;
  RuleKind kind = RuleKind::kHotspot;
  std::map<std::string, std::string> labels;  // the rule's and the subject's
  WallTime pending_since{};                   // when it began to hold
  WallTime from{}, to{};
  bool open = false;             // it still fired when the replay ended
  double peak = 0;               // the value that is farthest from 0, while it fired
  std::string held;              // why it fired: "3 of 5 samples"
  std::string summary;           // the annotation, if there is one
  std::vector<Remedy> remedies;  // that it would have asked for, in their order
  Mode mode = Mode::kEnforce;
  std::shared_ptr<const Expression> expression;  // of the rule: its unit is that of the peak
  Milliseconds duration() const { return to - from; }
};

// Samples that stood so far apart: history grows coarse with age.
struct Stretch {
  WallTime from{}, to{};
  Milliseconds step{0};
};

struct ReplayResult {
  WallTime from{}, to{};  // of the first and the last snapshot
  std::size_t snapshots = 0, evaluations = 0;
  std::vector<ReplayedFiring> firings;   // in order of beginning; ReplayBounds says how many
  std::size_t unlisted = 0;              // firings beyond these: only counted
  std::map<std::string, RuleSum> rules;  // by name; all firings
  std::vector<SubjectSum> subjects;      // each rule and subject that fired, the longest total first
  std::size_t subjects_left_out = 0;     // firings whose subject was one too many for that list
  // How long at least one hotspot rule fired on it; a domain's hotspot counts for its node too.
  std::map<std::string, Milliseconds> hot_nodes, hot_domains;
  std::vector<Stretch> stretches;
  std::map<std::string, std::size_t> problems;                // sentences of the engine, and how often
  std::map<std::string, std::set<std::string>> without_data;  // rule ▶ its series that never had a value
};

class Replay {
 public:
  explicit Replay(std::shared_ptr<const RuleSet> rules, model::Freshness freshness = {}, EngineOptions options = {},
                  ReplayBounds bounds = {});
  // In order of time. Snapshots of different nodes that were taken within a second are looked at together.
  void take(const telemetry::NodeSnapshot& snapshot);
  ReplayResult finish();

 private:
  void evaluate();
  // One that fires now.
  struct Open {
    Firing firing;  // as it began
    WallTime from{}, last{};
    std::optional<std::size_t> place;  // in the list of firings; empty: it is not listed
  };
  void note_firings();
  void begin(const std::string& key, const Firing& firing);
  void end(const Open& open, WallTime to);
  std::size_t rule_of(const Firing& firing) const;
  void note_resolved(const Firing& firing);
  void note_stretch(const telemetry::NodeSnapshot& snapshot);
  void sum_up();

  std::shared_ptr<const RuleSet> rules_;
  model::Freshness freshness_;
  Engine engine_;
  model::Cluster cluster_;
  WallTime now_{};
  std::set<std::string> batch_;       // nodes whose snapshots wait to be evaluated
  std::map<std::string, Open> open_;  // by rule and subject
  ReplayBounds bounds_;
  Sums sums_;
  ReplayResult result_;
};

}  // namespace hotspot::rules
