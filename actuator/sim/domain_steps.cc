#include "actuator/sim/domain_steps.h"

#include <cstdlib>

#include "telemetry/memory_devices.h"

namespace hotspot::simulation {
namespace {

using Why = std::optional<std::string>;
using Reach = ports::Hypervisor::Reach;

std::string tuning_key(model::Step step) {
  std::string key = model::step_name(step);
  model::for_each_field(step, [&](const char* name, const auto& value, model::FieldUse) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
      if (std::string(name) == "device") key += " " + value;
  });
  return key;
}

struct ApplyNow {
  StepSubject subject;

  Why operator()(const model::SetVcpus& step) const {
    if (step.to < 1 || step.to > subject.facts.vcpus_max) return "vCPUs out of the domain's limits";
    subject.facts.vcpus = step.to;
    return std::nullopt;
  }
  Why operator()(const model::SetBalloon& step) const {
    if (step.to_bytes < kKibibyte || step.to_bytes > subject.facts.balloon_max_bytes)
      return "balloon out of the domain's limits";
    subject.facts.balloon_bytes = step.to_bytes / kKibibyte * kKibibyte;
    return std::nullopt;
  }
  Why operator()(const model::PlugDimm& step) const {
    auto& devices = subject.facts.memory_devices;
    const std::int64_t size_bytes = step.to_bytes - step.from_bytes;
    if (size_bytes <= 0) return "a DIMM needs a size";
    if (subject.dimm_slots <= 0) return "the domain has no free slot for memory";
    --subject.dimm_slots;
    devices.push_back({"dimm" + std::to_string(devices.size()), "dimm", size_bytes, {}, {}, {}});
    if (subject.guest_takes_memory && subject.facts.guest_memory_bytes) *subject.facts.guest_memory_bytes += size_bytes;
    return std::nullopt;
  }
  Why operator()(const model::SetVirtioMem& step) const {
    for (telemetry::MemoryDevice& one : subject.facts.memory_devices) {
      if (one.device != step.device) continue;
      if (step.to_bytes < 0 || step.to_bytes > one.size_bytes) return "more than the device's size";
      one.requested_bytes = step.to_bytes;
      if (subject.guest_takes_memory) one.current_bytes = step.to_bytes;
      return std::nullopt;
    }
    return "no memory device " + step.device;
  }
  Why operator()(const model::SetCpuCap& step) const { return tune(step); }
  Why operator()(const model::SetCpuShares& step) const { return tune(step); }
  Why operator()(const model::SetDiskLimit& step) const { return tune(step); }
  Why operator()(const model::SetNetworkLimit& step) const { return tune(step); }
  Why operator()(const model::MigrateTo&) const { return "a migration is begun in another way"; }

 private:
  Why tune(const model::Step& step) const {
    subject.tuned.insert_or_assign(tuning_key(step), step);
    return std::nullopt;
  }
};

struct IsApplied {
  StepSubject subject;

  ports::Applied operator()(const model::SetVcpus& step) const {
    ports::Applied applied{subject.facts.vcpus == step.to, std::nullopt};
    if (applied.shown && step.direction() == model::Direction::kUp) applied.guest_vcpus = subject.guest_vcpus;
    return applied;
  }
  ports::Applied operator()(const model::SetBalloon& step) const {
    return held(subject.facts.balloon_bytes, step.to_bytes);
  }
  ports::Applied operator()(const model::PlugDimm& step) const {
    return held(telemetry::dimm_bytes(subject.facts.memory_devices), step.to_bytes);
  }
  ports::Applied operator()(const model::SetVirtioMem& step) const {
    const auto* device = ports::find_memory_device(subject.facts, step.device);
    return held(device == nullptr ? 0 : device->current_bytes.value_or(0), step.to_bytes);
  }
  ports::Applied operator()(const model::SetCpuCap& step) const { return tuned(step); }
  ports::Applied operator()(const model::SetCpuShares& step) const { return tuned(step); }
  ports::Applied operator()(const model::SetDiskLimit& step) const { return tuned(step); }
  ports::Applied operator()(const model::SetNetworkLimit& step) const { return tuned(step); }
  ports::Applied operator()(const model::MigrateTo&) const { return {}; }

 private:
  static ports::Applied held(std::int64_t has, std::int64_t wanted) {
    return {std::llabs(has - wanted) <= ports::kBalloonToleranceBytes, std::nullopt};
  }
  ports::Applied tuned(const model::Step& step) const {
    const auto known = subject.tuned.find(tuning_key(step));
    return {known != subject.tuned.end() && known->second == step, std::nullopt};
  }
};

}  // namespace

Why apply_step(StepSubject subject, const model::Step& step, Reach reach) {
  if (reach == Reach::kNow) return std::visit(ApplyNow{subject}, step);
  if (!model::memory_change(step) && model::changes(step) != model::Changes::kVcpus)
    return "no step of the definition alone";
  if (!subject.facts.persistent) return "the domain is transient";
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&step)) subject.facts.persistent_vcpus = vcpus->to;
  return std::nullopt;
}

ports::Applied step_is_applied(const StepSubject& subject, const model::Step& step) {
  return std::visit(IsApplied{subject}, step);
}

}  // namespace hotspot::simulation
