// The states of one action: pure functions that decide its next state.
//
// PURE: events and times are arguments, the next state and what to do about it are results.
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

// The final check, just before acting: is the domain still as the plan assumed? Empty: go ahead. Otherwise the sentence
// with which the action is skipped.
std::optional<std::string> reason_to_skip(const model::Action& action, const ports::DomainFacts& source);

// For a migration, checks the target just before acting: the domain must not be there already.
std::optional<std::string> reason_to_skip_at_target(const model::Action& action,
                                                    const Result<ports::DomainFacts, ports::CallError>& target);

// The memory that an action needs if it grows or moves a domain: the node must still have it. `source`: present state.
MemoryNeed memory_need(const model::Action& action, const ports::DomainFacts& source);
std::optional<std::string> reason_to_skip_for_memory(const model::Action& action, const MemoryNeed& need,
                                                     std::int64_t available_bytes);

// After libvirt reported success: is it confirmed? `facts` are from the node where the domain should be now.
std::optional<std::string> mismatch_in_libvirt(const model::Action& action, const ports::DomainFacts& facts);

// libvirt shows the step, for kinds that change vCPUs or memory. Says nothing about the guest.
bool shown_by_libvirt(const model::Action& action, const ports::DomainFacts& facts);

// The same as mismatch_in_libvirt(), in the domain's definition.
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

// What somebody else did to the domain after our action, by a snapshot taken since: it shows neither the old nor the
// wanted state. Empty: nothing of the kind.
std::optional<std::string> overtaken_by_others(const model::Action& action, const model::Cluster& cluster,
                                               WallTime acted_at);

}  // namespace hotspot::act
