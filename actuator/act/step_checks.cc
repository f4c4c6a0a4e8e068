#include "actuator/act/step_checks.h"

#include <algorithm>
#include <cstdlib>

#include "actuator/model/cluster.h"
#include "actuator/model/text.h"
#include "actuator/plan/migration_book.h"
#include "actuator/plan/scaling.h"
#include "telemetry/memory_devices.h"

namespace hotspot::act {
namespace {

using model::Action;
using model::bytes_text;
using model::vcpus_text;
using ports::DomainFacts;
using telemetry::DomainSample;
using Why = StepChecks::Why;

template <typename Kind>
const Kind& step_of(const Action& action) {
  return std::get<Kind>(action.step);
}

bool is_about(std::int64_t a, std::int64_t b) { return std::llabs(a - b) <= kBalloonToleranceBytes; }
bool gives_back(const Action& action) { return !action.undoes.empty(); }

// What a guest gave up and needs back is never withheld.
MemoryNeed need_to_grow(const Action& action, const DomainFacts&) {
  const model::MemoryChange change = *model::memory_change(action.step);
  if (gives_back(action)) return {};
  return {std::max<std::int64_t>(0, change.to_bytes - change.from_bytes), false};
}

// --- vCPUs -----------------------------------------------------------------------------------------------------------

Why skip_vcpus(const Action& action, const DomainFacts& source) {
  const auto& vcpus = step_of<model::SetVcpus>(action);
  const std::string& name = action.domain_name;
  if (source.vcpus != vcpus.from) {
    return name + " has " + vcpus_text(source.vcpus) + " by now, the plan was made for " + std::to_string(vcpus.from);
  }
  if (vcpus.to > source.vcpus_max) return name + " may have at most " + vcpus_text(source.vcpus_max);
  if (vcpus.to < vcpus.from && source.emulated)
    return plan::keeps_vcpus_text(name, source.vcpus);  // the snapshot did not tell, or not yet
  return std::nullopt;
}

Why vcpus_differ(const Action& action, const DomainFacts& facts) {
  const auto& vcpus = step_of<model::SetVcpus>(action);
  if (facts.vcpus == vcpus.to) return std::nullopt;
  return "libvirt took the change, but " + action.domain_name + " has " + vcpus_text(facts.vcpus) +
         (facts.vcpus == vcpus.from ? "" : ": somebody else changed it meanwhile, and so it stays");
}

Why vcpus_differ_in_definition(const Action& action, const DomainFacts& facts) {
  const int to = step_of<model::SetVcpus>(action).to;
  if (!facts.persistent_vcpus || *facts.persistent_vcpus == to) return std::nullopt;
  return action.domain_name + " has " + vcpus_text(to) + " now, but " + vcpus_text(*facts.persistent_vcpus) +
         " in its definition";
}

bool vcpus_seen(const Action& action, const DomainSample& domain) {
  return model::is_running(domain) && domain.vcpus == step_of<model::SetVcpus>(action).to;
}

Why vcpus_overtaken(const Action& action, const DomainSample& now) {
  const auto& vcpus = step_of<model::SetVcpus>(action);
  if (!now.vcpus || *now.vcpus == vcpus.to || *now.vcpus == vcpus.from) return std::nullopt;
  return "has " + vcpus_text(*now.vcpus);
}

// --- the balloon -----------------------------------------------------------------------------------------------------

// A roll-back goes where it was, from wherever the guest is by now.
Why skip_balloon(const Action& action, const DomainFacts& source) {
  const std::int64_t from_bytes = step_of<model::SetBalloon>(action).from_bytes;
  if (gives_back(action) || is_about(source.balloon_bytes, from_bytes)) return std::nullopt;
  return action.domain_name + " has " + bytes_text(source.balloon_bytes) + " by now, the plan was made for " +
         bytes_text(from_bytes);
}

std::int64_t balloon_held(const Action&, const DomainFacts& facts) { return facts.balloon_bytes; }

bool balloon_seen(const Action& action, const DomainSample& domain) {
  const auto& now = domain.memory_balloon_bytes;
  return model::is_running(domain) && now &&
         is_about(*now - telemetry::plugged_bytes(domain.memory_devices), step_of<model::SetBalloon>(action).to_bytes);
}

Why balloon_overtaken(const Action& action, const DomainSample& now) {
  const auto& balloon = step_of<model::SetBalloon>(action);
  const auto [least, most] = std::minmax(balloon.from_bytes, balloon.to_bytes);
  if (!now.memory_balloon_bytes) return std::nullopt;
  const std::int64_t has = *now.memory_balloon_bytes - telemetry::plugged_bytes(now.memory_devices);
  if (has >= least - kBalloonToleranceBytes && has <= most + kBalloonToleranceBytes) return std::nullopt;
  return "has " + bytes_text(has);
}

// --- migration -------------------------------------------------------------------------------------------------------

// A vCPU went and libvirt was not told (plan/scaling.h): such a QEMU crashes at the begin of a migration.
Why skip_migration(const Action& action, const DomainFacts& source) {
  const auto running = action.expected.find(plan::kExpectedVcpus);
  if (running == action.expected.end() || source.vcpus <= running->second) return std::nullopt;
  return "libvirt counts " + vcpus_text(source.vcpus) + " of " + action.domain_name + ", of which " +
         std::to_string(static_cast<int>(running->second)) + (running->second == 1 ? " runs" : " run") +
         ": should QEMU have let one go, it would not survive a migration";
}

MemoryNeed need_to_move(const Action&, const DomainFacts& source) {
  return {source.balloon_bytes + telemetry::plugged_bytes(source.memory_devices), true};
}

Why does_not_run_there(const Action& action, const DomainFacts& facts) {
  if (ports::runs(facts)) return std::nullopt;
  return action.domain_name + " is on the target, but " + telemetry::to_string(facts.state);
}

// --- a CPU cap -------------------------------------------------------------------------------------------------------

// Rates in the snapshots waver about a cap by this much.
constexpr double kCapToleranceRatio = 0.05, kCapToleranceCores = 0.03;

bool cap_seen(const Action& action, const DomainSample& domain) {
  const int percent = step_of<model::SetCpuCap>(action).to_percent;
  if (!model::is_running(domain)) return false;
  if (percent == 0) return true;
  if (!domain.cpu_ratio || !domain.vcpus) return false;
  return *domain.cpu_ratio * *domain.vcpus <= percent / 100.0 * (1 + kCapToleranceRatio) + kCapToleranceCores;
}

// --- virtio-mem ------------------------------------------------------------------------------------------------------

Why skip_virtio_mem(const Action& action, const DomainFacts& source) {
  const auto& plugged = step_of<model::SetVirtioMem>(action);
  const auto* device = ports::find_memory_device(source, plugged.device);
  if (device == nullptr) return action.domain_name + " has no memory device " + plugged.device + " any more";
  const std::int64_t has = device->current_bytes.value_or(0);
  if (gives_back(action) || has == plugged.from_bytes) return std::nullopt;
  return plugged.device + " of " + action.domain_name + " holds " + bytes_text(has) +
         " by now, the plan was made for " + bytes_text(plugged.from_bytes);
}

std::int64_t virtio_mem_held(const Action& action, const DomainFacts& facts) {
  const auto* device = ports::find_memory_device(facts, step_of<model::SetVirtioMem>(action).device);
  return device == nullptr ? 0 : device->current_bytes.value_or(0);
}

Why virtio_mem_not_taken(const Action& action, const DomainFacts& facts, StepChecks::Figures& figures) {
  const auto& plugged = step_of<model::SetVirtioMem>(action);
  const auto* device = ports::find_memory_device(facts, plugged.device);
  if (device == nullptr || !device->current_bytes) return std::nullopt;
  figures["plugged_bytes"] = static_cast<double>(*device->current_bytes);
  if (*device->current_bytes == plugged.to_bytes) return std::nullopt;
  const bool grows = plugged.to_bytes > plugged.from_bytes;
  return action.domain_name + (grows ? " takes no more than " : " gives back no more than down to ") +
         bytes_text(*device->current_bytes) + " of its " + plugged.device +
         (grows ? " (does its kernel have the driver virtio_mem?)" : ": the rest is in use where it cannot be moved");
}

bool virtio_mem_seen(const Action& action, const DomainSample& domain) {
  const auto& plugged = step_of<model::SetVirtioMem>(action);
  return model::is_running(domain) &&
         std::any_of(domain.memory_devices.begin(), domain.memory_devices.end(), [&](const auto& device) {
           return device.device == plugged.device && device.current_bytes == plugged.to_bytes;
         });
}

// --- DIMMs -----------------------------------------------------------------------------------------------------------

Why skip_dimm(const Action& action, const DomainFacts& source) {
  const std::int64_t now = telemetry::dimm_bytes(source.memory_devices);
  const std::int64_t from_bytes = step_of<model::PlugDimm>(action).from_bytes;
  if (now == from_bytes) return std::nullopt;
  return action.domain_name + " has DIMMs of " + bytes_text(now) + " by now, the plan was made for " +
         bytes_text(from_bytes);
}

std::int64_t dimms_held(const Action&, const DomainFacts& facts) { return telemetry::dimm_bytes(facts.memory_devices); }

Why dimm_not_taken(const Action& action, const DomainFacts& facts, StepChecks::Figures& figures) {
  const auto& dimm = step_of<model::PlugDimm>(action);
  const auto before = action.expected.find(plan::kExpectedGuestMemoryBefore);
  if (before == action.expected.end() || !facts.guest_memory_bytes) return std::nullopt;
  const auto now = static_cast<double>(*facts.guest_memory_bytes);
  figures["guest_memory_bytes"] = now;
  // The kernel keeps a part of it for its own tables.
  if (now >= before->second + static_cast<double>(dimm.to_bytes - dimm.from_bytes) / 2) return std::nullopt;
  return action.domain_name + " has a DIMM more, but does not use it; in a Linux guest: echo online > " +
         "/sys/devices/system/memory/auto_online_blocks";
}

bool dimm_seen(const Action& action, const DomainSample& domain) {
  return model::is_running(domain) &&
         telemetry::dimm_bytes(domain.memory_devices) == step_of<model::PlugDimm>(action).to_bytes;
}

// --- the table -------------------------------------------------------------------------------------------------------

constexpr StepChecks kTuning{};  // its body has looked whether libvirt shows it
constexpr StepChecks kVcpus{.reason_to_skip = skip_vcpus,
                            .mismatch = vcpus_differ,
                            .mismatch_in_definition = vcpus_differ_in_definition,
                            .seen = vcpus_seen,
                            .overtaken = vcpus_overtaken};
// A guest gives memory back as fast as it can: what libvirt shows of a balloon is on its way, the snapshots will show
// how far it came.
constexpr StepChecks kBalloon{.reason_to_skip = skip_balloon,
                              .memory_need = need_to_grow,
                              .memory_held = balloon_held,
                              .seen = balloon_seen,
                              .overtaken = balloon_overtaken};
constexpr StepChecks kMigration{
    .reason_to_skip = skip_migration, .memory_need = need_to_move, .mismatch = does_not_run_there};
constexpr StepChecks kCpuCap{.seen = cap_seen};
constexpr StepChecks kVirtioMem{.reason_to_skip = skip_virtio_mem,
                                .memory_need = need_to_grow,
                                .memory_held = virtio_mem_held,
                                .not_taken = virtio_mem_not_taken,
                                .seen = virtio_mem_seen};
constexpr StepChecks kDimm{.reason_to_skip = skip_dimm,
                           .memory_need = need_to_grow,
                           .memory_held = dimms_held,
                           .not_taken = dimm_not_taken,
                           .seen = dimm_seen};

// A kind without a row does not compile.
struct Row {
  const StepChecks& operator()(const model::SetVcpus&) const { return kVcpus; }
  const StepChecks& operator()(const model::SetBalloon&) const { return kBalloon; }
  const StepChecks& operator()(const model::MigrateTo&) const { return kMigration; }
  const StepChecks& operator()(const model::SetCpuCap&) const { return kCpuCap; }
  const StepChecks& operator()(const model::SetCpuShares&) const { return kTuning; }
  const StepChecks& operator()(const model::SetDiskLimit&) const { return kTuning; }
  const StepChecks& operator()(const model::SetNetworkLimit&) const { return kTuning; }
  const StepChecks& operator()(const model::SetVirtioMem&) const { return kVirtioMem; }
  const StepChecks& operator()(const model::PlugDimm&) const { return kDimm; }
};

}  // namespace

const StepChecks& checks_of(const model::Step& step) { return std::visit(Row{}, step); }

}  // namespace hotspot::act
