#include "actuator/plan/planning.h"

#include <algorithm>
#include <array>
#include <utility>

#include "actuator/model/load.h"
#include "common/text/duration.h"

namespace hotspot::plan {

using model::Refusal;
using model::RefusalKind;
using model::Wording;

namespace {

bool empties_a_node(const rules::Firing& firing) {
  if (firing.rule == nullptr || !firing.fresh || firing.subject.kind != rules::SubjectKind::kNode) return false;
  const auto& remedies = firing.rule->remedies;
  return std::any_of(remedies.begin(), remedies.end(),
                     [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
}

// What Restraints::on_domain() looks at, in its order.
std::array<Restraints, 3> one_by_one(const Restraints& all) {
  std::array<Restraints, 3> each;
  for (Restraints& one : each) one.zone = all.zone;
  each[0].kept = all.kept;
  each[1].holds = all.holds;
  each[2].rests = all.rests;
  return each;
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

std::optional<Refusal> Planning::stale_refusal(const model::Node& node, Wording wording) const {
  if (!model::is_stale(node, input_.now, input_.freshness)) return std::nullopt;
  return model::refused(RefusalKind::kStale, wording, [&] {
    const Milliseconds age = input_.now - node.taken_at();
    const std::string how = age < Milliseconds(0) ? text::duration_text(-age) + " ahead of this machine's clock"
                                                  : text::duration_text(age) + " old";
    return "the newest snapshot of " + node.name() + " is " + how;
  });
}

std::optional<Refusal> Planning::domain_refusal(const model::DomainRef& domain, Wish wish) const {
  auto found = domain_refusals(domain, wish);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Refusal> Planning::domain_refusals(const model::DomainRef& domain, Wish wish) const {
  const std::string& name = domain.domain->name;
  std::vector<Refusal> found;
  const auto add = [&](std::optional<Refusal> refusal) {
    if (refusal) found.push_back(*std::move(refusal));
  };
  if (!model::is_running(*domain.domain))
    found.push_back({RefusalKind::kNotRunning, name + " is " + telemetry::to_string(domain.domain->state)});
  // Rules do not fire on stale data; this enforces it in any case.
  add(stale_refusal(*domain.node));
  if (busy_domains_.contains(domain.domain->uuid))
    found.push_back({RefusalKind::kInFlight, "another action on " + name + " is under way"});
  else if (recommended_.contains(domain.domain->uuid))
    found.push_back({RefusalKind::kInFlight, "another action on " + name + " is recommended at the same time"});
  if (domain.domain->job_active)
    found.push_back(
        {RefusalKind::kInFlight, "a libvirt job that is not ours holds " + name + " (a backup, a save, a migration)"});
  for (const Restraints& one : one_by_one(input_.restraints)) add(one.on_domain(domain, input_.now));
  if (input_.order != nullptr) return found;  // cooldowns keep rules from doing and undoing the same
  if (auto refusal = input_.cooldowns.refusal(domain.domain->uuid, input_.now, wish)) {
    refusal->message = name + " " + refusal->message;
    found.push_back(*std::move(refusal));
  }
  return found;
}

std::optional<Refusal> Planning::settling_refusal(const model::Node& node, Wording wording) const {
  const auto ended = input_.node_action_ended.find(node.uuid());
  if (ended == input_.node_action_ended.end()) return std::nullopt;
  // The first read after the action covers some time before it.
  const WallTime settled = ended->second + node.cadence.interval() * input_.limits.settle_samples;
  if (node.taken_at() >= settled) return std::nullopt;
  return model::refused(RefusalKind::kSettling, wording, [&] {
    return "the figures of " + node.name() + " are still of the time of the action before; it needs " +
           std::to_string(input_.limits.settle_samples) + " fresh snapshots";
  });
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

std::optional<Refusal> Planning::all_migrations_refusal() const {
  if (migrations_ < input_.limits.migrations_per_cluster) return std::nullopt;
  return Refusal{RefusalKind::kTooMany, std::to_string(migrations_) +
                                            " migrations are under way in the cluster, the limit is " +
                                            std::to_string(input_.limits.migrations_per_cluster)};
}

std::optional<Refusal> Planning::migration_limit_refusal(const model::Node& source) const {
  if (auto refusal = all_migrations_refusal()) return refusal;
  const auto out = migrations_out_.find(source.uuid());
  if (out == migrations_out_.end() || out->second < input_.limits.migrations_out_per_node) return std::nullopt;
  return Refusal{RefusalKind::kTooMany, "a migration away from " + source.name() + " is under way already"};
}

std::optional<Refusal> Planning::target_limit_refusal(const model::Node& target, Wording wording) const {
  const auto in = migrations_in_.find(target.uuid());
  if (in == migrations_in_.end() || in->second < input_.limits.migrations_in_per_node) return std::nullopt;
  return model::refused(RefusalKind::kTooMany, wording,
                        [&] { return "a migration to " + target.name() + " is under way already"; });
}

const std::optional<std::string>& Planning::distrust(const model::Node& target) const {
  static const std::optional<std::string> none;
  if (input_.refusals == nullptr) return none;
  const auto [known, is_new] = known_->distrusted.try_emplace(&target);
  if (is_new) known->second = input_.refusals->distrust(target.uuid(), input_.now);
  return known->second;
}

const model::MigrateTo* Planning::approved_move(const std::string& domain_uuid) const {
  if (!is_approved() || input_.approved->action.domain_uuid != domain_uuid) return nullptr;
  return std::get_if<model::MigrateTo>(&input_.approved->action.step);
}

const std::string& Planning::emptied_by(const rules::Firing& firing) const {
  const bool approved = is_approved() && firing.subject.kind == rules::SubjectKind::kCluster;
  return approved ? input_.approved->action.node_uuid : firing.subject.node_uuid;
}

std::optional<Refusal> Planning::rejection(const rules::Rule& rule, Mode mode, const model::DomainRef& domain,
                                           const model::Step& step) const {
  if (input_.rejections == nullptr || mode != Mode::kRecommend) return std::nullopt;
  return input_.rejections->refusal(rule.name, domain.domain->uuid, step, input_.now);
}

Mode Planning::mode_for(const rules::Rule& rule, const model::DomainSample* domain) const {
  Mode mode = std::min(input_.daemon_mode, rule.mode);
  if (input_.trust != nullptr && input_.trust->lost(rule.name) != nullptr) mode = std::min(mode, Mode::kRecommend);
  if (domain == nullptr || !domain->policy.mode) return mode;
  // An unknown word for the mode is the operator's mistake: the most careful reading is to leave the domain alone.
  return std::min(mode, rules::mode_from_string(*domain->policy.mode).value_or(Mode::kObserve));
}

std::string Planning::mistrust(const rules::Rule& rule) const {
  const RuleTrust* lost = input_.trust == nullptr ? nullptr : input_.trust->lost(rule.name);
  if (lost == nullptr || std::min(input_.daemon_mode, rule.mode) != Mode::kEnforce) return "";
  return rule.name + " has lost its right to act: " + lost->lost_why + " (hotspotctl rule trust " + rule.name +
         " gives it back)";
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
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step))
    assume_going(action.domain_uuid, move->target_uuid);
}

void Planning::assume_going(const std::string& domain_uuid, const std::string& target_uuid) {
  ++revision_;
  std::string& target = going_to_[domain_uuid];
  if (const auto before = arrivals_.find(target); before != arrivals_.end()) before->second.erase(domain_uuid);
  target = target_uuid;
  arrivals_[target_uuid].insert(domain_uuid);
}

void Planning::assume_together(const std::string& domain_uuid, const std::string& target_uuid) {
  assume_going(domain_uuid, target_uuid);
  together_.insert(domain_uuid);
}

void Planning::count(const model::Action& action) {
  ++revision_;
  keep_off(action);
  ++actions_;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  if (move == nullptr) return;
  ++migrations_;
  ++migrations_out_[action.node_uuid];
  ++migrations_in_[move->target_uuid];
}

void Planning::count_recommended(const model::Action& action) {
  recommended_.insert(action.domain_uuid);
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step))
    assume_going(action.domain_uuid, move->target_uuid);
}

bool Planning::is_leaving(const std::string& domain_uuid, const model::Node& node) const {
  const auto going = going_to_.find(domain_uuid);
  return going != going_to_.end() && going->second != node.uuid();
}

const NodeRoster& Planning::roster(const model::Node& node) const {
  return known_->rosters.try_emplace(&node, node).first->second;
}

std::vector<const model::DomainSample*> Planning::coming_to(const model::Node& node) const {
  std::vector<const model::DomainSample*> found;
  const auto arrivals = arrivals_.find(node.uuid());
  if (arrivals == arrivals_.end()) return found;
  for (const std::string& uuid : arrivals->second) {
    const model::DomainRef domain = input_.cluster.find_domain(uuid);
    if (domain && domain.node->uuid() != node.uuid()) found.push_back(domain.domain);
  }
  return found;
}

Planning::Emptying& Planning::emptying() {
  if (std::exchange(known_->emptying_revision, revision_) != revision_) known_->emptying.clear();
  return known_->emptying;
}

bool Planning::will_be_empty(const model::Node& node) const {
  return !roster(node).has_running() && coming_to(node).empty();
}

Wording wording_of_next(const Decision& decision) {
  if (decision.considered.size() < kMaxConsidered) return Wording::kSentence;
  const auto listed = std::count_if(decision.considered.begin(), decision.considered.end(),
                                    [](const Considered& one) { return !one.domain.empty(); });
  return static_cast<std::size_t>(listed) < kMaxConsidered ? Wording::kSentence : Wording::kKindAlone;
}

void count_refusal(Decision& decision, RefusalKind kind) { ++decision.more[model::to_string(kind)]; }

void refuse(Decision& decision, Considered considered) {
  if (!considered.domain.empty() && wording_of_next(decision) == Wording::kKindAlone)
    return count_refusal(decision, considered.refusal.kind);
  decision.considered.push_back(std::move(considered));
}

Effect begin_effect(const Planning& planning, const model::Node& node) {
  const model::NodeProjection before = planning.projection().node(node);
  return {.node = node.name(),
          .cpu_ratio_before = before.cpu_ratio(),
          .cpu_ratio_after = std::nullopt,
          .memory_used_ratio_before = before.memory_used_ratio(),
          .memory_used_ratio_after = std::nullopt,
          .net_used_ratio_before = std::nullopt,
          .net_used_ratio_after = std::nullopt,
          .stolen_ratio = before.cpus > 0 ? node.stolen_cores / before.cpus : 0,
          .memory_promised_ratio_after = std::nullopt};
}

void finish_effect(const Planning& planning, const model::Node& node, Effect& effect) {
  const model::NodeProjection after = planning.projection().node(node);
  effect.cpu_ratio_after = after.cpu_ratio();
  effect.memory_used_ratio_after = after.memory_used_ratio();
}

}  // namespace hotspot::plan
