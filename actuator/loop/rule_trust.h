// The right of rules to act: how it is kept, told, shown and given back.
//
// PURE: time is an argument.
#pragma once

#include <string>
#include <vector>

#include "actuator/loop/relief_watch.h"
#include "actuator/loop/steering.h"
#include "actuator/plan/trust.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"
#include "actuator/record/status.h"
#include "telemetry/result.h"

namespace hotspot::loop {

// Kinds of notices.
inline constexpr const char* kRightLost = "right_lost";
inline constexpr const char* kRightGiven = "right_given";

// Kept for later leaders. An error: it is no such record; nothing is restored.
std::string save(const plan::Trust& trust);
Result<void> restore(plan::Trust& trust, const std::string& text);

Notice right_lost(const std::string& rule, const std::string& why, WallTime now);
// "action 1-a0 of NodeCpuHot relieved 12 % of the CPU of h1; 15 % were predicted".
std::string describe(const ReliefWatch::Finding& finding);

// Refused: the rule has not lost its right. Otherwise it is told who gave it back.
record::Verdict give_right_back(plan::Trust& trust, const record::TrustRule& asked,
                                const Steering::Situation& situation, std::vector<Notice>& notices);

std::vector<record::Status::RuleTrust> trust_record(const plan::Trust& trust);

}  // namespace hotspot::loop
