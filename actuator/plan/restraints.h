// What restrains the planner by the will of operators and others: holds, time windows, and rests after changes by
// others.
//
// PURE. A null pointer means that there is none of the kind.
#pragma once

#include <map>
#include <string>

#include "actuator/plan/domain_rests.h"
#include "actuator/plan/hold.h"
#include "actuator/plan/windows.h"

namespace hotspot::plan {

// How fast memory is taken from a guest: determines whether that fits into a time window.
struct ShrinkPace {
  std::int64_t step_bytes = 128 * kMebibyte;
  Milliseconds step_pause{5000}, watch{60'000};
};
Milliseconds length_of(const model::Step& shrink, const ShrinkPace& pace);

// Domains that must be left alone, whatever a rule says, and why; by domain UUID.
using KeptDomains = std::map<std::string, model::Refusal>;

struct Restraints {
  const HoldBook* holds = nullptr;
  const Windows* windows = nullptr;
  const DomainRests* rests = nullptr;
  const model::TimeZone* zone = nullptr;  // for times in messages; null: UTC
  ShrinkPace shrink_pace;
  const KeptDomains* kept = nullptr;

  // Each returns the refusal, or nothing. The text also says what would make the action possible.
  std::optional<model::Refusal> on_everything(const std::string& rule, WallTime now) const;
  std::optional<model::Refusal> on_domain(const model::DomainRef& domain, WallTime now) const;
  std::optional<model::Refusal> on_target(const model::Node& node, WallTime now,
                                          model::Wording wording = model::Wording::kSentence) const;
  std::optional<model::Refusal> by_window(ActionKind kind, const std::string& rule, WallTime now,
                                          Milliseconds length = Milliseconds(0)) const;
  // When the currently open window closes; empty: no window applies, or it stays open for half a month.
  std::optional<WallTime> closes(ActionKind kind, const std::string& rule, WallTime now) const;
};

}  // namespace hotspot::plan
