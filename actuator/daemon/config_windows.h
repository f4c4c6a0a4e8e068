// The section `windows` of hotspotd.yaml: days, times of day, and what may be begun then.
#pragma once

#include <vector>

#include "actuator/daemon/config.h"
#include "actuator/daemon/config_reader.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

// Windows that name no time zone are left with none (null), for the caller to fill in.
void read_windows(ConfigReader& reader, const YAML::Node& node, Config& config);

// A window for a rule that is not there binds nothing, and whoever wrote it believes that it does: what is named, and
// is in none of the sets.
std::vector<rules::Diagnostic> unknown_window_rules(const std::vector<WindowRule>& named,
                                                    const std::vector<const rules::RuleSet*>& sets,
                                                    rules::Severity severity);

}  // namespace hotspot::daemon
