// The checks of each kind of step: before it begins, after libvirt reported success, and in the snapshots.
//
// PURE. One row per kind of step; a check that a kind does not need is null.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actuator/model/action.h"
#include "actuator/ports/hypervisor.h"
#include "telemetry/snapshot.h"

namespace hotspot::act {

using ports::kBalloonToleranceBytes;

// Memory that the node must have left for an action that grows or moves a domain.
struct MemoryNeed {
  std::int64_t bytes = 0;  // 0: none
  bool at_target = false;
};

struct StepChecks {
  using Why = std::optional<std::string>;  // a sentence with the domain's name; empty: all is well
  using Figures = std::map<std::string, double>;

  // The domain is not as the plan presumed it. Called for a domain that runs and that nobody else works on.
  Why (*reason_to_skip)(const model::Action&, const ports::DomainFacts&) = nullptr;
  MemoryNeed (*memory_need)(const model::Action&, const ports::DomainFacts&) = nullptr;
  // What the domain has now of the memory that the step changes.
  std::int64_t (*memory_held)(const model::Action&, const ports::DomainFacts&) = nullptr;

  // libvirt shows something else than it has said; in the domain's definition, where the step changes that too.
  Why (*mismatch)(const model::Action&, const ports::DomainFacts&) = nullptr;
  Why (*mismatch_in_definition)(const model::Action&, const ports::DomainFacts&) = nullptr;
  // The guest does not follow (yet); how far it came goes into the figures.
  Why (*not_taken)(const model::Action&, const ports::DomainFacts&, Figures&) = nullptr;

  // A snapshot of the node where the domain should be by now shows the step. Null: that the domain runs there is
  // enough.
  bool (*seen)(const model::Action&, const telemetry::DomainSample&) = nullptr;
  // It shows what somebody else has made of the domain since: "has 3 vCPUs".
  Why (*overtaken)(const model::Action&, const telemetry::DomainSample&) = nullptr;
};

const StepChecks& checks_of(const model::Step& step);

}  // namespace hotspot::act
