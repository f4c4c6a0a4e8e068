// How far back a set of rules reads, and how much of the past must be known for that.
//
// PURE.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/rule_set.h"
#include "actuator/rules/store/store.h"

namespace hotspot::rules {

using ReachOf = std::map<std::string, Milliseconds, std::less<>>;  // by metric; "" for selectors without a name

struct Reach {
  // The ranges: how far back the rules read a metric or a recorded series. Metrics that are only read now are left out.
  ReachOf windows;
  // How far back measured metrics must be known so that all ranges are covered, also those of recorded series; 0: now.
  ReachOf needed;
  // How far back recording rules must be evaluated for that.
  Milliseconds recorded{0};
  // Recorded series that are computed from ranges, directly or not: their values are wrong until these are covered.
  std::set<std::string, std::less<>> made_of_windows;

  Milliseconds longest() const;  // the maximum of `needed`
};

Reach reach_of(const RuleSet& rules);

// How far a range is covered. A table holds the series of one node, or of one recording rule.
struct Window {
  std::string metric;
  Milliseconds reach{0};
  std::size_t tables = 0, full = 0;          // that have the metric, and how many of them reach back far enough
  std::optional<WallTime> since_all, since;  // when the last, and the first, table begins; empty: none does
};

// The longest first. A range that lacks a fiftieth or a minute counts as covered, because of the spacing of samples.
std::vector<Window> windows_of(const Reach& reach, const Store& store, WallTime now);

}  // namespace hotspot::rules
