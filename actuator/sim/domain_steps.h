// What steps do to a domain that is not a real one, by their kind: in the simulator, and in the fakes of tests.
//
// PURE. What is missing for a new kind of step does not compile.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/ports/hypervisor.h"

namespace hotspot::simulation {

// By the name of the step and its device.
using Tuned = std::map<std::string, model::Step>;

// The domain, and what decides how it takes a step.
struct StepSubject {
  ports::DomainFacts& facts;
  Tuned& tuned;
  int& dimm_slots;  // free ones
  bool guest_takes_memory = true;
  std::optional<int> guest_vcpus;  // what its agent says; empty: there is none
};

// The port's apply() and is_applied() for a domain that was found. A sentence: why it is refused.
std::optional<std::string> apply_step(StepSubject subject, const model::Step& step, ports::Hypervisor::Reach reach);
ports::Applied step_is_applied(const StepSubject& subject, const model::Step& step);

}  // namespace hotspot::simulation
