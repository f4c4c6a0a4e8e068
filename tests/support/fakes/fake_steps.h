// What steps do to a domain of the fake hypervisor, by their kind.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/ports/hypervisor.h"

namespace hotspot::fakes {

// What a look at a domain does not tell.
struct FakeDomain {
  std::optional<int> guest_vcpus;  // what the guest's agent says; empty: there is none
  bool agent_hangs = false;
  std::map<std::string, model::Step> tuned;  // by name of the step and device
};
struct FakeSettings {
  int dimm_slots = 0;              // free ones, of all domains
  bool guest_takes_memory = true;  // its kernel has the drivers
};

// What a step may change.
struct FakeWorld {
  ports::DomainFacts& facts;
  FakeDomain& more;
  FakeSettings& settings;
};

// The port's apply() and is_applied() for a domain that was found. A sentence: why it is refused.
std::optional<std::string> apply_step(const FakeWorld& world, const model::Step& step, ports::Hypervisor::Reach reach);
ports::Applied step_is_applied(const FakeWorld& world, const model::Step& step);

// As tests read it: "set_vcpus" with "2", "tune" with "CPU cap → 50 % of a CPU".
struct RecordedCall {
  std::string name, details;
};
RecordedCall recorded(const model::Step& step, ports::Hypervisor::Reach reach);

}  // namespace hotspot::fakes
