#include "actuator/plan/planner.h"

#include <algorithm>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/balancing.h"
#include "actuator/plan/evacuation.h"
#include "actuator/plan/own_limit.h"
#include "actuator/plan/planning.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

std::string subject_text(const rules::Firing& firing) {
  const auto label = [&](const char* name) {
    const auto found = firing.subject.labels.find(name);
    return found == firing.subject.labels.end() ? std::string() : found->second;
  };
  switch (firing.subject.kind) {
    case rules::SubjectKind::kDomain:
      return "domain " + label("domain") + " on " + label("node");
    case rules::SubjectKind::kNode:
      return "node " + label("node");
    case rules::SubjectKind::kCluster:
      return "the cluster";
  }
  return "";
}

std::optional<model::Action> try_remedy(Planning& planning, const rules::Firing& firing, const rules::Remedy& remedy,
                                        Decision& decision) {
  if (const auto* vcpus = std::get_if<rules::ScaleVcpus>(&remedy))
    return try_scale_vcpus(planning, firing, *vcpus, decision);
  if (const auto* memory = std::get_if<rules::ScaleMemory>(&remedy))
    return try_scale_memory(planning, firing, *memory, decision);
  const char* const name = rules::remedy_name(remedy);
  if (const auto* cap = std::get_if<rules::CapCpu>(&remedy))
    return try_tune(planning, firing, {name, model::SetCpuCap{cap->to_percent}}, decision);
  if (const auto* shares = std::get_if<rules::CpuShares>(&remedy))
    return try_tune(planning, firing, {name, model::SetCpuShares{shares->to}}, decision);
  if (const auto* drain = std::get_if<rules::Drain>(&remedy)) return try_drain(planning, firing, *drain, decision);
  if (std::holds_alternative<rules::Consolidate>(remedy)) return try_consolidate(planning, firing, decision);
  if (const auto* balance = std::get_if<rules::Balance>(&remedy))
    return try_balance(planning, firing, *balance, decision);
  const auto labelled = firing.subject.labels.find("device");
  const std::string device = labelled == firing.subject.labels.end() ? "" : labelled->second;
  if (const auto* disk = std::get_if<rules::LimitDisk>(&remedy))
    return try_tune(planning, firing, {name, model::SetDiskLimit{device, disk->to}}, decision);
  if (const auto* network = std::get_if<rules::LimitNetwork>(&remedy))
    return try_tune(planning, firing, {name, model::SetNetworkLimit{device, network->to}}, decision);
  if (auto refusal = own_limit_refusal(planning, firing, decision)) {
    refuse(decision, {name, "", "", *std::move(refusal)});
    return std::nullopt;
  }
  return try_migrate(planning, firing, std::get<rules::Migrate>(remedy), decision);
}

// The subject is in no snapshot, or its data are too old; says why, if that is known.
std::optional<Refusal> absence_refusal(const PlanInput& input, const rules::Firing& firing) {
  const bool of_domain = firing.subject.kind == rules::SubjectKind::kDomain;
  const model::DomainRef domain = input.cluster.find_domain(firing.subject.domain_uuid);
  if (firing.fresh && (domain || !of_domain)) return std::nullopt;
  for (const InFlight& entry : input.in_flight) {
    if (!of_domain || entry.action.domain_uuid != firing.subject.domain_uuid) continue;
    return Refusal{RefusalKind::kInFlight, "an action on it is under way: " + model::describe(entry.action.step) +
                                               " (action " + entry.action.id + ")"};
  }
  if (of_domain && !domain)
    return Refusal{RefusalKind::kNotRunning, "it is in no snapshot now: it was stopped, or it is between two nodes"};
  const model::Node* node = input.cluster.find_node(firing.subject.node_uuid);
  if (node != nullptr && !model::is_stale(*node, input.now, input.freshness))
    return Refusal{
        RefusalKind::kStale,
        "there is no new sample of it yet that the rule could judge: it has just started, moved or come back"};
  return Refusal{RefusalKind::kStale, "its data are stale: nothing is done without a fresh reading"};
}

