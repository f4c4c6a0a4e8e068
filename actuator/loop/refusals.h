// What ended actions show about targets, kept for later leaders.
//
// PURE. Thread rule: one thread.
#pragma once

#include <optional>
#include <string>

#include "actuator/plan/target_refusals.h"
#include "actuator/ports/journal.h"

namespace hotspot::loop {

// A migration that ended: was it refused, and by what? Empty: it was not, or did more than be refused.
std::optional<plan::TargetRefusals::Happened> refusal_in(const ports::JournalEntry& entry);
// Nothing had been copied when it was refused: the domain has lost nothing.
bool cost_nothing(const ports::JournalEntry& entry);
// How long a domain rests then, before the next best target is tried.
inline constexpr Milliseconds kRestAfterRefusal{5000};

std::string save(const plan::TargetRefusals& refusals);
Result<void> restore(plan::TargetRefusals& refusals, const std::string& text);

}  // namespace hotspot::loop
