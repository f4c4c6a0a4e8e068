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
  // Both must outlive it. `since`: from when on the engine has looked on.
  FullWindows(const Store& store, const NeededWindows& needed, WallTime now, WallTime since)
      : store_(store), needed_(needed), now_(now), since_(since) {}

  // Of a subject with these labels ("" for none): the window that lacks most; empty: all are full.
  std::optional<PartialWindow> missing(std::string_view node, std::string_view domain);

 private:
  struct Reach {
    std::string node, domain;
    Milliseconds reaches{0};
    bool full = false;
  };
  const std::vector<Reach>& reaches_of(const std::string& metric, Milliseconds window);
  std::optional<PartialWindow> missing_of(const std::string& metric, Milliseconds window, std::string_view node,
                                          std::string_view domain);

  const Store& store_;
  const NeededWindows& needed_;
  WallTime now_, since_;
  std::map<std::string, std::vector<Reach>, std::less<>> known_;  // by metric
};

}  // namespace hotspot::rules