// Why the firing as a whole leads to nothing, checked before any remedy.
std::optional<Refusal> firing_refusal(const PlanInput& input, const rules::Firing& firing, Mode mode) {
  if (firing.rule->remedies.empty())
    return Refusal{RefusalKind::kNotApplicable, "the rule names no remedy: it only tells"};
  if (auto refusal = absence_refusal(input, firing)) return refusal;
  if (mode == Mode::kObserve) {
    return Refusal{RefusalKind::kMode,
                   "the mode is observe (the most careful of the daemon's, the rule's and the domain's)"};
  }
  return input.restraints.on_everything(firing.rule->name, input.now);
}

// What was approved, and nothing else, is carried out.
std::optional<Refusal> other_than_approved(const Planning& planning, const model::Action& action) {
  if (!planning.is_approved()) return std::nullopt;
  const model::Action& approved = planning.input().approved->action;
  if (action.domain_uuid == approved.domain_uuid && action.node_uuid == approved.node_uuid &&
      same_step(action.step, approved.step))
    return std::nullopt;
  return Refusal{RefusalKind::kNotApplicable, "by now it would be something else: " + model::describe(action.step) +
                                                  " for " + action.domain_name + " on " + action.node_name};
}

// Of what an operator approved, what is against that very step says most.
const Considered* against_approved(const Decision& decision, const Approval& approved) {
  const auto* move = std::get_if<model::MigrateTo>(&approved.action.step);
  const Considered* found = nullptr;
  for (const Considered& one : decision.considered) {
    if (one.domain != approved.action.domain_name) continue;
    if (move != nullptr && one.target == move->target_name) return &one;
    if (one.target.empty() && found == nullptr) found = &one;
  }
  return found;
}

void decide(Planning& planning, const rules::Firing& firing, Decision& decision) {
  if (auto refusal = firing_refusal(planning.input(), firing, decision.mode))
    return refuse(decision, {"", "", "", *refusal});
  for (const rules::Remedy& remedy : firing.rule->remedies) {
    decision.action = try_remedy(planning, firing, remedy, decision);
    if (!decision.action) continue;
    if (auto refusal = other_than_approved(planning, *decision.action)) {
      decision.action.reset();
      return refuse(decision, {rules::remedy_name(remedy), "", "", *std::move(refusal)});
    }
    const bool acts = decision.mode == Mode::kEnforce || planning.is_approved();
    if (planning.is_approved()) decision.action->approved_by = planning.input().approved->by;
    acts ? planning.count(*decision.action) : planning.count_recommended(*decision.action);
    decision.outcome = acts ? Outcome::kAct : Outcome::kRecommend;
    return;
  }
}

// A refusal of a whole remedy says most, and the first of those is used; otherwise the first refusal of a target.
std::string because(const Decision& decision, const Approval* approved) {
  if (const Considered* one = approved == nullptr ? nullptr : against_approved(decision, *approved))
    return one->refusal.message;
  for (const Considered& one : decision.considered) {
    if (one.domain.empty() && one.refusal.kind != RefusalKind::kNoTarget) return one.refusal.message;
  }
  return decision.considered.empty() ? "nothing is left to try" : decision.considered.front().refusal.message;
}

void word(const rules::Firing& firing, const Approval* approved, Decision& decision) {
  std::string text = decision.subject + ": " + decision.rule + " (" + firing.rule->expression_text + ")";
  if (!firing.held.empty()) text += " held " + firing.held;
  if (!decision.action) {
    decision.sentence = text + "; nothing is done, because " + because(decision, approved);
    return;
  }
  std::string what = model::describe(decision.action->step) + " for " + decision.action->domain_name;
  what += effects_text(decision);
  if (!decision.plan.empty()) what += "; " + decision.plan;
  if (!decision.followers.empty()) what += "; then follows " + decision.followers.front();
  if (decision.followers.size() > 1) what += " with " + std::to_string(decision.followers.size() - 1) + " more";
  if (!decision.mistrust.empty()) what += "; it only recommends: " + decision.mistrust;
  decision.sentence = text + "; " +
                      (approved != nullptr                 ? "approved by " + text::visible(approved->by) + ": "
                       : decision.outcome == Outcome::kAct ? ""
                                                           : "would do: ") +
                      what;
  decision.action->reason = decision.sentence;
  decision.action->decision_id = decision.id;
}

