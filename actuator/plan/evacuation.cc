#include "actuator/plan/evacuation.h"

#include <algorithm>
#include <tuple>

#include "actuator/model/load.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/drain_outlook.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/migration_time.h"
#include "actuator/plan/node_rules.h"
#include "actuator/plan/placement.h"
#include "common/text/duration.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

struct Place {
  DomainRef domain;
  const Node* target = nullptr;
  MigrationEstimate estimate;  // of the migration
};

struct Stuck {
  DomainRef domain;
  const Node* target = nullptr;  // null: no domain has a target
  Refusal refusal;
};

struct Plan {
  const char* remedy = "";    // as refusals name it
  std::vector<Place> places;  // in the order of the moves
  std::vector<Stuck> stuck;
  double seconds() const {
    double sum = 0;
    for (const Place& place : places) sum += place.estimate.total_seconds;
    return sum;
  }
};

enum class Fit { kSpread, kPack };
const char* remedy_of(Fit fit) { return fit == Fit::kSpread ? "drain" : "consolidate"; }

bool needs(const DomainRef& domain, const DomainRef& other) {
  const auto& groups = domain.domain->policy.affinity;
  return domain.domain != other.domain && other.domain->policy.group &&
         std::find(groups.begin(), groups.end(), *other.domain->policy.group) != groups.end();
}

// Domains that others must be with go before those; of domains that need each other, the first stays first.
std::vector<DomainRef> needed_first(std::vector<DomainRef> domains) {
  const bool any = std::any_of(domains.begin(), domains.end(),
                               [](const DomainRef& one) { return !one.domain->policy.affinity.empty(); });
  std::vector<DomainRef> ordered;
  while (any && !domains.empty()) {
    const auto waits = [&](const DomainRef& one) {
      return std::any_of(domains.begin(), domains.end(), [&](const DomainRef& other) { return needs(one, other); });
    };
    auto next = std::find_if_not(domains.begin(), domains.end(), waits);
    if (next == domains.end()) next = domains.begin();
    ordered.push_back(*next);
    domains.erase(next);
  }
  return any ? ordered : domains;
}

// Running domains of the node that are not already moving away.
std::vector<DomainRef> domains_to_move(const Planning& planning, const Node& source) {
  std::vector<DomainRef> domains;
  for (const telemetry::DomainSample& domain : source.snapshot->domains) {
    if (!model::is_running(domain) || planning.is_leaving(domain.uuid, source)) continue;
    if (planning.input().cluster.belongs_here(source, domain)) domains.push_back({&source, &domain});
  }
  // Domains without a measurement come last; equals are always in the same order.
  std::sort(domains.begin(), domains.end(), [](const DomainRef& a, const DomainRef& b) {
    const auto key = [](const DomainRef& one) {
      return std::tuple(-model::domain_cores_used(*one.domain).value_or(0),
                        -model::domain_footprint_bytes(*one.domain).value_or(0), one.domain->uuid);
    };
    return key(a) < key(b);
  });
  return needed_first(std::move(domains));
}

class Evacuation {
 public:
  // `planning` is a copy: what is placed here is not under way.
  Evacuation(Planning planning, const rules::Rule& rule, Mode mode, Fit fit)
      : trial_(std::move(planning)), rule_(rule), mode_(mode), fit_(fit), margins_(trial_.input().margins) {
    // It must not only be cool after the move, but cool enough that it will not be relieved again at once.
    if (fit == Fit::kPack) margins_.node_cpu_ceiling_ratio *= kCuredShareOfCeiling;
  }

  Plan plan(const Node& source) {
    Plan plan;
    plan.remedy = remedy_of(fit_);
    for (const DomainRef& domain : domains_to_move(trial_, source)) place(domain, plan);
    return plan;
  }

  // How long it takes to empty the node; empty: it is empty, or not all domains can go. Words nothing.
  std::optional<double> seconds_to_empty(const Node& source) {
    listed_ = 0;
    Plan plan;
    for (const DomainRef& domain : domains_to_move(trial_, source)) {
      place(domain, plan);
      if (!plan.stuck.empty()) return std::nullopt;
    }
    return plan.places.empty() ? std::nullopt : std::optional(plan.seconds());
  }

 private:
  // Of all that are stuck, the first are read by people.
  Wording wording(const Plan& plan, const std::vector<Stuck>& refused) const {
    return plan.stuck.size() + refused.size() < listed_ ? Wording::kSentence : Wording::kKindAlone;
  }

