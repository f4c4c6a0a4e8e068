// What the record of an action says besides its states: the values before and after.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "actuator/ports/journal.h"

namespace hotspot::ctl {

// What the step changes: {"vcpus": 2}, {"balloon_bytes": …}, {"node": "h1"}; null if libvirt was not asked for the
// value before (caps, shares, limits).
nlohmann::json before(const model::Action& action);
// The value after this state of the action, if it is known: the wanted value when it is done, the old value while
// nothing was touched; null in between and after a failure half-way, unless a figure gives it. figures: the newest of
// each.
nlohmann::json after(const ports::JournalEntry& entry, const std::map<std::string, double>& figures);

std::string value_text(const nlohmann::json& value);  // "2 vCPUs", "512 MiB", "h1"; "not known" for null

}  // namespace hotspot::ctl
