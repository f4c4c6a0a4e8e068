// What is drawn of a replay: for some rules and subjects, the value over time and when they were pending and firing.
//
// PURE. The history is read a second time for this, with only the rules in question, so that memory use is bounded by
// the number of lanes and columns, whatever the history holds.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/replay/drawable.h"

namespace hotspot::rules {

// All values in one slice of time.
struct LaneColumn {
  double first = 0, last = 0, lowest = 0, highest = 0;
  bool has_value = false;
  bool begins = false;    // not connected to the previous value
  bool is_known = false;  // covered by a sample: without a value, the rule has none; false: a gap in history
  bool pending = false, firing = false;
};

struct Lane {
  Drawable what;
  std::vector<LaneColumn> columns;  // of equal length, over the whole picture
  bool has_infinite = false;        // values that cannot be drawn
};

struct LaneWish {
  std::size_t rule = 0;  // its index in the set
  std::string subject;   // Subject::key()
};

struct LanesQuestion {
  std::shared_ptr<const RuleSet> rules;
  model::Freshness freshness;
  EngineOptions options;
  std::vector<LaneWish> wishes;
  WallTime from{}, to{};
  std::size_t columns = 1000;
};

class Lanes {
 public:
  explicit Lanes(LanesQuestion question);
  // In order of time, as for Replay::add().
  void add(const telemetry::NodeSnapshot& snapshot);
  std::vector<Lane> finish();  // in the order of the requests

 private:
  struct Places {
    std::size_t rule = 0, value = 0;  // in the evaluated set
  };
  struct Track {
    Lane lane;
    Places places;
    std::string subject;
    std::optional<WallTime> valued_at;  // of the newest value
    std::optional<Phase> phase;         // at the previous evaluation
  };
  void make_rules();
  void evaluate();
  void record_phase(Track& track);
  void record_value(Track& track);
  void record_known(Track& track, WallTime since);
  std::size_t column_at(WallTime time) const;

  LanesQuestion asked_;
  std::vector<Track> tracks_;
  Engine engine_;
  model::Cluster cluster_;
  WallTime now_{};
  std::optional<WallTime> before_;             // the previous evaluation
  Milliseconds longest_gap_{0};                // between samples; values further apart are not connected
  Milliseconds batch_gap_{0}, gap_before_{0};  // the same by the samples of this evaluation, and of the previous one
  std::set<std::string> batch_;
};

}  // namespace hotspot::rules
