#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/migration_candidate.h"
#include "actuator/plan/migration_choice.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/migration_time.h"
#include "actuator/plan/placement.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

// Domains that use less than this share are not moved, also not as one of several.
constexpr double kLeastShareMoved = 0.005;
// At most this many names of a plan are listed.
constexpr std::size_t kMaxNames = 5;
// So often a plan is made anew without a domain that has no target once the others have gone.
constexpr int kMaxTries = 8;

using Candidates = std::vector<Candidate>;

// The moves of a plan, first the one that begins now, and where the source would then be.
struct Moves {
  std::vector<const Candidate*> in_order;
  double source_after = 0;
};

class MigrationPlanner {
 public:
  MigrationPlanner(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy, Decision& decision)
      : planning_(planning),
        firing_(firing),
        remedy_(remedy),
        decision_(decision),
        wish_{firing, {}, 0, decision.mode} {}

  std::optional<model::Action> plan() {
    const Node* source = find_source();
    if (source == nullptr) return no("", {RefusalKind::kNotRunning, "the subject is not in the snapshots any more"});
    if (auto refusal = window_refusal()) return no("", *refusal);
    if (auto refusal = planning_.action_limit_refusal()) return no("", *refusal);
    if (auto refusal = planning_.migration_limit_refusal(*source)) return no("", *refusal);
    if (auto refusal = planning_.settling_refusal(*source)) return no("", *refusal);
    wish_.relief = relief_of(planning_, *firing_.rule, *source);
    const auto ratio = used_ratio(planning_.projection(), *source, wish_.relief.resource);
    wish_.source_ratio = ratio.value_or(0);
    need_ = std::max(wish_.source_ratio - wish_.relief.goal, kMinGainRatio);
    Candidates candidates = movable(*source, ratio.has_value());
    std::erase_if(candidates, [&](Candidate& one) { return !has_target(one); });
    if (candidates.empty()) return no("", {RefusalKind::kNoTarget, nowhere_text(*source)});
    const auto moves = of_one_domain() ? Moves{{&candidates.front()}, 0} : chosen(*source, candidates);
    if (moves.in_order.empty()) return std::nullopt;  // the refusal is recorded
    const Candidate& chosen = *moves.in_order.front();
    list_alternatives(candidates, chosen);
    decision_.about = wish_.relief.resource;
    if (wish_.relief.assumed != nullptr) decision_.about_text = wish_.relief.assumed;
    return move_action(planning_, firing_, {chosen.domain, *chosen.target}, decision_);
  }

 private:
  bool of_one_domain() const { return firing_.subject.kind == rules::SubjectKind::kDomain; }

  std::string nowhere_text(const Node& source) const {
    if (!of_one_domain()) return "no domain of " + source.name() + " can go anywhere that would help";
    const DomainRef domain = planning_.input().cluster.find_domain(firing_.subject.domain_uuid);
    return (domain ? domain.domain->name : "it") + std::string(" can go nowhere that would help");
  }

