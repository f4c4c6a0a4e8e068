// Records decisions, ended firings and notices, each once, and decides which firings are planned in a round.
//
// PURE. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/decision_book.h"
#include "actuator/loop/firing_book.h"
#include "actuator/loop/planning_turn.h"
#include "telemetry/units.h"

namespace hotspot::loop {

class DecisionLog {
 public:
  DecisionBook decisions;
  FiringBook firings;

  void take_lead();
  // Firings to be decided upon in this round.
  PlanningTurn::Part next_turn(const std::vector<rules::Firing>& firing, std::size_t nodes);
  // All that fires was decided upon since the last call, if the turn has come round. Returns a sentence for people when
  // decisions begin to be put off; once for as long as that lasts.
  std::optional<std::string> end_turn(const PlanningTurn::Part& turn, std::size_t firing);

  std::string next_plan_id(WallTime now);    // "1700000000000-1", to which a plan adds its numbers
  std::string next_notice_id(WallTime now);  // "1700000000000-n1"
  std::uint64_t plans() const { return plans_; }

 private:
  PlanningTurn turn_;
  bool said_postponed_ = false;
  std::uint64_t plans_ = 0, notices_ = 0;
};

}  // namespace hotspot::loop
