#include "tests/support/fakes/fake_steps.h"

#include "actuator/sim/domain_steps.h"

namespace hotspot::fakes {
namespace {

using Reach = ports::Hypervisor::Reach;

simulation::StepSubject subject_of(const FakeWorld& world) {
  return {world.facts, world.more.tuned, world.settings.dimm_slots, world.settings.guest_takes_memory,
          world.more.guest_vcpus};
}

}  // namespace

std::optional<std::string> apply_step(const FakeWorld& world, const model::Step& step, Reach reach) {
  return simulation::apply_step(subject_of(world), step, reach);
}

ports::Applied step_is_applied(const FakeWorld& world, const model::Step& step) {
  return simulation::step_is_applied(subject_of(world), step);
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
