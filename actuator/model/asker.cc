#include "actuator/model/asker.h"

namespace hotspot::model {

std::string asked_by(const Action& action) {
  if (!action.undoes.empty()) return "the roll-back of " + action.undoes;
  if (action.rule.empty() && !action.approved_by.empty()) return action.approved_by + ", as an order";
  return "rule " + action.rule + (action.approved_by.empty() ? "" : ", approved by " + action.approved_by);
}

}  // namespace hotspot::model