  void place(const DomainRef& domain, Plan& plan) {
    const std::string& name = domain.domain->name;
    if (trial_.mode_for(rule_, domain.domain) < mode_) {
      plan.stuck.push_back(
          {domain,
           nullptr,
           {RefusalKind::kMode, "the policy of " + name + " says " + domain.domain->policy.mode.value_or("observe")}});
      return;
    }
    if (!model::domain_cores_used(*domain.domain) || !model::domain_footprint_bytes(*domain.domain)) {
      plan.stuck.push_back({domain, nullptr, {RefusalKind::kNotMeasured, "the load of " + name + " is not known"}});
      return;
    }
    std::vector<Stuck> refused;
    const Node* target = best_target(domain, plan, refused);
    if (target == nullptr) {
      if (refused.empty()) refused.push_back({domain, nullptr, {RefusalKind::kNoTarget, "there is no other node"}});
      plan.stuck.insert(plan.stuck.end(), refused.begin(), refused.end());
      return;
    }
    trial_.change_projection().assume_move(domain, *target);
    trial_.assume_together(domain.domain->uuid, target->uuid());
    plan.places.push_back({domain, target, estimate_of(trial_, domain, *target)});
  }

  const Node* best_target(const DomainRef& domain, const Plan& plan, std::vector<Stuck>& refused) {
    const Node* best = nullptr;
    std::tuple<bool, int, double, std::string_view> best_score;
    const model::MigrateTo* approved = trial_.approved_move(domain.domain->uuid);
    for (const auto& [uuid, node] : trial_.input().cluster.nodes()) {
      if (uuid == domain.node->uuid() || (approved != nullptr && approved->target_uuid != uuid)) continue;
      const Wording words = best == nullptr ? wording(plan, refused) : Wording::kKindAlone;
      if (auto refusal = target_refusal(domain, node, words)) {
        // Once it has a target, nobody asks why others were none.
        if (best == nullptr) refused.push_back({domain, &node, *std::move(refusal)});
        continue;
      }
      const double after = trial_.projection().after_arrival(domain, node).cpu_ratio().value_or(1);
      const bool last = comes_last(trial_, domain, node).has_value();
      const int promised = promised_rank(promised_ratio(trial_, domain, node));
      const std::tuple score{last, promised, fit_ == Fit::kSpread ? after : -after, std::string_view(uuid)};
      if (best != nullptr && !(score < best_score)) continue;
      best = &node;
      best_score = score;
    }
    return best;
  }

  std::optional<Refusal> target_refusal(const DomainRef& domain, const Node& target, Wording wording) const {
    if (fit_ == Fit::kPack && trial_.will_be_empty(target))
      return model::refused(RefusalKind::kNotApplicable, wording,
                            [&] { return target.name() + " is empty: nothing would be gained"; });
    if (auto storage = find_place(trial_, domain, target, wording); !storage) return storage.error();
    if (auto refusal = trial_.projection().arrival_refusal(domain, target, margins_, wording)) return refusal;
    if (auto refusal = unit_refusal(trial_, {domain, target}, mode_, margins_)) return refusal;
    if (auto refusal = rejected_move(trial_, rule_, mode_, {domain, target})) return refusal;
    return fit_ == Fit::kPack ? filled_refusal(domain, target) : std::nullopt;
  }

  // It is not filled to where a rule would empty it again.
  std::optional<Refusal> filled_refusal(const DomainRef& domain, const Node& target) const {
    const std::vector<rules::NodeMark>* marks = trial_.input().node_marks;
    if (marks == nullptr || marks->empty()) return std::nullopt;
    const model::NodeProjection after = trial_.projection().after_arrival(domain, target);
    if (auto refusal = mark_refusal(trial_, target, Resource::kVcpus, after.cpu_ratio())) return refusal;
    return mark_refusal(trial_, target, Resource::kMemory, after.memory_used_ratio());
  }

  Planning trial_;
  const rules::Rule& rule_;
  Mode mode_;
  Fit fit_;
  model::Margins margins_;
  std::size_t listed_ = kMaxConsidered;
};

std::string list_names(const std::vector<Stuck>& stuck) {
  std::string names;
  const telemetry::DomainSample* last = nullptr;
  for (const Stuck& one : stuck) {
    if (one.domain.domain == last) continue;
    last = one.domain.domain;
    names += (names.empty() ? "" : ", ") + last->name;
  }
  return names;
}

void note_stuck(const Plan& plan, Decision& decision) {
  for (const Stuck& one : plan.stuck) {
    if (wording_of_next(decision) == Wording::kKindAlone)
      count_refusal(decision, one.refusal.kind);
    else
      refuse(decision,
             {plan.remedy, one.domain.domain->name, one.target == nullptr ? "" : one.target->name(), one.refusal});
  }
}

