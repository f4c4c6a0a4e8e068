// The names of fields of the hash `state`.
#pragma once

namespace hotspot::loop {

// Those of the rules' state are in record/rule_state.h.
inline constexpr const char* kTargetRefusalsField = "target_refusals";  // record/target_refusal.h
inline constexpr const char* kTrustField = "trust";                     // record/trust.h
inline constexpr const char* kTwoNodesField = "two_nodes";              // record/two_nodes.h
inline constexpr const char* kCountsField = "counts";                   // Publication::durable()
inline constexpr const char* kPositionsField = "positions";             // see Positions

}  // namespace hotspot::loop
