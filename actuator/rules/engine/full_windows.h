// Do the samples reach back as far as a rule looks? A window that is not yet full is no reason to act.
//
// PURE. The values of an expression are what Prometheus says they are, also over half a window; this is a condition for
// acting, asked once a subject is about to fire. A window is full for a subject when a series of its node and domain
// reaches back so far, less a twentieth. Where there is no such series (`absent_over_time`), the engine must have
// looked on for so long.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actuator/rules/rule_set.h"
#include "actuator/rules/store/store.h"

namespace hotspot::rules {

// By metric how far back it must be known; of recorded series, what they are made of.
using NeededWindows = std::map<std::string, Milliseconds, std::less<>>;

// For each rule of the set; empty for those that do not act, or that allow partial windows.
std::vector<NeededWindows> needed_windows(const RuleSet& rules);

struct PartialWindow {
  std::string metric;
  Milliseconds window{0};
  Milliseconds reaches{0};  // so far back
};
std::string describe(const PartialWindow& partial);  // "domain_cpu_ratio reaches back 2 min of 5 min"

class FullWindows {
 public:
  // Both must outlive it, and the store must not change. `since`: from when on the engine has looked on.
  FullWindows(const Store& store, const NeededWindows& needed, WallTime now, WallTime since)
      : store_(store), needed_(needed), now_(now), since_(since) {}

  // Of a subject with these labels ("" for none): the window that lacks most; empty: all are full.
  std::optional<PartialWindow> missing(std::string_view node, std::string_view domain);

 private:
  // Of several series: how far the furthest of them reaches back, and whether one is full.
  struct Reach {
    std::optional<Milliseconds> furthest;  // empty: there is no such series
    bool full = false;
    void add(const Reach& other);
  };
  // The series of one metric by domain, "" of those without that label.
  struct ByDomain {
    Reach all;
    std::unordered_map<std::string_view, Reach> of;
  };
  // ... and by node. The names are those of the store's rows.
  struct ByNode {
    ByDomain all;
    std::unordered_map<std::string_view, ByDomain> of;
  };
  const ByNode& reaches_of(const std::string& metric, Milliseconds window);
  void read(const Store::Place& place, Milliseconds window, ByNode& reaches) const;
  std::optional<PartialWindow> missing_of(const std::string& metric, Milliseconds window, std::string_view node,
                                          std::string_view domain);

  const Store& store_;
  const NeededWindows& needed_;
  WallTime now_, since_;
  std::map<std::string, ByNode, std::less<>> known_;  // by metric
};

}  // namespace hotspot::rules