// It was placed beside domains that are planned to be there before it.
std::optional<Refusal> waits_for_mates(const Planning& planning, const Place& place) {
  if (place.domain.domain->policy.affinity.empty()) return std::nullopt;
  const auto now = find_place(planning, place.domain, *place.target);
  if (now || now.error().kind != RefusalKind::kAffinity) return std::nullopt;
  return Refusal{RefusalKind::kAffinity, place.domain.domain->name + " follows to " + place.target->name() +
                                             " once the domains that it belongs with are there"};
}

// The first move of the plan that nothing delays at the moment.
std::optional<model::Action> move_next(Planning& planning, const rules::Firing& firing, const Plan& plan,
                                       Decision& decision) {
  for (const Place& place : plan.places) {
    const std::string& name = place.domain.domain->name;
    if (planning.is_approved() && planning.approved_move(place.domain.domain->uuid) == nullptr) continue;
    auto refusal =
        planning.domain_refusal(place.domain, place.domain.node->drain_requested ? Wish::kDrain : Wish::kAny);
    if (!refusal) refusal = planning.target_limit_refusal(*place.target);
    if (!refusal) refusal = planning.settling_refusal(*place.target);
    if (!refusal) {
      const PlanInput& input = planning.input();
      refusal =
          input.restraints.by_window(ActionKind::kMigrate, firing.rule->name, input.now, length_of(place.estimate));
    }
    if (!refusal) refusal = waits_for_mates(planning, place);
    if (!refusal) return move_action(planning, firing, {place.domain, *place.target}, decision);
    refuse(decision, {plan.remedy, name, place.target->name(), *refusal});
  }
  return std::nullopt;
}

std::optional<model::Action> nothing(Decision& decision, const char* remedy, Refusal refusal) {
  refuse(decision, {remedy, "", "", std::move(refusal)});
  return std::nullopt;
}

// What delays any move away from the node.
std::optional<Refusal> held_up(const Planning& planning, const rules::Firing& firing, const Node& source) {
  const PlanInput& input = planning.input();
  if (auto refusal = input.restraints.by_window(ActionKind::kMigrate, firing.rule->name, input.now)) return refusal;
  if (auto refusal = planning.action_limit_refusal()) return refusal;
  return planning.migration_limit_refusal(source);
}

// Computed once per node, however many nodes fire.
std::optional<double> seconds_to_empty(Planning& planning, const rules::Rule& rule, Mode mode, const Node& node) {
  const auto key = std::tuple(&node, &rule, mode);
  const auto known = planning.emptying().find(key);
  if (known != planning.emptying().end()) return known->second;
  const auto seconds = Evacuation(planning, rule, mode, Fit::kPack).seconds_to_empty(node);
  planning.emptying().emplace(key, seconds);
  return seconds;
}

// Refuses if another of the nodes that could be emptied would take less time; empty if this one takes the least.
std::optional<Refusal> other_first(Planning& planning, const rules::Firing& firing, Mode mode, const Node& source) {
  const PlanInput& input = planning.input();
  for (const InFlight& entry : input.in_flight) {
    if (entry.action.rule != firing.rule->name || entry.action.node_uuid == source.uuid()) continue;
    if (planning.is_cut_off(entry)) continue;
    return Refusal{RefusalKind::kInFlight, entry.action.node_name + " is being emptied; one node at a time"};
  }
  if (planning.is_approved()) return std::nullopt;  // an operator has chosen
  const double own = seconds_to_empty(planning, *firing.rule, mode, source).value_or(0);
  for (const rules::Firing& other : input.firings) {
    if (other.rule->name != firing.rule->name || !other.fresh || other.phase != rules::Phase::kFiring) continue;
    const Node* node = input.cluster.find_node(other.subject.node_uuid);
    if (node == nullptr || node == &source) continue;
    const auto seconds = seconds_to_empty(planning, *other.rule, mode, *node);
    if (!seconds || std::tuple(*seconds, node->uuid()) >= std::tuple(own, source.uuid())) continue;
    return Refusal{RefusalKind::kNotApplicable,
                   node->name() + " is emptied first: it takes less time; one node at a time"};
  }
  return std::nullopt;
}

// So many nodes are tried for a rule about the cluster, those with the least load.
constexpr std::size_t kMostTried = 12;

// Of the nodes that could be emptied, the one that takes least time; null: none could.
const Node* quickest_to_empty(Planning& planning, const rules::Rule& rule, Mode mode) {
  std::vector<std::tuple<double, std::string_view, const Node*>> tried;
  for (const auto& [uuid, node] : planning.input().cluster.nodes()) {
    if (planning.stale_refusal(node, Wording::kKindAlone) || planning.settling_refusal(node, Wording::kKindAlone))
      continue;
    const auto used = planning.projection().node(node).cores_used;
    if (used && !node.drain_requested && planning.roster(node).has_running()) tried.emplace_back(*used, uuid, &node);
  }
  std::sort(tried.begin(), tried.end());
  if (tried.size() > kMostTried) tried.resize(kMostTried);
  const Node* quickest = nullptr;
  double least = 0;
  for (const auto& [used, uuid, node] : tried) {
    const auto seconds = seconds_to_empty(planning, rule, mode, *node);
    if (!seconds || (quickest != nullptr && *seconds >= least)) continue;
    quickest = node;
    least = *seconds;
  }
  return quickest;
}

