// Cooldowns and learned migrations, kept for later leaders.
//
// PURE. The texts of versions before JSON are read, too.
#pragma once

#include <string>

#include "actuator/plan/guardrails.h"
#include "actuator/plan/migration_book.h"
#include "telemetry/result.h"

namespace hotspot::loop {

std::string save(const plan::CooldownBook& cooldowns);
Result<void> restore(plan::CooldownBook& cooldowns, const std::string& text);  // "" changes nothing
std::string save(const plan::MigrationBook& migrations);
Result<void> restore(plan::MigrationBook& migrations, const std::string& text);

}  // namespace hotspot::loop
