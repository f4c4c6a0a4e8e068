// What operators and others restrain the planner by: holds, windows of time, and rests after changes of somebody else.
//
// PURE. Null pointers: nothing of the kind.
#pragma once

#include <map>
#include <string>

#include "actuator/plan/foreign_rests.h"
#include "actuator/plan/hold.h"
#include "actuator/plan/windows.h"

namespace hotspot::plan {

// How fast memory is taken from a guest; how long that takes decides whether it fits into a window.
struct ShrinkPace {
  std::int64_t step_bytes = 128 * kMebibyte;
  Milliseconds step_pause{5000}, watch{60'000};
};
Milliseconds length_of(const model::Step& shrink, const ShrinkPace& pace);

// What nothing is done to, whatever a rule says, and why; by domain UUID.
using KeptDomains = std::map<std::string, model::Refusal>;

struct Restraints {
  const HoldBook* holds = nullptr;
  const Windows* windows = nullptr;
  const ForeignRests* rests = nullptr;
  const model::TimeZone* zone = nullptr;  // in which times are told; UTC
  ShrinkPace shrink_pace;
  const KeptDomains* kept = nullptr;

  // Each: why not, or nothing. What would make it possible is said too.
  std::optional<model::Refusal> on_everything(const std::string& rule, WallTime now) const;
  std::optional<model::Refusal> on_domain(const model::DomainRef& domain, WallTime now) const;
  std::optional<model::Refusal> on_target(const model::Node& node, WallTime now) const;
  std::optional<model::Refusal> by_window(ActionKind kind, const std::string& rule, WallTime now,
                                          Milliseconds length = Milliseconds(0)) const;
  // When the window closes that is open now; empty: no window binds it, or it stays open for half a month.
  std::optional<WallTime> closes(ActionKind kind, const std::string& rule, WallTime now) const;
};

}  // namespace hotspot::plan
