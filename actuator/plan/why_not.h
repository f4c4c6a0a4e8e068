// Why a domain does not go to a node now, and what would make it possible.
//
// PURE. All refusals of the planner, not only the first that a decision names; each from the planner's own code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/planner.h"

namespace hotspot::plan {

struct Hindrance {
  model::Refusal refusal;
  std::string cure;  // what would make it possible; empty: the refusal says it
};

// A rule that fires and asks for the move of this domain, or of one of its node's.
struct AskingRule {
  std::string rule;
  std::vector<Hindrance> hindrances;  // that this rule alone has
};

struct WhyNot {
  std::vector<Hindrance> domain, target, now;  // what forbids any move: of the domain, there, at the moment
  std::vector<AskingRule> rules;
  std::optional<model::Refusal> comes_last;  // it is possible, and the last choice
  std::vector<Effect> effects;               // of the move: on the domain's node, on the target
  double seconds = 0, downtime_seconds = 0;  // predicted, for the migration
  std::vector<std::string> copied_disks;
  std::int64_t copied_bytes = 0;

  // Nothing forbids it, for one of the rules that ask at least.
  bool possible() const;
};

// `target` is not the domain's node.
WhyNot why_not(const PlanInput& input, const model::DomainRef& domain, const model::Node& target);

}  // namespace hotspot::plan