std::string emptying_text(const Node& source, const Plan& plan) {
  const std::size_t count = plan.places.size();
  MigrationEstimate all;
  all.total_seconds = plan.seconds();
  return source.name() + " is emptied: " + (count == 1 ? "1 domain goes" : std::to_string(count) + " domains go") +
         " elsewhere, within " + text::duration_text(length_of(all));
}

}  // namespace

std::optional<model::Action> try_drain(Planning& planning, const rules::Firing& firing, const rules::Drain& remedy,
                                       Decision& decision) {
  const char* const name = remedy_of(Fit::kSpread);
  const Node* source = planning.input().cluster.find_node(firing.subject.node_uuid);
  if (source == nullptr)
    return nothing(decision, name, {RefusalKind::kNotRunning, "the node is not in the snapshots any more"});
  if (auto refusal = held_up(planning, firing, *source)) return nothing(decision, name, *refusal);
  const Plan plan = Evacuation(planning, *firing.rule, decision.mode, Fit::kSpread).plan(*source);
  if (plan.places.empty() && plan.stuck.empty())
    return nothing(
        decision, name,
        {RefusalKind::kNotApplicable, describe(drain_outlook(planning.input().cluster, *source), source->name())});
  if (!plan.stuck.empty() && !(remedy.partial && !plan.places.empty())) {
    nothing(decision, name,
            {RefusalKind::kNoTarget, "not all domains of " + source->name() + " can go: " + list_names(plan.stuck) +
                                         (remedy.partial ? "" : "; with 'partial: true' the others would")});
    note_stuck(plan, decision);
    return std::nullopt;
  }
  note_stuck(plan, decision);
  return move_next(planning, firing, plan, decision);
}

std::optional<model::Action> try_consolidate(Planning& planning, const rules::Firing& firing, Decision& decision) {
  const char* const name = remedy_of(Fit::kPack);
  const bool of_cluster = firing.subject.kind == rules::SubjectKind::kCluster;
  const Node* source = of_cluster && !planning.is_approved()
                           ? quickest_to_empty(planning, *firing.rule, decision.mode)
                           : planning.input().cluster.find_node(planning.emptied_by(firing));
  if (source == nullptr && of_cluster)
    return nothing(decision, name,
                   {RefusalKind::kNoTarget, "of the nodes with the least load none can be emptied wholly"});
  if (source == nullptr)
    return nothing(decision, name, {RefusalKind::kNotRunning, "the node is not in the snapshots any more"});
  if (auto refusal = held_up(planning, firing, *source)) return nothing(decision, name, *refusal);
  if (auto refusal = planning.settling_refusal(*source)) return nothing(decision, name, *refusal);
  // Who is not the first needs no plan of its own.
  if (seconds_to_empty(planning, *firing.rule, decision.mode, *source)) {
    if (auto refusal = other_first(planning, firing, decision.mode, *source)) return nothing(decision, name, *refusal);
  }
  const Plan plan = Evacuation(planning, *firing.rule, decision.mode, Fit::kPack).plan(*source);
  if (plan.places.empty() && plan.stuck.empty())
    return nothing(decision, name, {RefusalKind::kNotApplicable, source->name() + " is empty already"});
  if (!plan.stuck.empty()) {
    nothing(decision, name,
            {RefusalKind::kNoTarget, "not all domains of " + source->name() + " fit elsewhere: " +
                                         list_names(plan.stuck) + "; a node is emptied wholly or not at all"});
    note_stuck(plan, decision);
    return std::nullopt;
  }
  if (of_cluster) decision.plan = emptying_text(*source, plan);
  return move_next(planning, firing, plan, decision);
}

Evacuated evacuate(Planning& planning, const rules::Rule& rule, const Node& source) {
  Plan plan = Evacuation(planning, rule, planning.mode_for(rule, nullptr), Fit::kSpread).plan(source);
  Evacuated all;
  for (const Place& place : plan.places) {
    planning.change_projection().assume_move(place.domain, *place.target);
    planning.assume_together(place.domain.domain->uuid, place.target->uuid());
    all.moves.push_back({place.domain.domain, place.target, place.estimate.total_seconds});
  }
  for (Stuck& one : plan.stuck) all.refusals.push_back({one.domain.domain, std::move(one.refusal)});
  return all;
}

}  // namespace hotspot::plan
