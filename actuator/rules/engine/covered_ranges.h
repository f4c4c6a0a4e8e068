// Checks whether the samples reach back as far as a rule reads. A range that is only partly covered is no reason to
// act.
//
// PURE. The values of an expression are those of Prometheus, also over a partly covered range; this is a condition for
// acting, checked when a subject is about to fire. A range is covered for a subject when a series of its node and
// domain reaches back that far, less a twentieth. If there is no such series (`absent_over_time`), the engine must have
// been observing for that long.
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

// How far back samples are needed, by metric; for recorded series, of the metrics that they are computed from.
using NeededRanges = std::map<std::string, Milliseconds, std::less<>>;

// For each rule of the set; empty for rules that do not act, or that allow partial ranges.
std::vector<NeededRanges> needed_ranges(const RuleSet& rules);

struct PartialRange {
  std::string metric;
  Milliseconds range{0};
  Milliseconds reaches{0};  // how far the samples reach back
};
std::string describe(const PartialRange& partial);  // "domain_cpu_ratio reaches back 2 min of 5 min"

class CoveredRanges {
 public:
  // Both must outlive the object, and the store must not change. `since`: when the engine began to observe.
  CoveredRanges(const Store& store, const NeededRanges& needed, WallTime now, WallTime since)
      : store_(store), needed_(needed), now_(now), since_(since) {}

  // For a subject with these labels ("" for none): the range with the largest gap; empty: all are covered.
  std::optional<PartialRange> missing(std::string_view node, std::string_view domain);

 private:
  // Over several series: how far the longest reaches back, and whether one covers the range.
  struct Reach {
    std::optional<Milliseconds> furthest;  // empty: there is no such series
    bool full = false;
    void add(const Reach& other);
  };
  // The series of one metric by domain, "" for those without that label.
  struct ByDomain {
    Reach all;
    std::unordered_map<std::string_view, Reach> of;
  };
  // ... and by node. The names are stored in the rows of the store.
  struct ByNode {
    ByDomain all;
    std::unordered_map<std::string_view, ByDomain> of;
  };
  const ByNode& reaches_of(const std::string& metric, Milliseconds range);
  void read(const Store::Place& place, Milliseconds range, ByNode& reaches) const;
  std::optional<PartialRange> missing_of(const std::string& metric, Milliseconds range, std::string_view node,
                                         std::string_view domain);

  const Store& store_;
  const NeededRanges& needed_;
  WallTime now_, since_;
  std::map<std::string, ByNode, std::less<>> known_;  // by metric
};

}  // namespace hotspot::rules
