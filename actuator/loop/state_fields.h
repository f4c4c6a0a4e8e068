// The names of fields of the hash `state`.
#pragma once

namespace hotspot::loop {

// Fields of the `state` hash that hold the rules' state, see rules::SavedParts; the old one is of versions before.
inline constexpr const char* kRuleStatePrefix = "rule_state:";
inline constexpr const char* kRuleClockField = "rule_clock";
inline constexpr const char* kOldRuleStateField = "rule_state";
inline constexpr const char* kTargetRefusalsField = "target_refusals";  // record/target_refusal.h
inline constexpr const char* kTrustField = "trust";                     // record/trust.h
inline constexpr const char* kTwoNodesField = "two_nodes";              // record/two_nodes.h
inline constexpr const char* kCountsField = "counts";                   // Publication::durable()
inline constexpr const char* kPositionsField = "positions";             // see Positions

}  // namespace hotspot::loop
