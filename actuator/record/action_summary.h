// An action in short, as status and decisions tell of it: its step is a sentence.
//
// PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actuator/model/action.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct ActionSummary {
  std::string id;
  std::string domain, domain_uuid;
  std::string node, node_uuid;
  std::string kind, step;  // "set_vcpus", "vCPUs 1 → 2"
  std::string rule, reason;
  WallTime planned_at{};
  bool operator==(const ActionSummary&) const = default;
};
ActionSummary summary_of(const model::Action& action);

// The same, with the target of a migration, or from how much to how much.
struct DecidedAction {
  ActionSummary action;
  std::optional<std::int64_t> from, to;  // vCPUs or bytes
  std::optional<std::string> target, target_uuid;
  std::optional<std::string> approved_by;  // the operator who had it carried out; empty: nobody had to
  bool operator==(const DecidedAction&) const = default;
};
DecidedAction decided(const model::Action& action);

}  // namespace hotspot::record
