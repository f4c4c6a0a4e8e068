// What an action's record tells besides its states: who asked for it, what was before and what is after.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "actuator/ports/journal.h"

namespace hotspot::ctl {

std::string asked_by(const model::Action& action);  // "rule WebCpuHot", "the roll-back of 1795-1-a0"

// What the step changes: {"vcpus": 2}, {"balloon_bytes": …}, {"node": "h1"}; null where libvirt was not asked what was
// before (caps, shares, limits).
nlohmann::json before(const model::Action& action);
// After this state of it, as far as it is known: what was wanted once it is done, what was before while nothing was
// touched; null in between and where it failed half-way, unless a figure tells. figures: the newest of each.
nlohmann::json after(const ports::JournalEntry& entry, const std::map<std::string, double>& figures);

std::string value_text(const nlohmann::json& value);  // "2 vCPUs", "512 MiB", "h1"; "not known" for null

}  // namespace hotspot::ctl
