#include "actuator/plan/why_not.h"

#include <algorithm>
#include <utility>

#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/cures.h"
#include "actuator/plan/migration_method.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/own_limit.h"
#include "actuator/plan/placement.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

template <typename RemedyKind>
bool has_remedy(const rules::Rule& rule) {
  return std::any_of(rule.remedies.begin(), rule.remedies.end(),
                     [](const rules::Remedy& remedy) { return std::holds_alternative<RemedyKind>(remedy); });
}

class Answer {
 public:
  Answer(const PlanInput& input, const DomainRef& domain, const Node& target)
      : planning_(input), domain_(domain), target_(target), cures_{planning_, domain, target} {}

  WhyNot answer() {
    StoragePlan copied;
    const Wish wish = domain_.node->drain_requested ? Wish::kDrain : Wish::kAny;
    for (Refusal& one : planning_.domain_refusals(domain_, wish)) add(found_.domain, std::move(one));
    add(found_.domain, follower_delay(planning_, domain_));
    for (Refusal& one : move_refusals(planning_, trip(), &copied)) add(found_.target, std::move(one));
    add_moment();
    add_rules();
    if (const auto last = comes_last(planning_, domain_, target_)) found_.comes_last = last;
    found_.copied_disks = copied.copied_disks;
    found_.copied_bytes = copied.allocated_bytes;
    predict();
    return std::move(found_);
  }

 private:
  Trip trip() const { return {domain_, target_}; }

  void add(std::vector<Hindrance>& to, std::optional<Refusal> refusal) {
    if (!refusal) return;
    std::string cure = cure_of(cures_, *refusal);
    to.push_back({*std::move(refusal), std::move(cure)});
  }

  // What would delay a move that is possible.
  void add_moment() {
    const PlanInput& input = planning_.input();
    add(found_.now, input.restraints.on_everything("", input.now));
    const Mode mode = planning_.mode_for(no_rule(), domain_.domain);
    if (mode != Mode::kEnforce) add(found_.now, mode_refusal(mode));
    add(found_.now, planning_.action_limit_refusal());
    add(found_.now, planning_.migration_limit_refusal(*domain_.node));
    add(found_.now, planning_.target_limit_refusal(target_));
    add(found_.now, planning_.settling_refusal(*domain_.node));
    add(found_.now, planning_.settling_refusal(target_));
  }

  static const rules::Rule& no_rule() {
    static const rules::Rule rule = [] {
      rules::Rule enforced;
      enforced.mode = Mode::kEnforce;
      return enforced;
    }();
    return rule;
  }

  Refusal mode_refusal(Mode mode) const {
    const std::string what =
        mode == Mode::kObserve ? "nothing is planned" : "a move is recommended, and nobody begins it";
    const bool own = planning_.input().daemon_mode > mode;
    return {RefusalKind::kMode,
            (own ? "the policy of " + domain_.domain->name + " says " : std::string("the mode of the cluster is ")) +
                rules::to_string(mode) + ": " + what};
  }

  bool asks(const rules::Firing& firing) const {
    if (firing.rule == nullptr || firing.phase != rules::Phase::kFiring || !firing.fresh) return false;
    const bool about =
        firing.subject.kind == rules::SubjectKind::kDomain
            ? firing.subject.domain_uuid == domain_.domain->uuid
            : firing.subject.kind == rules::SubjectKind::kNode && firing.subject.node_uuid == domain_.node->uuid();
    return about && (has_remedy<rules::Migrate>(*firing.rule) || has_remedy<rules::Drain>(*firing.rule));
  }

  void add_rules() {
    bool relieves = true;  // a drain fills a node up to the margins alone
    for (const rules::Firing& firing : planning_.input().firings) {
      if (!asks(firing)) continue;
      const bool drains = has_remedy<rules::Drain>(*firing.rule);
      relieves = relieves && !drains;
      AskingRule asking{firing.rule->name, {}};
      if (!drains) add_relief(firing, asking.hindrances);
      add_restraints(firing, asking.hindrances);
      found_.rules.push_back(std::move(asking));
    }
    if (!found_.rules.empty() || domain_.node->drain_requested) return;
    for (Refusal& one : relief_refusals(planning_, nullptr, trip())) add(found_.target, std::move(one));
    add(found_.now, planning_.input().restraints.by_window(ActionKind::kMigrate, "", planning_.input().now));
  }

  void add_relief(const rules::Firing& firing, std::vector<Hindrance>& to) {
    TargetWish wish{firing, relief_of(planning_, *firing.rule, *domain_.node), 0};
    wish.mode = planning_.mode_for(*firing.rule, domain_.domain);
    const auto ratio = used_ratio(planning_.projection(), *domain_.node, wish.relief.resource);
    if (!ratio || !share_of(domain_, wish.relief.resource))
      return add(to, Refusal{RefusalKind::kNotMeasured, std::string("the ") + rules::to_string(wish.relief.resource) +
                                                            " of the source is not known"});
    wish.source_ratio = *ratio;
    for (Refusal& one : relief_refusals(planning_, &wish, trip())) add(to, std::move(one));
    add(to, rejected_move(planning_, *firing.rule, wish.mode, trip()));
    if (firing.subject.kind == rules::SubjectKind::kDomain) add(to, own_limit_refusal(planning_, firing, Decision{}));
  }

  void add_restraints(const rules::Firing& firing, std::vector<Hindrance>& to) {
    const PlanInput& input = planning_.input();
    const Restraints& restraints = input.restraints;
    if (restraints.holds != nullptr && restraints.holds->on_cluster() == nullptr)
      add(to, restraints.on_everything(firing.rule->name, input.now));
    add(to, restraints.by_window(ActionKind::kMigrate, firing.rule->name, input.now));
    if (firing.rule->mode < planning_.mode_for(no_rule(), domain_.domain))
      add(to, Refusal{RefusalKind::kMode,
                      "the mode of " + firing.rule->name + " is " + rules::to_string(firing.rule->mode)});
    if (std::string why = planning_.mistrust(*firing.rule); !why.empty())
      to.push_back({Refusal{RefusalKind::kMode, std::move(why)}, ""});
  }

  void predict() {
    Planning trial = planning_;
    Effect source = begin_effect(trial, *domain_.node), target = begin_effect(trial, target_);
    trial.change_projection().assume_move(domain_, target_);
    finish_effect(trial, *domain_.node, source);
    finish_effect(trial, target_, target);
    target.memory_promised_ratio_after = promised_ratio(planning_, domain_, target_);
    found_.effects = {source, target};
    const MigrationOutlook outlook = outlook_of(expected_migration(planning_, domain_, target_));
    const auto method = choose_migration(planning_.input().migration, outlook);
    const auto estimate = method ? method->estimate : estimate_migration(outlook.memory, {outlook.bytes_per_second});
    found_.seconds = estimate.total_seconds;
    found_.downtime_seconds = estimate.downtime_seconds;
  }

  Planning planning_;
  const DomainRef& domain_;
  const Node& target_;
  CureQuestion cures_;
  WhyNot found_;
};

}  // namespace

bool WhyNot::possible() const {
  if (!domain.empty() || !target.empty() || !now.empty()) return false;
  return rules.empty() ||
         std::any_of(rules.begin(), rules.end(), [](const AskingRule& one) { return one.hindrances.empty(); });
}

WhyNot why_not(const PlanInput& input, const DomainRef& domain, const Node& target) {
  return Answer(input, domain, target).answer();
}

}  // namespace hotspot::plan