// Refusals of a whole remedy say most and are kept; of the others the first are listed and the rest are counted by
// kind, unless refuse() has counted them already.
void shorten(Decision& decision) {
  if (decision.alternatives.size() > kMaxAlternatives) {
    decision.more_alternatives += static_cast<int>(decision.alternatives.size() - kMaxAlternatives);
    decision.alternatives.resize(kMaxAlternatives);
  }
  if (decision.considered.size() <= kMaxConsidered && decision.more.empty()) return;
  std::stable_partition(decision.considered.begin(), decision.considered.end(),
                        [](const Considered& one) { return one.domain.empty(); });
  for (std::size_t i = kMaxConsidered; i < decision.considered.size(); ++i)
    count_refusal(decision, decision.considered[i].refusal.kind);
  if (decision.considered.size() > kMaxConsidered) decision.considered.resize(kMaxConsidered);
}

// A sample of the cluster is a round in which each node sent one.
std::optional<WallTime> cluster_measured_at(const PlanInput& input) {
  std::optional<WallTime> oldest;
  for (const auto& [uuid, node] : input.cluster.nodes())
    if (!model::is_stale(node, input.now, input.freshness))
      oldest = std::min(oldest.value_or(node.taken_at()), node.taken_at());
  return oldest;
}

void fill_figures(const PlanInput& input, const rules::Firing& firing, Decision& decision) {
  if (firing.subject.kind == rules::SubjectKind::kCluster) decision.measured_at = cluster_measured_at(input);
  if (const model::Node* node = input.cluster.find_node(firing.subject.node_uuid))
    decision.measured_at = node->taken_at();
  if (!decision.action) return;
  const model::DomainRef domain = input.cluster.find_domain(decision.action->domain_uuid);
  if (!domain) return;
  SubjectFigures figures{.domain = domain.domain->name,
                         .cores_used = model::domain_cores_used(*domain.domain),
                         .cores_stolen = std::nullopt,
                         .vcpus = domain.domain->vcpus,
                         .balloon_bytes = domain.domain->memory_balloon_bytes,
                         .seconds = std::nullopt,
                         .downtime_seconds = std::nullopt,
                         .score = 0,
                         .cures = false};
  if (const double stolen = model::domain_cores_stolen(*domain.domain, domain.node->snapshot->node); stolen > 0.005)
    figures.cores_stolen = stolen;
  for (const Alternative& one : decision.alternatives) {
    if (!one.chosen) continue;
    figures.seconds = one.seconds;
    figures.downtime_seconds = one.downtime_seconds;
    figures.score = one.score;
    figures.cures = one.cures;
  }
  std::erase_if(decision.alternatives, [](const Alternative& one) { return one.chosen; });
  decision.figures = std::move(figures);
}

// The rule's own remedy is being carried out: there is nothing to decide until that has ended.
bool own_action_under_way(const PlanInput& input, const rules::Firing& firing) {
  return std::any_of(input.in_flight.begin(), input.in_flight.end(), [&](const InFlight& entry) {
    if (entry.action.rule != firing.rule->name) return false;
    return firing.subject.kind == rules::SubjectKind::kDomain ? entry.action.domain_uuid == firing.subject.domain_uuid
                                                              : entry.action.node_uuid == firing.subject.node_uuid;
  });
}

