// Scales memory up and down. Growing uses the balloon first, which is easy to undo; beyond its limit virtio-mem, if the
// domain has such a device; then a DIMM, if there is a free slot. Shrinking uses virtio-mem first, then the balloon,
// which can take pages of DIMMs as well: DIMMs themselves stay.
#include <algorithm>

#include "actuator/model/text.h"
#include "actuator/plan/node_rules.h"
#include "actuator/plan/planning.h"
#include "actuator/plan/scaling.h"
#include "common/text/duration.h"
#include "telemetry/memory_devices.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;
using telemetry::MemoryDevice;

// A smaller step is not worth an action: the guest's use varies by more between two reads.
constexpr std::int64_t kLeastStepBytes = 1 * kMebibyte;
// Linux on x86 adds memory only in whole blocks of this size (Documentation/admin-guide/mm/memory-hotplug.rst).
constexpr std::int64_t kDimmUnitBytes = 128 * kMebibyte;

std::int64_t round_down(std::int64_t bytes, std::int64_t unit) { return bytes / unit * unit; }
std::int64_t round_up(std::int64_t bytes, std::int64_t unit) { return round_down(bytes + unit - 1, unit); }
std::int64_t block_of(const MemoryDevice& device) {
  return std::max<std::int64_t>(device.block_bytes.value_or(2 * kMebibyte), 1);
}

// A domain's memory by device. The balloon in a snapshot includes all of it.
struct Carriers {
  std::int64_t balloon_bytes = 0, balloon_max_bytes = 0;
  std::int64_t dimm_bytes = 0;
  std::vector<const MemoryDevice*> virtio_mem;
};

Carriers carriers_of(const model::DomainSample& domain) {
  Carriers found{domain.memory_balloon_bytes.value_or(0) - telemetry::plugged_bytes(domain.memory_devices),
                 domain.memory_balloon_max_bytes.value_or(0),
                 telemetry::dimm_bytes(domain.memory_devices),
                 {}};
  for (const MemoryDevice& device : domain.memory_devices) {
    if (!telemetry::is_virtio_mem(device)) continue;
    found.balloon_max_bytes -= device.size_bytes;
    found.virtio_mem.push_back(&device);
  }
  // QEMU may have slightly more than libvirt's maximum, and libvirt refuses to set more: it could not be given back.
  if (found.balloon_max_bytes > 0) found.balloon_bytes = std::min(found.balloon_bytes, found.balloon_max_bytes);
  return found;
}

// The memory that a guest must keep, and why.
struct Floor {
  std::int64_t bytes = 0;
  std::string why;
};

// The share of the rest that the guest would use after a shrink, by its highest known peak.
double used_after_shrink(const Planning& planning, const model::DomainRef& domain) {
  const auto mark = planning.grow_mark(domain, Resource::kMemory);
  return mark ? std::clamp(*mark - kBelowMarkRatio, 0.05, kUsedAfterShrinkRatio) : kUsedAfterShrinkRatio;
}

// Memory is taken only from a guest that has been observed for long enough, and not soon after it was given.
std::optional<Refusal> too_soon(const Planning& planning, const model::DomainSample& domain) {
  const PlanInput& input = planning.input();
  if (input.steps != nullptr && input.order == nullptr) {
    if (auto refusal =
            input.steps->against_shrink(domain.uuid, Resource::kMemory, input.now, input.limits.reversal_rest))
      return refusal;
  }
  if (input.memory == nullptr) return std::nullopt;
  const model::DomainMemory* known = input.memory->find(domain.uuid);
  const Milliseconds observed = known == nullptr ? Milliseconds(0) : known->observed(input.now);
  if (observed >= input.memory_observed) return std::nullopt;
  const bool booted = known != nullptr && known->booted_at && *known->booted_at > known->known_since;
  return Refusal{RefusalKind::kNotMeasured,
                 "what " + domain.name + " needs is known for " + text::duration_text(observed) +
                     (booted ? " since it booted" : "") + ": memory is taken only after " +
                     text::duration_text(input.memory_observed) + " of that (shrink.observed)"};
}

