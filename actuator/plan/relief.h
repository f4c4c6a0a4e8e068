// What a rule is about on a node, in figures: which resource, how much of it is in use, down to where it is cured, and
// how far a target may be filled.
//
// PURE. Private to the planner. Ratios are shares of the node's resource, from 0; CPU is demand (model/load.h) and can
// exceed 1.
#pragma once

#include <optional>
#include <string>

#include "actuator/plan/planning.h"
#include "actuator/plan/trip.h"
#include "actuator/plan/used_share.h"
#include "actuator/rules/aim.h"

namespace hotspot::plan {

// So far below its rule's mark a node counts as cured, and a target may be filled: what the noise of one read does not
// undo. At most a tenth of the mark.
constexpr double kCuredBelowMark = 0.03;
constexpr double kTargetBelowMark = 0.05;

// Where a rule with this mark counts as cured.
double cured_below(double mark);

struct Relief {
  AimedAt resource = AimedAt::kCpu;
  const char* assumed =
      nullptr;                 // why CPU is judged although the rule does not say so; null: it is the rule's resource
  std::optional<double> mark;  // the rule holds above it; empty: not known as a share of the resource
  double goal = 0;             // the node is cured at or below it
};

// Several aims: the first whose mark the node exceeds; where several of one resource have to hold together, the one
// that `until` names, or else the highest.
Relief relief_of(const Planning& planning, const rules::Rule& rule, const model::Node& source);

// Why the domain must not go there: the rule would hold on the target, or nearly. Comparisons that `and` joins must
// all.
std::optional<model::Refusal> own_mark_refusal(const Planning& planning, const rules::Rule& rule, const Trip& trip,
                                               model::Wording wording);

model::RefusalKind shortage_of(AimedAt resource);
std::string of_resource(AimedAt resource);  // "of its CPUs", "of its memory", "of its network"

}  // namespace hotspot::plan
