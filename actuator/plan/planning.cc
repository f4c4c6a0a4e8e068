#include "actuator/plan/planning.h"

#include <algorithm>

#include "actuator/model/load.h"
#include "common/text/duration.h"

namespace hotspot::plan {

using model::Refusal;
using model::RefusalKind;

namespace {

bool empties_a_node(const rules::Firing& firing) {
  if (firing.rule == nullptr || !firing.fresh || firing.subject.kind != rules::SubjectKind::kNode) return false;
  const auto& remedies = firing.rule->remedies;
  return std::any_of(remedies.begin(), remedies.end(),
                     [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
}

}  // namespace

Planning::Planning(const PlanInput& input) : input_(input), projection_(input.cluster) {
  for (const rules::Firing& firing : input.firings)
    if (empties_a_node(firing)) emptied_[firing.subject.node_uuid].push_back(&firing);
  for (const InFlight& entry : input.in_flight) {
    assume(entry);
    is_cut_off(entry) ? keep_off(entry.action) : count(entry.action);
  }
}

bool Planning::is_away(const std::string& node_uuid) const {
  const model::Node* node = input_.cluster.find_node(node_uuid);
  return node == nullptr || model::is_stale(*node, input_.now, input_.freshness);
}

bool Planning::is_cut_off(const InFlight& entry) const {
  const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
  return entry.unanswered && (is_away(entry.action.node_uuid) || (move != nullptr && is_away(move->target_uuid)));
}

// Adds the load of what is under way if the snapshots do not show it yet. What a domain gives back is free only once
// they show it.
void Planning::assume(const InFlight& entry) {
  const model::DomainRef domain = input_.cluster.find_domain(entry.action.domain_uuid);
  if (!domain || domain.node->uuid() != entry.action.node_uuid) return;
  if (const auto* move = std::get_if<model::MigrateTo>(&entry.action.step)) {
    if (const model::Node* target = input_.cluster.find_node(move->target_uuid))
      projection_.assume_arrival(domain, *target);
  } else if (const auto* vcpus = std::get_if<model::SetVcpus>(&entry.action.step)) {
    const int missing = vcpus->to - domain.domain->vcpus.value_or(vcpus->from);
    projection_.assume_load(domain.node->uuid(), std::max(0, missing), 0);
  } else if (const auto memory = model::memory_change(entry.action.step)) {
    // Memory that is being taken from a guest may have to be given back: it is free only after the guest was watched.
    const std::int64_t most = std::max(memory->from_bytes, memory->to_bytes);
    const std::int64_t missing =
        most - memory_carried_by(entry.action.step, *domain.domain).value_or(memory->from_bytes);
    projection_.assume_load(domain.node->uuid(), 0, std::max<std::int64_t>(0, missing));
  }
}

std::optional<Refusal> Planning::stale_refusal(const model::Node& node) const {
  if (!model::is_stale(node, input_.now, input_.freshness)) return std::nullopt;
  const Milliseconds age = input_.now - node.taken_at();
  const std::string how = age < Milliseconds(0) ? text::duration_text(-age) + " ahead of this machine's clock"
                                                : text::duration_text(age) + " old";
  return Refusal{RefusalKind::kStale, "the newest snapshot of " + node.name() + " is " + how};
}

std::optional<Refusal> Planning::domain_refusal(const model::DomainRef& domain, Wish wish) const {
  const std::string& name = domain.domain->name;
  if (!model::is_running(*domain.domain)) {
    return Refusal{RefusalKind::kNotRunning, name + " is " + telemetry::to_string(domain.domain->state)};
  }
  // Rules do not fire on stale data; this enforces it in any case.
  if (auto refusal = stale_refusal(*domain.node)) return refusal;
  if (busy_domains_.contains(domain.domain->uuid)) {
    return Refusal{RefusalKind::kInFlight, "another action on " + name + " is under way"};
  }
  if (domain.domain->job_active) {
    return Refusal{RefusalKind::kInFlight,
                   "a libvirt job that is not ours holds " + name + " (a backup, a save, a migration)"};
  }
  if (auto refusal = input_.restraints.on_domain(domain, input_.now)) return refusal;
  if (auto refusal = input_.cooldowns.refusal(domain.domain->uuid, input_.now, wish)) {
    refusal->message = name + " " + refusal->message;
    return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> Planning::settling_refusal(const model::Node& node) const {
  const auto ended = input_.node_action_ended.find(node.uuid());
  if (ended == input_.node_action_ended.end()) return std::nullopt;
  // The first read after the action covers some time before it.
  const WallTime settled = ended->second + node.cadence.interval() * input_.limits.settle_samples;
  if (node.taken_at() >= settled) return std::nullopt;
  return Refusal{RefusalKind::kSettling, "the figures of " + node.name() +
                                             " are still of the time of the action before; it needs " +
                                             std::to_string(input_.limits.settle_samples) + " fresh snapshots"};
}

std::optional<Refusal> Planning::repetition_refusal(const model::DomainRef& domain, const model::Step& step) const {
  if (input_.steps == nullptr) return std::nullopt;
  return input_.steps->against_repetition(domain.domain->uuid, step, input_.now);
}

std::optional<Refusal> Planning::leaving_refusal(const model::DomainRef& domain) const {
  const std::string& name = domain.domain->name;
  const model::Node& node = *domain.node;
  if (node.drain_requested)
    return Refusal{RefusalKind::kHeld, node.name() + " is to be drained: " + name +
                                           " is next to leave, nothing else "
                                           "is done to it"};
  const auto emptied = emptied_.find(node.uuid());
  if (emptied == emptied_.end()) return std::nullopt;
  for (const rules::Firing* firing : emptied->second) {
    if (mode_for(*firing->rule, domain.domain) == Mode::kEnforce)
      return Refusal{RefusalKind::kHeld, firing->rule->name + " empties " + node.name() + ": " + name +
                                             " is next to leave, nothing else is done to it"};
  }
  return std::nullopt;
}

std::optional<double> Planning::grow_mark(const model::DomainRef& domain, Resource resource) const {
  std::optional<double> lowest;
  if (input_.grow_marks == nullptr) return lowest;
  for (const rules::GrowMark& mark : *input_.grow_marks) {
    if (mark.memory != (resource == Resource::kMemory)) continue;
    if (!mark.is_about(domain.domain->name, domain.node->name())) continue;
    lowest = std::min(mark.above, lowest.value_or(mark.above));
  }
  return lowest;
}

std::optional<Refusal> Planning::action_limit_refusal() const {
  if (actions_ < input_.limits.actions_per_cluster) return std::nullopt;
  return Refusal{RefusalKind::kTooMany, std::to_string(actions_) +
                                            " actions are under way in the cluster, the limit is " +
                                            std::to_string(input_.limits.actions_per_cluster)};
}

std::optional<Refusal> Planning::migration_limit_refusal(const model::Node& source) const {
  if (migrations_ >= input_.limits.migrations_per_cluster) {
    return Refusal{RefusalKind::kTooMany, std::to_string(migrations_) +
                                              " migrations are under way in the cluster, the limit is " +
                                              std::to_string(input_.limits.migrations_per_cluster)};
  }
  const auto out = migrations_out_.find(source.uuid());
  if (out == migrations_out_.end() || out->second < input_.limits.migrations_out_per_node) return std::nullopt;
  return Refusal{RefusalKind::kTooMany, "a migration away from " + source.name() + " is under way already"};
}

std::optional<Refusal> Planning::target_limit_refusal(const model::Node& target) const {
  const auto in = migrations_in_.find(target.uuid());
  if (in == migrations_in_.end() || in->second < input_.limits.migrations_in_per_node) return std::nullopt;
  return Refusal{RefusalKind::kTooMany, "a migration to " + target.name() + " is under way already"};
}

Mode Planning::mode_for(const rules::Rule& rule, const model::DomainSample* domain) const {
  Mode mode = std::min(input_.daemon_mode, rule.mode);
  if (domain == nullptr || !domain->policy.mode) return mode;
  // An unknown word for the mode is the operator's mistake: the most careful reading is to leave the domain alone.
  return std::min(mode, rules::mode_from_string(*domain->policy.mode).value_or(Mode::kObserve));
}

model::Action Planning::new_action(const rules::Firing& firing, const model::DomainRef& domain, model::Step step) {
  model::Action action;
  action.id = input_.id_prefix + "-a" + std::to_string(next_id_++);
  action.domain_uuid = domain.domain->uuid;
  action.domain_name = domain.domain->name;
  action.node_uuid = domain.node->uuid();
  action.node_name = domain.node->name();
  action.node_uri = domain.node->snapshot->node.uri;
  action.step = std::move(step);
  action.rule = firing.rule->name;
  action.planned_at = input_.now;
  action.first_sample_at = firing.first_sample_at;
  action.cooldown = firing.rule->cooldown;
  return action;
}

void Planning::keep_off(const model::Action& action) {
  busy_domains_.insert(action.domain_uuid);
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step)) going_to_[action.domain_uuid] = move->target_uuid;
}

void Planning::count(const model::Action& action) {
  keep_off(action);
  ++actions_;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  if (move == nullptr) return;
  ++migrations_;
  ++migrations_out_[action.node_uuid];
  ++migrations_in_[move->target_uuid];
}

bool Planning::is_leaving(const std::string& domain_uuid, const model::Node& node) const {
  const auto going = going_to_.find(domain_uuid);
  return going != going_to_.end() && going->second != node.uuid();
}

std::vector<const model::DomainSample*> Planning::domains_at(const model::Node& node) const {
  std::vector<const model::DomainSample*> found;
  for (const telemetry::DomainSample& domain : node.snapshot->domains) {
    if (model::is_running(domain)) found.push_back(&domain);
  }
  const auto coming = coming_to(node);
  found.insert(found.end(), coming.begin(), coming.end());
  return found;
}

const NodeRoster& Planning::roster(const model::Node& node) const {
  return rosters_->try_emplace(node.uuid(), node).first->second;
}

std::vector<const model::DomainSample*> Planning::coming_to(const model::Node& node) const {
  std::vector<const model::DomainSample*> found;
  for (const auto& [uuid, target] : going_to_) {
    if (target != node.uuid()) continue;
    const model::DomainRef domain = input_.cluster.find_domain(uuid);
    if (domain && domain.node->uuid() != node.uuid()) found.push_back(domain.domain);
  }
  return found;
}

void refuse(Decision& decision, Considered considered) { decision.considered.push_back(std::move(considered)); }

Effect begin_effect(const Planning& planning, const model::Node& node) {
  const model::NodeProjection before = planning.projection().node(node.uuid());
  return {.node = node.name(),
          .cpu_ratio_before = before.cpu_ratio(),
          .cpu_ratio_after = std::nullopt,
          .memory_used_ratio_before = before.memory_used_ratio(),
          .memory_used_ratio_after = std::nullopt};
}

void finish_effect(const Planning& planning, const model::Node& node, Effect& effect) {
  const model::NodeProjection after = planning.projection().node(node.uuid());
  effect.cpu_ratio_after = after.cpu_ratio();
  effect.memory_used_ratio_after = after.memory_used_ratio();
}

}  // namespace hotspot::plan
