// What a domain wants, which may be more than what it got.
//
// PURE. Empty mask bits: not measured. Three corrections are made, and named where a plan is explained:
//   steal            CPUs that its vCPUs waited for are added (domain_cores_wanted() of load.h); also with kMeasured
//   vcpu limit       its vCPUs are busy all the time; half of the use is added, since what is hidden cannot be seen
//   memory pressure  the guest swaps in: a quarter of its memory is added, at most what it may get
// The hidden part of the last two is an assumption, the same that a step of growth starts from (docs/planner.md).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "actuator/model/cluster.h"
#include "actuator/plan/board/board.h"

namespace hotspot::plan {

enum class DemandView : std::uint8_t {
  kMeasured,  // what placement.h reckons with: use, and what was stolen
  kCorrected  // all corrections
};

struct DomainDemand {
  Amounts amounts{};
  MeasuredMask measured = 0;
  bool steal = false, vcpu_limit = false, memory_pressure = false;  // the corrections that were made
};

DomainDemand demand_of(const model::DomainRef& domain, DemandView view);
// "corrected for steal and its vCPU limit"; "": not corrected.
std::string corrections_text(const DomainDemand& demand);

// More than any domain has or uses, and little enough that sums over the domains of a node do not overflow, whatever a
// snapshot says.
inline constexpr Amount kMostOfDomain = Amount{1} << 48;
inline Amount bounded(double amount) {
  return static_cast<Amount>(std::min(amount, static_cast<double>(kMostOfDomain)) + 0.5);
}

inline Amount microcores(double cores) { return static_cast<Amount>(cores * static_cast<double>(kMicrocores) + 0.5); }

}  // namespace hotspot::plan
