#include "actuator/act/action_machine.h"

#include <algorithm>
#include <cstdlib>

#include "actuator/model/text.h"
#include "actuator/plan/migration_book.h"
#include "actuator/plan/scaling.h"
#include "telemetry/memory_devices.h"

namespace hotspot::act {
namespace {

using model::bytes_text;
using model::vcpus_text;

bool is_about(std::int64_t a, std::int64_t b) { return std::llabs(a - b) <= kBalloonToleranceBytes; }

// A halted vCPU's thread uses nothing but what QEMU itself wakes it for.
constexpr double kOnlineRatio = 1e-4;
// Rates in the snapshots waver about a cap by this much.
constexpr double kCapToleranceRatio = 0.05, kCapToleranceCores = 0.03;

// A vCPU went and libvirt was not told (plan/scaling.h): such a QEMU crashes at the begin of a migration.
std::optional<std::string> reason_against_move(const model::Action& action, const ports::DomainFacts& source) {
  const auto running = action.expected.find(plan::kExpectedVcpus);
  if (running == action.expected.end() || source.vcpus <= running->second) return std::nullopt;
  return "libvirt counts " + vcpus_text(source.vcpus) + " of " + action.domain_name + ", of which " +
         std::to_string(static_cast<int>(running->second)) + (running->second == 1 ? " runs" : " run") +
         ": should QEMU have let one go, it would not survive a migration";
}

// Where the domain should be once the action is done.
const std::string& node_after(const model::Action& action) {
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  return move == nullptr ? action.node_uuid : move->target_uuid;
}

}  // namespace

std::optional<std::string> reason_to_skip(const model::Action& action, const ports::DomainFacts& source) {
  const std::string& name = action.domain_name;
  if (source.state != telemetry::DomainState::kRunning && source.state != telemetry::DomainState::kBlocked) {
    return name + " is " + telemetry::to_string(source.state) + " by now";
  }
  // A guest that suffers gets its memory back all the same; libvirt allows it during a backup.
  const bool gives_back = !action.undoes.empty();
  if (source.job_active && !gives_back) return "another job holds " + name + " (a migration, a backup, a save)";
  if (!source.block_job.empty() && !gives_back)
    return "somebody else's " + source.block_job + " (a block job) is under way on " + name;
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    if (source.vcpus != vcpus->from) {
      return name + " has " + vcpus_text(source.vcpus) + " by now, the plan was made for " +
             std::to_string(vcpus->from);
    }
    if (vcpus->to > source.vcpus_max) return name + " may have at most " + vcpus_text(source.vcpus_max);
    if (vcpus->to < vcpus->from && source.emulated)
      return plan::keeps_vcpus_text(name, source.vcpus);  // the snapshot did not tell, or not yet
  } else if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) {
    // A roll-back goes where it was, from wherever the guest is by now.
    if (!gives_back && !is_about(source.balloon_bytes, balloon->from_bytes)) {
      return name + " has " + bytes_text(source.balloon_bytes) + " by now, the plan was made for " +
             bytes_text(balloon->from_bytes);
    }
  } else if (std::holds_alternative<model::MigrateTo>(action.step)) {
    return reason_against_move(action, source);
  }
  if (const auto* plugged = std::get_if<model::SetVirtioMem>(&action.step)) {
    const auto* device = ports::find_memory_device(source, plugged->device);
    if (device == nullptr) return name + " has no memory device " + plugged->device + " any more";
    if (!gives_back && device->current_bytes.value_or(0) != plugged->from_bytes) {
      return plugged->device + " of " + name + " holds " + bytes_text(device->current_bytes.value_or(0)) +
             " by now, the plan was made for " + bytes_text(plugged->from_bytes);
    }
  } else if (const auto* dimm = std::get_if<model::PlugDimm>(&action.step)) {
    const std::int64_t now = telemetry::dimm_bytes(source.memory_devices);
    if (now != dimm->from_bytes) {
      return name + " has DIMMs of " + bytes_text(now) + " by now, the plan was made for " +
             bytes_text(dimm->from_bytes);
    }
  }
  return std::nullopt;
}

std::optional<std::string> reason_to_skip_at_target(const model::Action& action,
                                                    const Result<ports::DomainFacts, ports::CallError>& target) {
  if (target) {
    if (target->state == telemetry::DomainState::kShutoff) return std::nullopt;  // a definition that was left behind
    return "libvirt on the target knows " + action.domain_name + " already, as " + telemetry::to_string(target->state);
  }
  if (target.error().fault == ports::CallFault::kNotFound) return std::nullopt;
  return "the target cannot be asked: " + target.error().message;
}

