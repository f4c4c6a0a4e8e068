#include "actuator/act/action_machine.h"

#include <cstdlib>

#include "actuator/act/step_checks.h"
#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

using model::bytes_text;

// A halted vCPU's thread uses nothing but what QEMU itself wakes it for.
constexpr double kOnlineRatio = 1e-4;

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
  const auto reason = checks_of(action.step).reason_to_skip;
  return reason == nullptr ? std::nullopt : reason(action, source);
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
  const auto need = checks_of(action.step).memory_need;
  return need == nullptr ? MemoryNeed{} : need(action, source);
}

std::int64_t memory_held(const model::Action& action, const ports::DomainFacts& facts) {
  const auto held = checks_of(action.step).memory_held;
  return held == nullptr ? 0 : held(action, facts);
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
  const auto mismatch = checks_of(action.step).mismatch;
  return mismatch == nullptr ? std::nullopt : mismatch(action, facts);
}

bool shown_by_libvirt(const model::Action& action, const ports::DomainFacts& facts) {
  if (const auto change = model::memory_change(action.step))
    return std::llabs(memory_held(action, facts) - change->to_bytes) <= kBalloonToleranceBytes;
  return !mismatch_in_libvirt(action, facts);
}

std::optional<std::string> mismatch_in_definition(const model::Action& action, const ports::DomainFacts& facts) {
  const auto mismatch = checks_of(action.step).mismatch_in_definition;
  return mismatch == nullptr ? std::nullopt : mismatch(action, facts);
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
  if (!found || found.node != node) return Seen::kNotYet;
  const auto seen = checks_of(action.step).seen;
  const bool shown = seen == nullptr ? model::is_running(*found.domain) : seen(action, *found.domain);
  return shown ? Seen::kYes : Seen::kNotYet;
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
  const auto overtaken = checks_of(action.step).overtaken;
  const auto what = overtaken == nullptr ? std::nullopt : overtaken(action, *found.domain);
  return what ? std::optional(said(*what)) : std::nullopt;
}

}  // namespace hotspot::act
