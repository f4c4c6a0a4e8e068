#include "tests/support/fakes/fake_steps.h"

#include <cstdlib>

#include "telemetry/memory_devices.h"

namespace hotspot::fakes {
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
  FakeWorld world;

  Why operator()(const model::SetVcpus& step) const {
    if (step.to < 1 || step.to > world.facts.vcpus_max) return "vCPUs out of the domain's limits";
    world.facts.vcpus = step.to;
    return std::nullopt;
  }
  Why operator()(const model::SetBalloon& step) const {
    if (step.to_bytes < kKibibyte || step.to_bytes > world.facts.balloon_max_bytes)
      return "balloon out of the domain's limits";
    world.facts.balloon_bytes = step.to_bytes / kKibibyte * kKibibyte;
    return std::nullopt;
  }
  Why operator()(const model::PlugDimm& step) const {
    auto& devices = world.facts.memory_devices;
    const std::int64_t size_bytes = step.to_bytes - step.from_bytes;
    if (size_bytes <= 0) return "a DIMM needs a size";
    if (world.settings.dimm_slots <= 0) return "the domain has no free slot for memory";
    --world.settings.dimm_slots;
    devices.push_back({"dimm" + std::to_string(devices.size()), "dimm", size_bytes, {}, {}, {}});
    if (world.settings.guest_takes_memory && world.facts.guest_memory_bytes)
      *world.facts.guest_memory_bytes += size_bytes;
    return std::nullopt;
  }
  Why operator()(const model::SetVirtioMem& step) const {
    for (telemetry::MemoryDevice& one : world.facts.memory_devices) {
      if (one.device != step.device) continue;
      if (step.to_bytes < 0 || step.to_bytes > one.size_bytes) return "more than the device's size";
      one.requested_bytes = step.to_bytes;
      if (world.settings.guest_takes_memory) one.current_bytes = step.to_bytes;
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
    world.more.tuned.insert_or_assign(tuning_key(step), step);
    return std::nullopt;
  }
};

struct IsApplied {
  FakeWorld world;

  ports::Applied operator()(const model::SetVcpus& step) const {
    ports::Applied applied{world.facts.vcpus == step.to, std::nullopt};
    if (applied.shown && step.direction() == model::Direction::kUp) applied.guest_vcpus = world.more.guest_vcpus;
    return applied;
  }
  ports::Applied operator()(const model::SetBalloon& step) const {
    return held(world.facts.balloon_bytes, step.to_bytes);
  }
  ports::Applied operator()(const model::PlugDimm& step) const {
    return held(telemetry::dimm_bytes(world.facts.memory_devices), step.to_bytes);
  }
  ports::Applied operator()(const model::SetVirtioMem& step) const {
    const auto* device = ports::find_memory_device(world.facts, step.device);
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
    const auto known = world.more.tuned.find(tuning_key(step));
    return {known != world.more.tuned.end() && known->second == step, std::nullopt};
  }
};

}  // namespace

Why apply_step(const FakeWorld& world, const model::Step& step, Reach reach) {
  if (reach == Reach::kNow) return std::visit(ApplyNow{world}, step);
  if (!model::memory_change(step) && model::changes(step) != model::Changes::kVcpus)
    return "no step of the definition alone";
  if (!world.facts.persistent) return "the domain is transient";
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&step)) world.facts.persistent_vcpus = vcpus->to;
  return std::nullopt;
}

ports::Applied step_is_applied(const FakeWorld& world, const model::Step& step) {
  return std::visit(IsApplied{world}, step);
}

RecordedCall recorded(const model::Step& step, Reach reach) {
  const std::string sentence = model::describe(step);
  if (reach == Reach::kNextStart) return {"set_persistently", sentence};
  if (model::is_tuning(step)) return {"tune", sentence};
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&step)) return {"set_vcpus", std::to_string(vcpus->to)};
  if (const auto* balloon = std::get_if<model::SetBalloon>(&step))
    return {"set_balloon", std::to_string(balloon->to_bytes)};
  return {model::memory_change(step) ? "resize_memory" : model::step_name(step), sentence};
}

}  // namespace hotspot::fakes
