// Replays a rule set over past snapshots: what it would have fired on.
//
// PURE. The engine is the same and is fed in the same way: each snapshot is a sample, data become stale, k of n counts.
// No action is taken, so that a hotspot lasts until it disappeared by itself or was cured at that time.
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

// A period in which one rule fired on one subject.
struct ReplayedFiring {
  std::string rule;
  RuleKind kind = RuleKind::kHotspot;
  std::map<std::string, std::string> labels;  // the rule's and the subject's
  WallTime pending_since{};                   // when the condition began to hold
  WallTime from{}, to{};
  bool open = false;             // it still fired when the replay ended
  double peak = 0;               // the value farthest from 0 while it fired
  std::string held;              // why it fired: "3 of 5 samples"
  std::string summary;           // the annotation, if there is one
  std::vector<Remedy> remedies;  // that the rule has, in order
  Mode mode = Mode::kEnforce;
  std::shared_ptr<const Expression> expression;  // of the rule: determines the unit of the peak
  Milliseconds duration() const { return to - from; }
};

// A stretch of history with equal distances between samples: older history is coarser.
struct Stretch {
  WallTime from{}, to{};
  Milliseconds step{0};
};

struct ReplayResult {
  WallTime from{}, to{};  // of the first and the last snapshot
  std::size_t snapshots = 0, evaluations = 0;
  std::vector<ReplayedFiring> firings;   // in order of their beginning; ReplayBounds limits their number
  std::size_t unlisted = 0;              // firings beyond the limit: only counted
  std::map<std::string, RuleSum> rules;  // by name; over all firings
  std::vector<SubjectSum> subjects;      // each rule and subject that fired, the longest total first
  std::size_t subjects_left_out = 0;     // firings whose subject is beyond the limit of that list
  // How long at least one hotspot rule fired on it; a domain's hotspot counts for its node too.
  std::map<std::string, Milliseconds> hot_nodes, hot_domains;
  std::vector<Stretch> stretches;
  std::map<std::string, std::size_t> problems;                // problems reported by the engine, and how often
  std::map<std::string, std::set<std::string>> without_data;  // rule → those of its series that never had a value
};

class Replay {
 public:
  explicit Replay(std::shared_ptr<const RuleSet> rules, model::Freshness freshness = {}, EngineOptions options = {},
                  ReplayBounds bounds = {});
  // In order of time. Snapshots of different nodes that were taken within a second are evaluated together.
  void add(const telemetry::NodeSnapshot& snapshot);
  ReplayResult finish();

 private:
  void evaluate();
  // A firing that is open now.
  struct Open {
    Firing firing;  // at its beginning
    WallTime from{}, last{};
    std::optional<std::size_t> place;  // in the list of firings; empty: not listed
  };
  void record_firings();
  void begin(const std::string& key, const Firing& firing);
  void end(const Open& open, WallTime to);
  std::size_t rule_of(const Firing& firing) const;
  void record_resolved(const Firing& firing);
  void record_stretch(const telemetry::NodeSnapshot& snapshot);
  void sum_up();

  std::shared_ptr<const RuleSet> rules_;
  model::Freshness freshness_;
  Engine engine_;
  model::Cluster cluster_;
  WallTime now_{};
  std::set<std::string> batch_;       // nodes with snapshots that are not evaluated yet
  std::map<std::string, Open> open_;  // by rule and subject
  ReplayBounds bounds_;
  Sums sums_;
  ReplayResult result_;
};

}  // namespace hotspot::rules
