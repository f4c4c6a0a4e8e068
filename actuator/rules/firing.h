// A rule that holds on a subject: the engine finds it, and the planner works on it.
//
// PURE. Values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actuator/rules/rule_set.h"
#include "telemetry/units.h"

namespace hotspot::rules {

struct Subject {
  SubjectKind kind = SubjectKind::kCluster;
  std::string node_uuid;                      // where the subject is; empty for kCluster
  std::string domain_uuid;                    // empty unless kDomain
  std::map<std::string, std::string> labels;  // node="h1", domain="vm-cpu", …
  std::string key() const;  // stable across migrations: from UUIDs, and labels other than node and domain
};

enum class Phase { kPending, kFiring, kResolved };
const char* to_string(Phase phase);

struct Firing {
  std::shared_ptr<const RuleSet> rules;  // keeps `rule` alive
  const Rule* rule = nullptr;
  Subject subject;
  Phase phase = Phase::kPending;
  double value = 0;            // of the expression, at the newest sample at which the condition held
  WallTime pending_since{};    // first evaluation at which the condition held
  WallTime first_sample_at{};  // taken_at of the first sample at which the condition held
  std::optional<WallTime> firing_since;
  WallTime last_held{};
  std::string held;  // "3 of 5 samples", "31 s (for: 30 s)": for people
  // Why it is still pending although `for` is over: "domain_cpu_ratio reaches back 2 min of 5 min".
  std::string waits;
  bool fresh = true;  // false: the data are stale now, firing is only remembered. Never act on it.
  std::map<std::string, std::string> labels;       // the rule's and the subject's
  std::map<std::string, std::string> annotations;  // expanded, values with units
};

}  // namespace hotspot::rules