MemoryNeed memory_need(const model::Action& action, const ports::DomainFacts& source) {
  if (std::holds_alternative<model::MigrateTo>(action.step))
    return {source.balloon_bytes + telemetry::plugged_bytes(source.memory_devices), true};
  const auto change = model::memory_change(action.step);
  // What a guest gave up and needs back is never withheld.
  if (!change || !action.undoes.empty()) return {};
  return {std::max<std::int64_t>(0, change->to_bytes - change->from_bytes), false};
}

std::optional<std::string> reason_to_skip_for_memory(const model::Action& action, const MemoryNeed& need,
                                                     std::int64_t available_bytes) {
  if (available_bytes >= need.bytes) return std::nullopt;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  const std::string& node = move != nullptr ? move->target_name : action.node_name;
  return node + " has only " + bytes_text(available_bytes) + " of memory left by now, " + action.domain_name +
         " needs " + bytes_text(need.bytes) + (need.at_target ? "" : " more");
}

std::optional<std::string> mismatch_in_libvirt(const model::Action& action, const ports::DomainFacts& facts) {
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    if (facts.vcpus == vcpus->to) return std::nullopt;
    return "libvirt took the change, but " + action.domain_name + " has " + vcpus_text(facts.vcpus) +
           (facts.vcpus == vcpus->from ? "" : ": somebody else changed it meanwhile, and so it stays");
  }
  if (std::holds_alternative<model::MigrateTo>(action.step)) {
    if (facts.state == telemetry::DomainState::kRunning || facts.state == telemetry::DomainState::kBlocked)
      return std::nullopt;
    return action.domain_name + " is on the target, but " + telemetry::to_string(facts.state);
  }
  // A guest gives memory back as fast as it can: the balloon is on its way, the snapshots will show how far it came.
  return std::nullopt;
}

bool is_persistent(const model::Action& action) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  const auto memory = model::memory_change(action.step);
  return (vcpus != nullptr && vcpus->persistent) || (memory && memory->persistent);
}

std::optional<std::string> mismatch_in_definition(const model::Action& action, const ports::DomainFacts& facts) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  if (vcpus == nullptr || !facts.persistent_vcpus || *facts.persistent_vcpus == vcpus->to) return std::nullopt;
  return action.domain_name + " has " + vcpus_text(vcpus->to) + " now, but " + vcpus_text(*facts.persistent_vcpus) +
         " in its definition";
}

std::optional<std::string> memory_not_taken(const model::Action& action, const ports::DomainFacts& facts,
                                            std::map<std::string, double>& figures) {
  if (const auto* plugged = std::get_if<model::SetVirtioMem>(&action.step)) {
    const auto* device = ports::find_memory_device(facts, plugged->device);
    if (device == nullptr || !device->current_bytes) return std::nullopt;
    figures["plugged_bytes"] = static_cast<double>(*device->current_bytes);
    if (*device->current_bytes == plugged->to_bytes) return std::nullopt;
    const bool grows = plugged->to_bytes > plugged->from_bytes;
    return action.domain_name + (grows ? " takes no more than " : " gives back no more than down to ") +
           bytes_text(*device->current_bytes) + " of its " + plugged->device +
           (grows ? " (does its kernel have the driver virtio_mem?)" : ": the rest is in use where it cannot be moved");
  }
  const auto* dimm = std::get_if<model::PlugDimm>(&action.step);
  const auto before = action.expected.find(plan::kExpectedGuestMemoryBefore);
  if (dimm == nullptr || before == action.expected.end() || !facts.guest_memory_bytes) return std::nullopt;
  const auto now = static_cast<double>(*facts.guest_memory_bytes);
  figures["guest_memory_bytes"] = now;
  // The kernel keeps a part of it for its own tables.
  if (now >= before->second + static_cast<double>(dimm->to_bytes - dimm->from_bytes) / 2) return std::nullopt;
  return action.domain_name + " has a DIMM more, but does not use it; in a Linux guest: echo online > " +
         "/sys/devices/system/memory/auto_online_blocks";
}