  // The best target of each domain, best first, and the other targets of the chosen domain.
  void list_alternatives(const Candidates& candidates, const Candidate& chosen) {
    decision_.alternatives = {alternative(chosen, *chosen.target)};
    decision_.alternatives.front().chosen = true;
    decision_.more_alternatives = 0;
    for (const Node* other : also_possible_[chosen.domain.domain->uuid])
      if (other != chosen.target) list_alternative(chosen, *other);
    std::vector<const Candidate*> others;
    for (const Candidate& one : candidates)
      if (&one != &chosen) others.push_back(&one);
    std::sort(others.begin(), others.end(), [&](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
    for (const Candidate* one : others) list_alternative(*one, *one->target);
  }

  // Beside the chosen one; the others are counted.
  void list_alternative(const Candidate& candidate, const Node& target) {
    if (decision_.alternatives.size() <= kMaxAlternatives)
      decision_.alternatives.push_back(alternative(candidate, target));
    else
      ++decision_.more_alternatives;
  }

  Alternative alternative(const Candidate& candidate, const Node& target) const {
    const model::NodeProjection now = planning_.projection().node(target);
    Alternative one{.domain = candidate.domain.domain->name,
                    .target = target.name(),
                    .cpu_ratio = std::nullopt,
                    .memory_used_ratio = std::nullopt,
                    .seconds = candidate.estimate.total_seconds,
                    .downtime_seconds = candidate.estimate.downtime_seconds,
                    .promised_ratio = promised_ratio(planning_, candidate.domain, target),
                    .score = score(candidate),
                    .cures = candidate.cures,
                    .chosen = false};
    if (now.cores_used && now.cpus > 0) one.cpu_ratio = (*now.cores_used + candidate.cores) / now.cpus;
    if (const auto used = now.memory_used_ratio(); used && now.memory_bytes > 0)
      one.memory_used_ratio =
          *used + static_cast<double>(candidate.footprint_bytes) / static_cast<double>(now.memory_bytes);
    return one;
  }

  std::optional<model::Action> no(const std::string& domain, Refusal refusal) {
    refuse(decision_, {"migrate", domain, "", std::move(refusal)});
    return std::nullopt;
  }

  const Node* find_source() const {
    if (of_one_domain()) return planning_.input().cluster.find_domain(firing_.subject.domain_uuid).node;
    return planning_.input().cluster.find_node(firing_.subject.node_uuid);
  }

  std::vector<DomainRef> domains_of_subject(const Node& source) const {
    if (of_one_domain()) return {planning_.input().cluster.find_domain(firing_.subject.domain_uuid)};
    std::vector<DomainRef> domains;
    for (const telemetry::DomainSample& domain : source.snapshot->domains) {
      if (planning_.input().cluster.belongs_here(source, domain)) domains.push_back({&source, &domain});
    }
    return domains;
  }

  // Domains that may be moved and whose move would free something, without targets. For a rule about a node the least
  // gain is that of all together: several small ones can cure it.
  Candidates movable(const Node& source, bool ratio_known) {
    Candidates found;
    double all = 0;
    for (const DomainRef& domain : domains_of_subject(source)) {
      auto candidate = consider(domain);
      if (!candidate) continue;
      if (!ratio_known) {
        no(domain.domain->name,
           {RefusalKind::kNotMeasured,
            std::string("the ") + rules::to_string(wish_.relief.resource) + " of the source is not known"});
        continue;
      }
      all += candidate->gain;
      found.push_back(std::move(*candidate));
    }
    if (of_one_domain()) return found;
    const double least = all < kMinGainRatio ? kMinGainRatio : kLeastShareMoved;
    std::erase_if(found, [&](const Candidate& one) {
      if (all >= kMinGainRatio && one.gain >= least) return false;
      no(one.domain.domain->name, small_refusal(one, least));
      return true;
    });
    return found;
  }

  Refusal small_refusal(const Candidate& candidate, double least) const {
    const char* resource = rules::to_string(wish_.relief.resource);
    return {RefusalKind::kNotApplicable, "moving " + candidate.domain.domain->name + " would free " +
                                             model::ratio_text(candidate.gain) + " of the node's " + resource +
                                             ", the least gain is " + model::ratio_text(least)};
  }

  std::optional<Candidate> consider(const DomainRef& domain) {
    const std::string& name = domain.domain->name;
    const auto refused = [&](Refusal refusal) {
      no(name, std::move(refusal));
      return std::nullopt;
    };
    if (auto refusal = planning_.domain_refusal(domain)) return refused(*refusal);
    if (auto refusal = follower_delay(planning_, domain)) return refused(*refusal);
    // For a firing of the domain itself, the decision already has the domain's mode.
    if (planning_.mode_for(*firing_.rule, domain.domain) < decision_.mode) {
      return refused({RefusalKind::kMode, "the policy of " + name + " says " + *domain.domain->policy.mode});
    }
    const auto cores = model::domain_cores_wanted(*domain.domain, domain.node->snapshot->node);
    const auto footprint = model::domain_footprint_bytes(*domain.domain);
    const auto gain = share_of(domain, wish_.relief.resource);
    if (!cores || !footprint || !gain)
      return refused({RefusalKind::kNotMeasured, "the load of " + name + " is not known"});
    Candidate candidate{
        domain, nullptr, *cores, *footprint, model::domain_vsr(*domain.domain, domain.node->snapshot->node).value_or(0),
        *gain,  false,   {}};
    candidate.cures = wish_.source_ratio - *gain <= wish_.relief.goal + 1e-9;
    return candidate;
  }

  bool has_target(Candidate& candidate) {
    const DomainRef& domain = candidate.domain;
    Targets targets = find_targets(planning_, wish_, domain, decision_);
    candidate.target = planning_.is_approved() ? approved_target(targets, domain) : targets.best;
    also_possible_[domain.domain->uuid] = std::move(targets.possible);
    if (candidate.target == nullptr) return false;  // the refusals of the targets are recorded
    candidate.estimate = estimate_of(planning_, domain, *candidate.target);
    const auto refusal = window_refusal(length_of(candidate.estimate));
    if (refusal) no(domain.domain->name, *refusal);
    return !refusal;
  }

  // The target that an operator approved, if it is still possible; of any other domain the best.
  const Node* approved_target(const Targets& targets, const DomainRef& domain) const {
    const model::MigrateTo* approved = planning_.approved_move(domain.domain->uuid);
    if (approved == nullptr) return targets.best;
    const auto found = std::find_if(targets.possible.begin(), targets.possible.end(),
                                    [&](const Node* one) { return one->uuid() == approved->target_uuid; });
    return found == targets.possible.end() ? nullptr : *found;
  }

  std::optional<Refusal> window_refusal(Milliseconds length = Milliseconds(0)) const {
    const PlanInput& input = planning_.input();
    return input.restraints.by_window(ActionKind::kMigrate, firing_.rule->name, input.now, length);
  }

  Moves chosen(const Node& source, const Candidates& candidates) {
    if (!planning_.is_approved()) return choose(source, candidates);
    for (const Candidate& one : candidates)
      if (planning_.approved_move(one.domain.domain->uuid) != nullptr) return led_by(one, source, candidates);
    return {};  // why it is no candidate is recorded
  }

  // The approved move, and those that cure the node with it at the least cost. As below, if none do.
  Moves led_by(const Candidate& first, const Node& source, const Candidates& candidates) {
    std::vector<const Candidate*> others;
    for (const Candidate& one : candidates)
      if (&one != &first) others.push_back(&one);
    Moves moves{{&first}, wish_.source_ratio - first.gain};
    while (first.gain < need_ - 1e-9) {
      Moves more = cheapest(others, need_ - first.gain);
      more.in_order.insert(more.in_order.begin(), &first);
      more.source_after -= first.gain;
      const Candidate* stuck = first_without_target(more);
      if (stuck == nullptr || stuck == &first) {
        moves = std::move(more);
        break;
      }
      std::erase(others, stuck);
    }
    const bool cures = wish_.source_ratio - moves.source_after >= need_ - 1e-9;
    if (cures || (first.gain >= kMinGainRatio - 1e-9 && (may_only_relieve() || ends_below_mark(moves))))
      return told(source, std::move(moves));
    no("", uncured_refusal(source, moves));
    return {};
  }

  // The moves that cure the node at the least cost. If none do: those that bring most relief, if the rule's mark is not
  // known, the node is so short that its domains feel it, or it ends below the mark and only the rule's `until` asks
  // for more; otherwise nothing, with the reason in the decision.
  Moves choose(const Node& source, const Candidates& candidates) {
    std::vector<const Candidate*> usable;
    for (const Candidate& one : candidates) usable.push_back(&one);
    for (int tries = 0; tries < kMaxTries; ++tries) {
      Moves moves = cheapest(usable, need_);
      if (moves.in_order.empty()) break;
      const Candidate* stuck = first_without_target(moves);
      if (stuck == nullptr) return told(source, std::move(moves));
      std::erase(usable, stuck);
    }
    Moves relief = most_relief(candidates);
    const bool gains = wish_.source_ratio - relief.source_after >= kMinGainRatio - 1e-9;
    if (gains && (may_only_relieve() || ends_below_mark(relief))) return told(source, std::move(relief));
    no("", uncured_refusal(source, relief));
    return {};
  }

  bool may_only_relieve() const { return !wish_.relief.mark || wish_.source_ratio > kShortRatio; }

  // Although the rule goes on firing until its `until` holds.
  bool ends_below_mark(const Moves& moves) const {
    return moves.source_after <= cured_below(wish_.relief.mark.value_or(0)) + 1e-9;
  }

  Moves cheapest(const std::vector<const Candidate*>& usable, double need) const {
    std::vector<PossibleMove> possible;
    for (const Candidate* one : usable)
      possible.push_back({one->domain.domain->uuid, one->gain, one->cores, one->estimate.total_seconds,
                          one->estimate.downtime_seconds, one->vsr});
    Moves moves{{}, wish_.source_ratio};
    for (const std::size_t i : choose_moves(possible, need, remedy_.select)) {
      moves.in_order.push_back(usable[i]);
      moves.source_after -= usable[i]->gain;
    }
    return moves;
  }

  // Each on the projection with those before it; null: all have one.
  const Candidate* first_without_target(const Moves& moves) const {
    if (moves.in_order.size() < 2) return nullptr;
    Planning trial = planning_;
    const Node* target = moves.in_order.front()->target;
    for (const Candidate* one : moves.in_order) {
      if (one != moves.in_order.front()) target = later_target(trial, wish_, one->domain);
      if (target == nullptr) return one;
      trial.change_projection().assume_move(one->domain, *target);
      trial.assume_going(one->domain.domain->uuid, target->uuid());
    }
    return nullptr;
  }

  Moves most_relief(const Candidates& candidates) const {
    std::vector<const Candidate*> ordered;
    for (const Candidate& one : candidates) ordered.push_back(&one);
    std::sort(ordered.begin(), ordered.end(), [&](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
    Planning trial = planning_;
    Moves moves{{}, wish_.source_ratio};
    for (const Candidate* one : ordered) {
      const Node* target = moves.in_order.empty() ? one->target : later_target(trial, wish_, one->domain);
      if (target == nullptr) continue;
      trial.change_projection().assume_move(one->domain, *target);
      trial.assume_going(one->domain.domain->uuid, target->uuid());
      moves.in_order.push_back(one);
      moves.source_after -= one->gain;
      if (moves.in_order.size() == kMaxMoves || wish_.source_ratio - moves.source_after >= need_) break;
    }
    return moves;
  }

  std::string names_of(const Moves& moves) const {
    std::string names;
    for (std::size_t i = 0; i < std::min(moves.in_order.size(), kMaxNames); ++i)
      names += (i == 0 ? "" : ", ") + moves.in_order[i]->domain.domain->name;
    if (moves.in_order.size() > kMaxNames)
      names += " and " + std::to_string(moves.in_order.size() - kMaxNames) + " more";
    return names;
  }

  std::string share_text(const Moves& moves) const {
    return model::ratio_text(std::max(0.0, moves.source_after)) + " " + of_resource(wish_.relief.resource);
  }

  // Says in the decision what one move alone does not.
  Moves told(const Node& source, Moves moves) {
    const std::size_t count = moves.in_order.size();
    const bool cured = wish_.source_ratio - moves.source_after >= need_ - 1e-9;
    if (count > 1)
      decision_.plan = "the first of " + std::to_string(count) + " moves (" + names_of(moves) + ") that together " +
                       (cured ? "bring " + source.name() + " to " : "leave " + source.name() + " at ") +
                       share_text(moves);
    if (!cured)
      decision_.plan += (count > 1 ? "; it relieves and does not cure: " : "it relieves and does not cure: ") +
                        (wish_.relief.mark && !ends_below_mark(moves)
                             ? "the rule holds above " + model::ratio_text(*wish_.relief.mark)
                             : "cured is at most " + model::ratio_text(wish_.relief.goal));
    return moves;
  }

  Refusal uncured_refusal(const Node& source, const Moves& moves) const {
    const std::string mark = wish_.relief.mark ? model::ratio_text(*wish_.relief.mark) : std::string();
    return {RefusalKind::kNotApplicable, "moving " + names_of(moves) + " would leave " + source.name() + " at " +
                                             share_text(moves) + ", the rule holds above " + mark +
                                             " and is cured at " + model::ratio_text(wish_.relief.goal) +
                                             ": no moves that are possible cure it"};
  }

  double score(const Candidate& c) const { return candidate_score(c, remedy_.select); }
  CandidateRank rank(const Candidate& c) const { return candidate_rank(c, remedy_.select); }

  Planning& planning_;
  const rules::Firing& firing_;
  const rules::Migrate& remedy_;
  Decision& decision_;
  TargetWish wish_;
  double need_ = 0;                                                // share of the source's resource to be freed
  std::map<std::string, std::vector<const Node*>> also_possible_;  // domain UUID → targets that were not refused
};

}  // namespace

std::optional<model::Action> try_migrate(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy,
                                         Decision& decision) {
  return MigrationPlanner(planning, firing, remedy, decision).plan();
}

}  // namespace hotspot::plan
