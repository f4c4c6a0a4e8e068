// How far into the past a set of rules looks, and how much of the past must be known for that.
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
  // The windows: how far back the rules look at a metric, a recorded one too. What is only looked at now is not there.
  ReachOf windows;
  // How far back what is measured must be known so that all windows are full, those of recorded series too; 0: now.
  ReachOf needed;
  // How far back recording rules must be evaluated for that.
  Milliseconds recorded{0};
  // Recorded series that are made of windows, directly or not: their values are wrong while those fill.
  std::set<std::string, std::less<>> made_of_windows;

  Milliseconds longest() const;  // of `needed`
};

Reach reach_of(const RuleSet& rules);

// How full a window is. A table is the series of one node, or those of one recording rule.
struct Window {
  std::string metric;
  Milliseconds reach{0};
  std::size_t tables = 0, full = 0;          // that have the metric, and of these, those that reach back far enough
  std::optional<WallTime> since_all, since;  // all tables have it since then; the oldest sample of any. Empty: none has
};

// The longest first. A window that lacks a fiftieth, or a minute, counts as full: samples are where they are.
std::vector<Window> windows_of(const Reach& reach, const Store& store, WallTime now);

}  // namespace hotspot::rules
