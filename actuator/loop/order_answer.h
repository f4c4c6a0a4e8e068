// What an operator is told of his order: what would be done or was begun, where it leads, why not elsewhere, what
// undoes it; or what is against it.
//
// PURE.
#pragma once

#include <string>

#include "actuator/loop/planning.h"
#include "actuator/plan/decision.h"
#include "actuator/record/answer.h"

namespace hotspot::loop {

// `domain` is as it was decided on; empty: it is in no snapshot.
record::Verdict order_answer(const plan::Decision& decision, const model::DomainRef& domain, const OrderTerms& terms);
// The command came a second time, after another leader began the action.
record::Verdict begun_before(const std::string& action);

}  // namespace hotspot::loop
