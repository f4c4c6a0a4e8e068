// Counts actions by kind and by the rule that asked for them, and records how long they took.
//
// Counts continue from one leader to the next (restore). Bounded: beyond telemetry::kMostPublishedItems pairs, further
// ones are counted together as the rule kOtherRules. Thread rule: one thread, the loop's.
#pragma once

#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/ports/journal.h"
#include "actuator/rules/rule_set.h"
#include "telemetry/published.h"

namespace hotspot::loop {

inline constexpr const char* kOtherRules = "(others)";

class ActionTally {
 public:
  // Whatever its rules may ask for is counted from 0 on, so that the first of a kind is seen as a change.
  void expect(const rules::RuleSet& rules);
  void begun(const model::Action& action);
  void ended(const ports::JournalEntry& entry);  // a final state
  void restore(std::vector<telemetry::ActionCounts> before);

  const std::vector<telemetry::ActionCounts>& all() const { return all_; }

 private:
  telemetry::ActionCounts& of(const std::string& kind, const std::string& rule);
  std::vector<telemetry::ActionCounts> all_;
};

}  // namespace hotspot::loop