Result<Floor, Refusal> shrink_floor(const Planning& planning, const model::DomainRef& ref,
                                    const rules::ScaleMemory& remedy) {
  const model::DomainSample& domain = *ref.domain;
  if (!domain.memory_available_bytes || !domain.memory_usable_bytes) {
    return Refusal{RefusalKind::kNotMeasured, domain.name +
                                                  " reports nothing about its own memory (balloon statistics are "
                                                  "off): memory is never taken without that"};
  }
  if (domain.swap_in_bytes_per_second.value_or(0) > 0) {
    return Refusal{RefusalKind::kNotApplicable,
                   domain.name + " swaps: memory is never taken from a guest that lacks it"};
  }
  if (auto refusal = too_soon(planning, domain)) return *refusal;
  std::int64_t used = *model::memory_used_bytes(domain);
  Floor floor{0, "what the guest uses and room beside it, its policy's and the rule's"};
  const PlanInput& input = planning.input();
  const model::DomainMemory* known = input.memory == nullptr ? nullptr : input.memory->find(domain.uuid);
  if (const auto peak = known == nullptr ? std::nullopt : known->largest(); peak && peak->used_bytes > used) {
    used = peak->used_bytes;
    floor.why = "it used " + model::bytes_text(used) + " at its peak within the last " +
                text::duration_text(input.memory->remembers()) + ", and room beside it; its policy's and the rule's";
  }
  // The balloon is larger than what the guest sees: kernel and firmware keep a part for themselves.
  const std::int64_t hidden = std::max<std::int64_t>(0, *domain.memory_balloon_bytes - *domain.memory_available_bytes);
  const auto needed = static_cast<std::int64_t>(static_cast<double>(used) / used_after_shrink(planning, ref)) + hidden;
  floor.bytes = std::max({needed, domain.policy.memory_min_bytes.value_or(0), remedy.min_bytes.value_or(0)});
  if (known == nullptr || !known->floor || known->floor->bytes <= floor.bytes) return floor;
  return Floor{known->floor->bytes, "less was not enough " +
                                        text::duration_text(std::max(Milliseconds(0), input.now - known->floor->at)) +
                                        " ago: " + known->floor->why};
}

// virtio-mem needs no slot.
int free_slots(const model::DomainSample& domain) {
  const auto in_slots = std::count_if(domain.memory_devices.begin(), domain.memory_devices.end(),
                                      [](const MemoryDevice& device) { return !device.model.starts_with("virtio-"); });
  return domain.memory_slots.value_or(0) - static_cast<int>(in_slots);
}

// Why no memory can be plugged in, and what would make it possible.
std::string nothing_to_plug(const model::DomainSample& domain) {
  if (!domain.memory_max_bytes || domain.memory_slots.value_or(0) == 0)
    return "; more would need <maxMemory slots='…'> in its definition, or a virtio-mem device";
  if (free_slots(domain) <= 0)
    return "; all " + std::to_string(*domain.memory_slots) + " slots for memory devices are taken";
  return "; a DIMM takes at least " + model::bytes_text(kDimmUnitBytes) + ", and its <maxMemory> is " +
         model::bytes_text(*domain.memory_max_bytes);
}

// room: by how much its total memory may still grow.
std::optional<model::Step> grow_plugged(const model::DomainSample& domain, const rules::ScaleMemory& remedy,
                                        std::int64_t room) {
  const Carriers carriers = carriers_of(domain);
  for (const MemoryDevice* device : carriers.virtio_mem) {
    const std::int64_t now = device->current_bytes.value_or(0), block = block_of(*device);
    const std::int64_t wanted = std::min(round_up(remedy.by_bytes, block), round_down(room, block));
    const std::int64_t to = std::min(now + wanted, device->size_bytes);
    if (to - now >= kLeastStepBytes) return model::SetVirtioMem{device->device, now, to, remedy.persistent};
  }
  if (!domain.memory_max_bytes || free_slots(domain) <= 0) return std::nullopt;
  const std::int64_t left = *domain.memory_max_bytes - *domain.memory_balloon_max_bytes;
  const std::int64_t size = std::min(
      {round_up(remedy.by_bytes, kDimmUnitBytes), round_down(left, kDimmUnitBytes), round_down(room, kDimmUnitBytes)});
  if (size < kDimmUnitBytes) return std::nullopt;
  return model::PlugDimm{carriers.dimm_bytes, carriers.dimm_bytes + size, remedy.persistent};
}

Result<model::Step, Refusal> grow(const model::DomainSample& domain, const rules::ScaleMemory& remedy) {
  const Carriers carriers = carriers_of(domain);
  const std::int64_t now = *domain.memory_balloon_bytes;
  const std::int64_t allowed =
      std::min(domain.policy.memory_max_bytes.value_or(INT64_MAX), remedy.max_bytes.value_or(INT64_MAX));
  const std::int64_t room = allowed - now;
  const std::int64_t by_balloon =
      std::min({remedy.by_bytes, room, carriers.balloon_max_bytes - carriers.balloon_bytes});
  if (by_balloon >= kLeastStepBytes)
    return model::Step{
        model::SetBalloon{carriers.balloon_bytes, carriers.balloon_bytes + by_balloon, remedy.persistent}};
  const std::int64_t own = *domain.memory_balloon_max_bytes;
  if (room >= kLeastStepBytes) {
    if (auto step = grow_plugged(domain, remedy, room)) return *step;
  }
  return Refusal{RefusalKind::kAtLimit, domain.name + " has " + model::bytes_text(now) + ", the limit is " +
                                            model::bytes_text(std::min(allowed, own)) +
                                            (room < kLeastStepBytes ? "" : nothing_to_plug(domain))};
}