std::optional<std::set<int>> added_vcpus_in_use(const model::Action& action, const telemetry::DomainSample& sample) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  if (vcpus == nullptr || sample.vcpu_samples.empty()) return std::nullopt;
  std::set<int> in_use;
  for (const telemetry::VcpuSample& vcpu : sample.vcpu_samples) {
    const bool added = vcpu.vcpu >= vcpus->from && vcpu.vcpu < vcpus->to;
    if (added && vcpu.cpu_ratio.value_or(0) > kOnlineRatio) in_use.insert(vcpu.vcpu);
  }
  return in_use;
}

std::vector<int> not_online(const model::Action& action, const std::set<int>& in_use) {
  std::vector<int> missing;
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  for (int vcpu = vcpus == nullptr ? 0 : vcpus->from; vcpus != nullptr && vcpu < vcpus->to; ++vcpu) {
    if (!in_use.contains(vcpu)) missing.push_back(vcpu);
  }
  return missing;
}

std::string not_online_text(const model::Action& action, int vcpu) {
  return action.domain_name + " has not brought its vCPU " + std::to_string(vcpu) +
         " online; in a Linux guest: echo 1 > /sys/devices/system/cpu/cpu" + std::to_string(vcpu) +
         "/online; where there is no such file, its kernel did not take it: docs/rules.md says why";
}

Seen seen_in_snapshots(const model::Action& action, const model::Cluster& cluster, WallTime acted_at) {
  const model::Node* node = cluster.find_node(node_after(action));
  if (node == nullptr || node->taken_at() <= acted_at) return Seen::kNotYet;
  const model::DomainRef found = cluster.find_domain(action.domain_uuid);
  if (!found || found.node != node || !model::is_running(*found.domain)) return Seen::kNotYet;
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    return found.domain->vcpus == vcpus->to ? Seen::kYes : Seen::kNotYet;
  }
  if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) {
    const auto& now = found.domain->memory_balloon_bytes;
    return now && is_about(*now - telemetry::plugged_bytes(found.domain->memory_devices), balloon->to_bytes)
               ? Seen::kYes
               : Seen::kNotYet;
  }
  if (const auto* plugged = std::get_if<model::SetVirtioMem>(&action.step)) {
    for (const telemetry::MemoryDevice& device : found.domain->memory_devices)
      if (device.device == plugged->device && device.current_bytes == plugged->to_bytes) return Seen::kYes;
    return Seen::kNotYet;
  }
  if (const auto* dimm = std::get_if<model::PlugDimm>(&action.step)) {
    return telemetry::dimm_bytes(found.domain->memory_devices) == dimm->to_bytes ? Seen::kYes : Seen::kNotYet;
  }
  if (const auto* cap = std::get_if<model::SetCpuCap>(&action.step); cap != nullptr && cap->to_percent > 0) {
    if (!found.domain->cpu_ratio || !found.domain->vcpus) return Seen::kNotYet;
    const double cores = *found.domain->cpu_ratio * *found.domain->vcpus;
    return cores <= cap->to_percent / 100.0 * (1 + kCapToleranceRatio) + kCapToleranceCores ? Seen::kYes
                                                                                            : Seen::kNotYet;
  }
  return Seen::kYes;
}

std::optional<std::string> overtaken_by_others(const model::Action& action, const model::Cluster& cluster,
                                               WallTime acted_at) {
  const model::DomainRef found = cluster.find_domain(action.domain_uuid);
  if (!found || found.node->taken_at() <= acted_at) return std::nullopt;
  const auto said = [&](const std::string& what) {
    return action.domain_name + " " + what + ": somebody else changed it meanwhile, and so it stays";
  };
  if (found.node->uuid() != node_after(action)) {
    if (found.node->uuid() == action.node_uuid) return std::nullopt;  // not there yet
    return said("is on " + found.node->name());
  }
  const telemetry::DomainSample& now = *found.domain;
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    if (!now.vcpus || *now.vcpus == vcpus->to || *now.vcpus == vcpus->from) return std::nullopt;
    return said("has " + vcpus_text(*now.vcpus));
  }
  if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) {
    const auto [least, most] = std::minmax(balloon->from_bytes, balloon->to_bytes);
    if (!now.memory_balloon_bytes) return std::nullopt;
    const std::int64_t has = *now.memory_balloon_bytes - telemetry::plugged_bytes(now.memory_devices);
    if (has >= least - kBalloonToleranceBytes && has <= most + kBalloonToleranceBytes) return std::nullopt;
    return said("has " + bytes_text(has));
  }
  return std::nullopt;
}

}  // namespace hotspot::act
