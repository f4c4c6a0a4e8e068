// The past as the store wants it: history goes through the observer and the recording rules as live data do, and what
// comes of it is put in front of what the live store holds.
//
// PURE. A Past is filled in one thread and given to another; Backfill works in the thread of the live engine, a table
// at a time, so that nothing waits for a long one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/reach.h"
#include "actuator/rules/firing.h"

namespace hotspot::rules {

class Past {
 public:
  // Recording rules want the snapshots of all nodes; a past of some of them is of what was measured alone.
  enum class Of { kAllNodes, kSomeNodes };
  // `until`: when the past ends, about now.
  Past(std::shared_ptr<const RuleSet> rules, WallTime until, Of of = Of::kAllNodes);
  // In order of time. interval_seconds is the step of the history there: it grows coarse with age.
  void take(telemetry::NodeSnapshot snapshot);
  void finish();  // after the last one

  const std::shared_ptr<const RuleSet>& rules() const { return engine_.rules(); }
  const Store& store() const { return engine_.store(); }
  std::size_t snapshots() const { return snapshots_; }
  std::optional<WallTime> oldest() const { return oldest_; }
  std::optional<WallTime> newest() const { return newest_; }
  // The step of the history of a node at a time; of all nodes together for "".
  Milliseconds step_at(const std::string& node, WallTime time) const;
  const Reach& reach() const { return reach_; }
  bool has_records() const { return of_ == Of::kAllNodes; }

 private:
  void evaluate();

  Engine engine_;
  Reach reach_;
  Of of_;
  WallTime records_from_{};
  model::Cluster cluster_;
  model::Freshness freshness_;
  WallTime now_{};
  std::set<std::string> batch_;  // nodes whose snapshots wait to be evaluated
  Milliseconds batch_step_{0};
  struct Stretch {
    WallTime from{};
    Milliseconds step{0};
  };
  std::map<std::string, std::vector<Stretch>, std::less<>> stretches_;
  std::map<std::string, std::uint64_t> sequence_;
  std::size_t snapshots_ = 0;
  std::optional<WallTime> oldest_, newest_;
};

// Puts a past before what is live. Where both have a sample, the live one stays: a column takes what is older than its
// own oldest. Only what live rules recorded from windows that were not full gives way. A sample of coarse history
// stands for all samples that would have been taken in its time, so that a mean over a window counts time and not rows.
// Only domains that run now get a past of their own.
class Backfill {
 public:
  // interval_of: the live interval between two samples of a node; of recorded series for "".
  Backfill(std::shared_ptr<const Past> past, std::function<Milliseconds(const std::string& node)> interval_of);
  // One table. False: it was the last one, or rules other than those of the past are loaded.
  bool step(Engine& live);
  std::size_t samples() const { return samples_; }

 private:
  void fill(const Table& from, Table& to, Store& live);
  std::vector<std::uint32_t> rows_of(const Table& from, Table& to, Store& live) const;

  std::shared_ptr<const Past> past_;
  std::function<Milliseconds(const std::string& node)> interval_of_;
  std::string done_;  // key of the table that was done last
  bool begun_ = false;
  std::size_t samples_ = 0;
};

}  // namespace hotspot::rules
