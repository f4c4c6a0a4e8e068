#include "actuator/plan/restraints.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

const model::TimeZone& zone_or_utc(const model::TimeZone* zone) {
  static const model::TimeZone utc;
  return zone == nullptr ? utc : *zone;
}

std::optional<Refusal> refusal_of(const Hold* hold, WallTime now, const model::TimeZone& zone,
                                  model::Wording wording = model::Wording::kSentence) {
  if (hold == nullptr) return std::nullopt;
  return model::refused(RefusalKind::kHeld, wording, [&] {
    const std::string lift = hold->id == kPauseId ? "hotspotctl mode resume" : "hotspotctl hold remove " + hold->id;
    return subject_of(*hold) + " is " + describe(*hold, now, zone) + " (" + lift + " ends it)";
  });
}

}  // namespace

Milliseconds length_of(const model::Step& shrink, const ShrinkPace& pace) {
  const auto change = model::memory_change(shrink);
  if (!change || pace.step_bytes <= 0) return Milliseconds(0);
  const std::int64_t steps = (change->from_bytes - change->to_bytes + pace.step_bytes - 1) / pace.step_bytes;
  return steps * pace.step_pause + pace.watch;
}

std::optional<Refusal> Restraints::on_everything(const std::string& rule, WallTime now) const {
  if (holds == nullptr) return std::nullopt;
  const Hold* hold = holds->on_cluster();
  return refusal_of(hold != nullptr ? hold : holds->on_rule(rule), now, zone_or_utc(zone));
}

std::optional<Refusal> Restraints::on_domain(const model::DomainRef& domain, WallTime now) const {
  if (kept != nullptr) {
    if (const auto found = kept->find(domain.domain->uuid); found != kept->end()) return found->second;
  }
  if (holds != nullptr) {
    const Hold* hold = holds->on_domain(domain.domain->uuid, domain.node->uuid());
    if (hold != nullptr) return refusal_of(hold, now, zone_or_utc(zone));
  }
  return rests == nullptr ? std::nullopt : rests->refusal(domain.domain->uuid, now, zone_or_utc(zone));
}

std::optional<Refusal> Restraints::on_target(const model::Node& node, WallTime now, model::Wording wording) const {
  return holds == nullptr ? std::nullopt : refusal_of(holds->on_node(node.uuid()), now, zone_or_utc(zone), wording);
}

std::optional<Refusal> Restraints::by_window(ActionKind kind, const std::string& rule, WallTime now,
                                             Milliseconds length) const {
  return windows == nullptr ? std::nullopt : window_refusal(*windows, {kind, rule, length}, now);
}

std::optional<WallTime> Restraints::closes(ActionKind kind, const std::string& rule, WallTime now) const {
  return windows == nullptr ? std::nullopt : opening(*windows, kind, rule, now).closes;
}

}  // namespace hotspot::plan