// Refused only because figures are a read or two too old: the next round decides. The lack of a target is then only a
// consequence.
bool only_settles(const Decision& decision) {
  const auto settles = [](const Considered& one) { return one.refusal.kind == RefusalKind::kSettling; };
  const auto& all = decision.considered;
  const bool any =
      std::any_of(all.begin(), all.end(), settles) || decision.more.contains(model::to_string(RefusalKind::kSettling));
  return !decision.action && any && std::all_of(all.begin(), all.end(), [&](const Considered& one) {
    return settles(one) || one.refusal.kind == RefusalKind::kNoTarget;
  }) && std::all_of(decision.more.begin(), decision.more.end(), [](const auto& counted) {
    return counted.first == model::to_string(RefusalKind::kSettling) ||
           counted.first == model::to_string(RefusalKind::kNoTarget);
  });
}

// A rule about the cluster may have several moves under way: while one is, that no other can begin is no news.
bool waits_for_own_moves(const PlanInput& input, const rules::Firing& firing, const Decision& decision) {
  if (decision.action || firing.subject.kind != rules::SubjectKind::kCluster) return false;
  return std::any_of(input.in_flight.begin(), input.in_flight.end(),
                     [&](const InFlight& entry) { return entry.action.rule == firing.rule->name; });
}

// Actions come before recommendations: a recommendation must not take the place of an action.
std::vector<const rules::Firing*> in_order(const Planning& planning, const PlanInput& input) {
  std::vector<const rules::Firing*> all;
  if (input.turn != nullptr) all = *input.turn;
  for (std::size_t i = 0; input.turn == nullptr && i < input.firings.size(); ++i) all.push_back(&input.firings[i]);
  std::erase_if(all, [&](const rules::Firing* firing) {
    return firing->rule == nullptr || firing->phase != rules::Phase::kFiring || own_action_under_way(input, *firing);
  });
  std::stable_partition(all.begin(), all.end(), [&](const rules::Firing* firing) {
    const model::DomainRef domain = input.cluster.find_domain(firing->subject.domain_uuid);
    return planning.mode_for(*firing->rule, domain.domain) == Mode::kEnforce;
  });
  return all;
}

// A domain of the subject follows another one for the same rule in this round.
bool goes_on(const std::vector<Decision>& follow_ups, const rules::Firing& firing) {
  return std::any_of(follow_ups.begin(), follow_ups.end(), [&](const Decision& one) {
    return one.action && one.rule == firing.rule->name && one.action->node_uuid == firing.subject.node_uuid;
  });
}

}  // namespace

std::vector<Decision> plan(const PlanInput& input) {
  Planning planning(input);
  // What an earlier round began comes first.
  std::vector<Decision> decisions = follow_ups(planning);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    decisions[i].id = input.id_prefix + "-" + std::to_string(i);
    if (decisions[i].action) decisions[i].action->decision_id = decisions[i].id;
  }
  const std::vector<Decision> begun = decisions;
  for (const rules::Firing* one : in_order(planning, input)) {
    const rules::Firing& firing = *one;
    if (goes_on(begun, firing)) continue;
    const model::DomainRef domain = input.cluster.find_domain(firing.subject.domain_uuid);
    Decision decision;
    decision.id = input.id_prefix + "-" + std::to_string(decisions.size());
    decision.at = input.now;
    decision.rule = firing.rule->name;
    decision.subject = subject_text(firing);
    decision.subject_key = firing.subject.key();
    decision.expression = firing.rule->expression_text;
    decision.value = firing.value;
    decision.held = firing.held;
    decision.mode = planning.mode_for(*firing.rule, domain.domain);
    if (!planning.is_approved()) decision.mistrust = planning.mistrust(*firing.rule);
    decide(planning, firing, decision);
    if (only_settles(decision) || waits_for_own_moves(input, firing, decision)) continue;
    fill_figures(input, firing, decision);
    shorten(decision);
    word(firing, input.approved, decision);
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

}  // namespace hotspot::plan
