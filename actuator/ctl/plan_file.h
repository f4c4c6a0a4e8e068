// A plan as a file: what `plan show -o json` printed. Nothing in it is believed; it only says what its reader saw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actuator/record/command.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

// Of each recommendation in it what is sent to the leader, without an owner. An error: it is no plan, or of another
// cluster.
Result<std::vector<record::ApplyPlan>> plan_from_json(std::string_view text, const std::string& cluster);
// "-": standard input. An error: it cannot be read, or is longer than 16 MiB.
Result<std::string> read_plan_file(const std::string& path);
// "1795245632494-1-0": an id, and no file.
bool is_decision_id(std::string_view word);

}  // namespace hotspot::ctl
