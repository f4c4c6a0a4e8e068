// Fills the store with the past: history passes through the observer and the recording rules like live data, and the
// result is placed before the samples of the live store.
//
// PURE. A Past is filled in one thread and handed to another; Backfill works in the thread of the live engine, one
// table at a time, so that nothing waits for a long one.
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
  // Recording rules need the snapshots of all nodes; a past of some nodes has measured series only.
  enum class Of { kAllNodes, kSomeNodes };
  // `until`: when the past ends, about now.
  Past(std::shared_ptr<const RuleSet> rules, WallTime until, Of of = Of::kAllNodes);
  // In order of time. interval_seconds is the step of the history at that time: it is coarser for older data.
  void add(telemetry::NodeSnapshot snapshot);
  void finish();  // after the last snapshot

  const std::shared_ptr<const RuleSet>& rules() const { return engine_.rules(); }
  const Store& store() const { return engine_.store(); }
  std::size_t snapshots() const { return snapshots_; }
  std::optional<WallTime> oldest() const { return oldest_; }
  std::optional<WallTime> newest() const { return newest_; }
  // The step of a node's history at a time; for "" that of all nodes together.
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
  std::set<std::string> batch_;  // nodes with snapshots that are not evaluated yet
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

// Places a past before the live samples. If both have a sample, the live one stays: a column accepts only what is older
// than its own oldest sample. Only values that live rules recorded from partly covered ranges are replaced. A sample of
// coarse history is repeated for all samples that would have been taken in its time, so that a mean over a range is
// weighted by time. Only domains that run now get a past of their own.
class Backfill {
 public:
  // interval_of: the live interval between two samples of a node; for "" that of recorded series.
  Backfill(std::shared_ptr<const Past> past, std::function<Milliseconds(const std::string& node)> interval_of);
  // Does one table. False: it was the last one, or the loaded rules are not those of the past.
  bool step(Engine& live);
  std::size_t samples() const { return samples_; }

 private:
  void fill(const Table& from, Table& to, Store& live);
  std::vector<std::uint32_t> rows_of(const Table& from, Table& to, Store& live) const;

  std::shared_ptr<const Past> past_;
  std::function<Milliseconds(const std::string& node)> interval_of_;
  std::string done_;  // key of the last table that was done
  bool begun_ = false;
  std::size_t samples_ = 0;
};

}  // namespace hotspot::rules
