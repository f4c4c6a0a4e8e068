// The life of one action as a state machine.
//
// PURE: events and times come in, the next state and what to do about it come out.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/act/step_checks.h"
#include "actuator/model/action.h"
#include "actuator/model/cluster.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

// The second look, just before acting: is the domain still as the plan presumed? Empty: go. Otherwise the sentence with
// which the action is skipped.
std::optional<std::string> reason_to_skip(const model::Action& action, const ports::DomainFacts& source);

// For a migration, the target just before acting: the domain must not be there already.
std::optional<std::string> reason_to_skip_at_target(const model::Action& action,
                                                    const Result<ports::DomainFacts, ports::CallError>& target);

// Where memory is taken by an action that grows or moves a domain: the node must have it still. `source` as of now.
MemoryNeed memory_need(const model::Action& action, const ports::DomainFacts& source);
std::optional<std::string> reason_to_skip_for_memory(const model::Action& action, const MemoryNeed& need,
                                                     std::int64_t available_bytes);

// After libvirt said done: is it so? `facts` from the node where the domain should be now.
std::optional<std::string> mismatch_in_libvirt(const model::Action& action, const ports::DomainFacts& facts);

// The same in the domain's definition.
std::optional<std::string> mismatch_in_definition(const model::Action& action, const ports::DomainFacts& facts);

// What the domain has of the memory that the action changes: of the balloon, one virtio-mem device, or all DIMMs.
std::int64_t memory_held(const model::Action& action, const ports::DomainFacts& facts);

// Of the vCPUs that the action added, those that used CPU time in this sample: a vCPU that the guest has not brought
// online uses none. Empty: the sample tells nothing about vCPUs.
std::optional<std::set<int>> added_vcpus_in_use(const model::Action& action, const telemetry::DomainSample& sample);
// The added vCPUs that are not among those; nothing for any other action.
std::vector<int> not_online(const model::Action& action, const std::set<int>& in_use);
std::string not_online_text(const model::Action& action, int vcpu);

// The same in the snapshots: only those taken after `acted_at` count.
enum class Seen { kNotYet, kYes };
Seen seen_in_snapshots(const model::Action& action, const model::Cluster& cluster, WallTime acted_at);

// What somebody else made of the domain after we acted, by a snapshot taken since: neither what was there before, nor
// what we wanted. Empty: nothing of the kind is seen.
std::optional<std::string> overtaken_by_others(const model::Action& action, const model::Cluster& cluster,
                                               WallTime acted_at);

}  // namespace hotspot::act
