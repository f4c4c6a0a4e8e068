// Confirms an action after libvirt's success: in libvirt, in the domain's definition, in the guest.
#include "actuator/act/action_machine.h"
#include "actuator/act/worker.h"
#include "actuator/model/text.h"

namespace hotspot::act {
namespace {

using model::ActionState;

}  // namespace

void Worker::confirm(WorkOrder& order, std::map<std::string, double> figures, std::string message) {
  const bool moved = std::holds_alternative<model::MigrateTo>(order.action.step);
  const Facts facts =
      hypervisor_.look(moved ? target_of(order.action) : source_of(order.action), order.action.domain_uuid);
  if (!facts) {
    // libvirt said done and now says nothing: the snapshots decide.
    if (!message.empty()) message += "; ";
    return tell(order, ActionState::kVerifying, message + facts.error().message, std::move(figures));
  }
  if (const auto mismatch = mismatch_in_libvirt(order.action, *facts)) {
    return tell(order, ActionState::kFailed, *mismatch, std::move(figures));
  }
  if (!guest_takes_memory(order, figures) || !change_definition(order, *facts) || !guest_follows(order, figures))
    return;
  tell(order, ActionState::kVerifying, std::move(message), std::move(figures));
}

// A transient domain has no definition: there is nothing to change.
bool Worker::change_definition(WorkOrder& order, const ports::DomainFacts& live) {
  if (!model::is_persistent(order.action.step) || !live.persistent) return true;
  const ports::NodeAddress node = source_of(order.action);
  const auto done =
      hypervisor_.apply(node, order.action.domain_uuid, order.action.step, ports::Hypervisor::Reach::kNextStart);
  if (!done) {
    tell(order, ActionState::kFailed, "it was changed live, but not in its definition: " + done.error().message);
    return false;
  }
  const Facts facts = hypervisor_.look(node, order.action.domain_uuid);
  const auto mismatch = facts ? mismatch_in_definition(order.action, *facts) : std::nullopt;
  if (mismatch) tell(order, ActionState::kFailed, *mismatch);
  return !mismatch;
}

// A guest with an agent says itself how many vCPUs it uses. Without one the snapshots have to show it.
bool Worker::guest_follows(WorkOrder& order, std::map<std::string, double>& figures) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&order.action.step);
  if (vcpus == nullptr || vcpus->to <= vcpus->from) return true;
  const Milliseconds until = clock_.steady() + options_.verify_limit;
  for (;;) {
    const auto applied = hypervisor_.is_applied(source_of(order.action), order.action.domain_uuid, order.action.step);
    const std::optional<int> online = applied ? applied->guest_vcpus : std::nullopt;
    if (!online) return true;
    figures["guest_vcpus"] = *online;
    if (*online >= vcpus->to) return true;
    if (clock_.steady() >= until) {
      tell(order, ActionState::kFailed,
           not_online_text(order.action, *online) + " (its agent says that it uses " + std::to_string(*online) + ")",
           figures);
      return false;
    }
    if (!pause(order, options_.ask_again)) return false;
  }
}

// Memory that was plugged in is the guest's only once its kernel has taken it; so is a block that it is to give back.
bool Worker::guest_takes_memory(WorkOrder& order, std::map<std::string, double>& figures) {
  const model::Action& action = order.action;
  const auto not_taken = checks_of(action.step).not_taken;
  if (not_taken == nullptr) return true;
  const Milliseconds until = clock_.steady() + options_.verify_limit;
  for (;;) {
    const Facts facts = hypervisor_.look(source_of(action), action.domain_uuid);
    if (!facts) return true;  // the snapshots decide
    const auto missing = not_taken(action, *facts, figures);
    if (!missing) return true;
    if (clock_.steady() >= until) {
      std::string sentence = *missing;
      if (const auto* plugged = std::get_if<model::SetVirtioMem>(&action.step))
        sentence += hold_virtio_mem(action, *plugged, *facts);
      tell(order, ActionState::kFailed, sentence, figures);
      return false;
    }
    if (!pause(order, options_.ask_again)) return false;
  }
}

// What the guest has not taken or given by now, it shall not take or give at some other time, unseen.
std::string Worker::hold_virtio_mem(const model::Action& action, const model::SetVirtioMem& step,
                                    const ports::DomainFacts& facts) {
  const auto* device = ports::find_memory_device(facts, step.device);
  if (device == nullptr || !device->current_bytes) return "";
  const std::int64_t now = *device->current_bytes;
  const auto held = apply(action, model::with_ends(action.step, step.from_bytes, now));
  return held ? "; it is held at " + model::bytes_text(now) : "; " + held.error().message;
}

}  // namespace hotspot::act