Result<model::Step, Refusal> shrink(const Planning& planning, const model::DomainRef& ref,
                                    const rules::ScaleMemory& remedy) {
  const model::DomainSample& domain = *ref.domain;
  const auto floor = shrink_floor(planning, ref, remedy);
  if (!floor) return floor.error();
  const Carriers carriers = carriers_of(domain);
  const std::int64_t now = *domain.memory_balloon_bytes;
  const std::int64_t take = std::min(-remedy.by_bytes, now - floor->bytes);
  for (const MemoryDevice* device : carriers.virtio_mem) {
    const std::int64_t holds = device->current_bytes.value_or(0);
    const std::int64_t less = std::min(round_down(take, block_of(*device)), holds);
    if (less >= kLeastStepBytes)
      return model::Step{model::SetVirtioMem{device->device, holds, holds - less, remedy.persistent}};
  }
  if (take >= kLeastStepBytes)
    return model::Step{model::SetBalloon{carriers.balloon_bytes, carriers.balloon_bytes - take, remedy.persistent}};
  return Refusal{RefusalKind::kAtLimit, domain.name + " has " + model::bytes_text(now) + " and keeps at least " +
                                            model::bytes_text(floor->bytes) + " (" + floor->why + ")"};
}

// Memory is taken in steps with pauses to watch the guest, which takes time.
std::optional<Refusal> shrink_window_refusal(const Planning& planning, const rules::Firing& firing,
                                             const model::Step& step) {
  if (!shrinks(step)) return std::nullopt;
  const PlanInput& input = planning.input();
  return input.restraints.by_window(ActionKind::kShrink, firing.rule->name, input.now,
                                    length_of(step, input.restraints.shrink_pace));
}

// Why the node's own rules forbid that a domain there gets more memory.
std::optional<Refusal> memory_growth_refusal(const Planning& planning, const model::Node& node, std::int64_t bytes) {
  if (auto refusal = relieved_refusal(planning, node, Resource::kMemory)) return refusal;
  model::NodeProjection after = planning.projection().node(node);
  if (after.memory_available_bytes) *after.memory_available_bytes -= bytes;
  return mark_refusal(planning, node, Resource::kMemory, after.memory_used_ratio());
}

Result<model::Step, Refusal> memory_step(const Planning& planning, const model::DomainRef& ref,
                                         const rules::ScaleMemory& remedy) {
  const model::DomainSample& domain = *ref.domain;
  if (!domain.memory_balloon_bytes || !domain.memory_balloon_max_bytes)
    return Refusal{RefusalKind::kNotMeasured, "the balloon of " + domain.name + " is not known"};
  return remedy.by_bytes > 0 ? grow(domain, remedy) : shrink(planning, ref, remedy);
}

}  // namespace

std::optional<std::int64_t> memory_carried_by(const model::Step& step, const telemetry::DomainSample& domain) {
  if (!domain.memory_balloon_bytes) return std::nullopt;
  const Carriers carriers = carriers_of(domain);
  if (std::holds_alternative<model::PlugDimm>(step)) return carriers.dimm_bytes;
  const auto* plugged = std::get_if<model::SetVirtioMem>(&step);
  if (plugged == nullptr) return carriers.balloon_bytes;
  for (const MemoryDevice* device : carriers.virtio_mem)
    if (device->device == plugged->device) return device->current_bytes;
  return std::nullopt;
}

std::optional<model::Action> try_scale_memory(Planning& planning, const rules::Firing& firing,
                                              const rules::ScaleMemory& remedy, Decision& decision) {
  const auto no = [&](Refusal refusal) -> std::optional<model::Action> {
    refuse(decision, {"scale_memory", "", "", std::move(refusal)});
    return std::nullopt;
  };
  const model::DomainRef domain = planning.input().cluster.find_domain(firing.subject.domain_uuid);
  if (auto refusal =
          scaling_refusal(planning, firing, domain, remedy.by_bytes > 0 ? ActionKind::kGrow : ActionKind::kShrink))
    return no(*refusal);
  const auto step = memory_step(planning, domain, remedy);
  if (!step) return no(step.error());
  if (auto refusal = planning.repetition_refusal(domain, *step)) return no(*refusal);
  if (auto refusal = planning.rejection(*firing.rule, decision.mode, domain, *step)) return no(*refusal);
  if (auto refusal = shrink_window_refusal(planning, firing, *step)) return no(*refusal);
  const model::MemoryChange change = *model::memory_change(*step);
  const std::int64_t added = change.to_bytes - change.from_bytes;
  if (added > 0) {
    if (auto refusal = memory_growth_refusal(planning, *domain.node, added)) return no(*refusal);
  }
  Effect effect = begin_effect(planning, *domain.node);
  if (auto refusal = planning.change_projection().add_memory(*domain.node, added, planning.input().margins)) {
    return no(*refusal);
  }
  finish_effect(planning, *domain.node, effect);
  // What is taken back is free only once a snapshot shows it.
  planning.change_projection().assume_load(domain.node->uuid(), 0, std::max<std::int64_t>(0, -added));
  decision.effects.push_back(effect);
  model::Action action = planning.new_action(firing, domain, *step);
  if (std::holds_alternative<model::PlugDimm>(*step) && domain.domain->memory_available_bytes)
    action.expected[kExpectedGuestMemoryBefore] = static_cast<double>(*domain.domain->memory_available_bytes);
  return action;
}

}  // namespace hotspot::plan
