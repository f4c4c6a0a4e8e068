#include "actuator/loop/decision_log.h"

namespace hotspot::loop {

void DecisionLog::take_lead() {
  decisions.clear();
  firings.take_lead();
  turn_.begin_anew();
}

PlanningTurn::Part DecisionLog::next_turn(const std::vector<rules::Firing>& firing, std::size_t nodes) {
  decisions.begin_round();
  return turn_.next(firing, nodes);
}

std::optional<std::string> DecisionLog::end_turn(const PlanningTurn::Part& turn, std::size_t firing) {
  if (turn.came_round) decisions.end_turn();
  const bool postponed = decisions.postponed() > 0, said = said_postponed_;
  said_postponed_ = postponed || (said && firing > PlanningTurn::kMostARound);
  if (!postponed || said) return std::nullopt;
  return std::to_string(firing) +
         " subjects of rules fire at once: they are decided upon some at a time, and of new decisions " +
         std::to_string(DecisionBook::kMostRecordedARound) + " a round are recorded";
}

std::string DecisionLog::next_plan_id(WallTime now) {
  return std::to_string(to_unix_ms(now)) + "-" + std::to_string(++plans_);
}

std::string DecisionLog::next_notice_id(WallTime now) {
  return std::to_string(to_unix_ms(now)) + "-n" + std::to_string(++notices_);
}

}  // namespace hotspot::loop
