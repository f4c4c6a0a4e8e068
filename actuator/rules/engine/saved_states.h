// The engine's state as values: what outlives a reload, and what is kept for a later process.
//
// PURE. How it is written and read is not the engine's affair: record/rule_state.h, by way of loop/rule_records.h.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "actuator/rules/engine/subject_state.h"
#include "actuator/rules/firing.h"

namespace hotspot::rules {

// Two rules with the same identity are the same rule before and after a reload.
struct RuleIdentity {
  std::string name, group, expression;
  bool operator<(const RuleIdentity& other) const {
    return std::tie(name, group, expression) < std::tie(other.name, other.group, other.expression);
  }
};
RuleIdentity identity_of(const Rule& rule);

// The numbers in `state` (subject, node, round) are of the engine that saved it; another one assigns its own.
struct SavedSubject {
  Subject subject;
  SubjectState state;
};
using SavedStates = std::map<RuleIdentity, std::map<std::string, SavedSubject>>;  // by Subject::key()

// A node's newest sample: the times of subjects that were evaluated with it.
struct NodeClock {
  WallTime taken_at{}, observed_at{};
};
using NodeClocks = std::map<std::string, NodeClock, std::less<>>;  // by UUID

}  // namespace hotspot::rules
