// The rules' state as versions before JSON wrote it: a line each, with fields separated by tabs. Read only.
//
// PURE. Lines that are not in this format are refused with a sentence.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/record/rule_state.h"
#include "telemetry/result.h"

namespace hotspot::record {

// "hotspot rule clock 1", then UUID, taken_at, observed_at. Empty text: no node.
Result<NewestSamples> newest_samples_from_text(std::string_view text);

// "hotspot rule state 2" (or 1), then lines `rule` and `subject`. Adds its rules to `rules`.
Result<void> add_rule_state_from_text(std::string_view text, const NewestSamples& newest,
                                      std::vector<RuleState>& rules);

}  // namespace hotspot::record
