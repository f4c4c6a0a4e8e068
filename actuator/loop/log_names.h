// The names in log lines, with a UUID if a name is not unique. PURE.
#pragma once

#include <string>

#include "actuator/model/cluster.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/firing.h"

namespace hotspot::loop {

// "domain web1 on h1", "node h1", "the cluster"; with other labels, "domain web1 on h1 (device=vda)"; with its UUID
// where several domains of the cluster have that name; null: that is not looked for.
std::string subject_name(const rules::Firing& firing, const model::Cluster* cluster);

// "domain web1 on h1: vCPUs 1 → 2 done after 12 s (action 17-1); …".
std::string action_sentence(const ports::JournalEntry& entry);

}  // namespace hotspot::loop
