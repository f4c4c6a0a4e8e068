#include "actuator/act/action_machine.h"

#include <algorithm>
#include <cstdlib>

#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

using model::bytes_text;

bool is_about(std::int64_t a, std::int64_t b) { return std::llabs(a - b) <= kBalloonToleranceBytes; }

// A halted vCPU's thread uses nothing but what QEMU itself wakes it for.
constexpr double kOnlineRatio = 1e-4;
// Rates in the snapshots waver about a cap by this much.
constexpr double kCapToleranceRatio = 0.05, kCapToleranceCores = 0.03;

std::string vcpus_text(int count) { return std::to_string(count) + (count == 1 ? " vCPU" : " vCPUs"); }

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
  if (source.job_active) return "another job holds " + name + " (a migration, a backup, a save)";
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step)) {
    if (source.vcpus != vcpus->from) {
      return name + " has " + vcpus_text(source.vcpus) + " by now, the plan was made for " +
             std::to_string(vcpus->from);
    }
    if (vcpus->to > source.vcpus_max) return name + " may have at most " + vcpus_text(source.vcpus_max);
  } else if (const auto* balloon = std::get_if<model::SetBalloon>(&action.step)) {
    // A roll-back goes where it was, from wherever the guest is by now.
    if (action.undoes.empty() && !is_about(source.balloon_bytes, balloon->from_bytes)) {
      return name + " has " + bytes_text(source.balloon_bytes) + " by now, the plan was made for " +
             bytes_text(balloon->from_bytes);
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
  if (std::holds_alternative<model::MigrateTo>(action.step)) return {source.balloon_bytes, true};
  const auto* balloon = std::get_if<model::SetBalloon>(&action.step);
  // What a guest gave up and needs back is never withheld.
  if (balloon == nullptr || !action.undoes.empty()) return {};
  return {std::max<std::int64_t>(0, balloon->to_bytes - source.balloon_bytes), false};
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
    return "libvirt took the change, but " + action.domain_name + " has " + vcpus_text(facts.vcpus);
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
  const auto* balloon = std::get_if<model::SetBalloon>(&action.step);
  return (vcpus != nullptr && vcpus->persistent) || (balloon != nullptr && balloon->persistent);
}

std::optional<std::string> mismatch_in_definition(const model::Action& action, const ports::DomainFacts& facts) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&action.step);
  if (vcpus == nullptr || !facts.persistent_vcpus || *facts.persistent_vcpus == vcpus->to) return std::nullopt;
  return action.domain_name + " has " + vcpus_text(vcpus->to) + " now, but " + vcpus_text(*facts.persistent_vcpus) +
         " in its definition";
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
         " online; in a Linux guest: echo 1 > /sys/devices/system/cpu/cpu" + std::to_string(vcpu) + "/online";
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
    return now && is_about(*now, balloon->to_bytes) ? Seen::kYes : Seen::kNotYet;
  }
  if (const auto* cap = std::get_if<model::SetCpuCap>(&action.step); cap != nullptr && cap->to_percent > 0) {
    if (!found.domain->cpu_ratio || !found.domain->vcpus) return Seen::kNotYet;
    const double cores = *found.domain->cpu_ratio * *found.domain->vcpus;
    return cores <= cap->to_percent / 100.0 * (1 + kCapToleranceRatio) + kCapToleranceCores ? Seen::kYes
                                                                                            : Seen::kNotYet;
  }
  return Seen::kYes;
}

}  // namespace hotspot::act
