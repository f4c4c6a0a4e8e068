// One round of planning: what is under way, what this round adds, and what is considered for one firing.
//
// PURE. Private to the planner.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "actuator/plan/node_roster.h"
#include "actuator/plan/planner.h"

namespace hotspot::plan {

// A step must change a node's CPU ratio by at least this, otherwise the noise of one read would undo it a minute later.
constexpr double kMinGainRatio = 0.05;
// A domain that is shrunk has to stay this far below the threshold at which a rule would let it grow again.
constexpr double kBelowMarkRatio = 0.10;
// A node counts as cured when it is a fifth below the ceiling, so that its rule does not fire again at once.
constexpr double kCuredShareOfCeiling = 0.8;
// People read decisions: at most this many refusals are listed.
constexpr std::size_t kMaxConsidered = 20;
constexpr std::size_t kMaxAlternatives = 5;

class Planning {
 public:
  explicit Planning(const PlanInput& input);

  const PlanInput& input() const { return input_; }
  const model::Projection& projection() const { return projection_; }
  model::Projection& change_projection() {
    ++revision_;
    return projection_;
  }

  // What forbids any action on the domain now.
  std::optional<model::Refusal> domain_refusal(const model::DomainRef& domain, Wish wish = Wish::kAny) const;
  // All that it could say: its first is the first of these.
  std::vector<model::Refusal> domain_refusals(const model::DomainRef& domain, Wish wish = Wish::kAny) const;
  // The node's data are stale.
  std::optional<model::Refusal> stale_refusal(const model::Node& node,
                                              model::Wording wording = model::Wording::kSentence) const;
  // The node's figures are from before the end of an action on it.
  std::optional<model::Refusal> settling_refusal(const model::Node& node,
                                                 model::Wording wording = model::Wording::kSentence) const;
  std::optional<model::Refusal> action_limit_refusal() const;
  // The same step was skipped a moment ago.
  std::optional<model::Refusal> repetition_refusal(const model::DomainRef& domain, const model::Step& step) const;
  // Its node is being emptied, by an operator or a rule: no small action that would delay that is begun.
  std::optional<model::Refusal> leaving_refusal(const model::DomainRef& domain) const;
  // The lowest threshold above which a rule would give the domain more.
  std::optional<double> grow_mark(const model::DomainRef& domain, Resource resource) const;
  std::optional<model::Refusal> migration_limit_refusal(const model::Node& source) const;
  std::optional<model::Refusal> all_migrations_refusal() const;  // of the cluster, whatever the node
  std::optional<model::Refusal> target_limit_refusal(const model::Node& target,
                                                     model::Wording wording = model::Wording::kSentence) const;
  // Why the node comes last for every domain (target_refusals.h); found out once a round.
  const std::optional<std::string>& distrust(const model::Node& target) const;

  // The move that is to be carried out, if it is one and of this domain; null: any will do.
  const model::MigrateTo* approved_move(const std::string& domain_uuid) const;
  // The node that a firing empties: its own; of the whole cluster, that of the approved move.
  const std::string& emptied_by(const rules::Firing& firing) const;
  bool is_approved() const { return input_.approved != nullptr; }
  // An operator has refused to have it recommended.
  std::optional<model::Refusal> rejection(const rules::Rule& rule, Mode mode, const model::DomainRef& domain,
                                          const model::Step& step) const;
  Mode mode_for(const rules::Rule& rule, const model::DomainSample* domain) const;
  // Why the rule only recommends although it and the daemon are to enforce; empty: it does not.
  std::string mistrust(const rules::Rule& rule) const;
  model::Action new_action(const rules::Firing& firing, const model::DomainRef& domain, model::Step step);
  void count(const model::Action& action);  // adds the action to what is under way
  // Nothing will be under way: it takes no place within the limits, but its domain is not recommended for more.
  void count_recommended(const model::Action& action);
  // Its outcome is unknown because one of its nodes is unreachable. It blocks its domain, but does not count against
  // the limits of other nodes.
  bool is_cut_off(const InFlight& entry) const;
  // For affinity, treats the domain as moving there: to try out several moves.
  void assume_going(const std::string& domain_uuid, const std::string& target_uuid);
  // The same, and those that belong with it may be planned to follow it: it will be there before them.
  void assume_together(const std::string& domain_uuid, const std::string& target_uuid);
  bool goes_before(const std::string& domain_uuid) const { return together_.contains(domain_uuid); }
  // A moving domain counts at both ends, since it may stay.
  bool is_leaving(const std::string& domain_uuid, const model::Node& node) const;
  // The domains on the node, indexed once per round, and those moving to it.
  const NodeRoster& roster(const model::Node& node) const;
  std::vector<const model::DomainSample*> coming_to(const model::Node& node) const;
  bool will_be_empty(const model::Node& node) const;

  // What it takes to empty a node for a rule of this mode, as it was found out last; empty: not all can go. Whatever
  // changes the plan forgets it.
  using Emptying = std::map<std::tuple<const model::Node*, const rules::Rule*, Mode>, std::optional<double>>;
  Emptying& emptying();

 private:
  void assume(const InFlight& entry);
  void keep_off(const model::Action& action);  // blocks other actions on its domain
  bool is_away(const std::string& node_uuid) const;

  const PlanInput& input_;
  model::Projection projection_;
  std::map<std::string, std::vector<const rules::Firing*>> emptied_;  // node UUID → the firings that empty it
  // Shared with copies that try something out: derived from the snapshots and from earlier refusals.
  struct Known {
    std::unordered_map<const model::Node*, NodeRoster> rosters;
    std::unordered_map<const model::Node*, std::optional<std::string>> distrusted;
    Emptying emptying;
    std::uint64_t emptying_revision = 0;
  };
  std::shared_ptr<Known> known_ = std::make_shared<Known>();
  std::uint64_t revision_ = 0;  // rises with each change of the plan
  std::set<std::string> busy_domains_, recommended_, together_;
  std::map<std::string, std::string> going_to_;            // domain UUID → UUID of the node that it is moving to
  std::map<std::string, std::set<std::string>> arrivals_;  // the same, by that node
  std::map<std::string, int> migrations_out_, migrations_in_;
  int migrations_ = 0;
  int actions_ = 0;
  int next_id_ = 0;
};

// Each tries one remedy for one firing. Returns an action, already in the projection, or adds refusals to the decision.
std::optional<model::Action> try_scale_vcpus(Planning& planning, const rules::Firing& firing,
                                             const rules::ScaleVcpus& remedy, Decision& decision);
std::optional<model::Action> try_scale_memory(Planning& planning, const rules::Firing& firing,
                                              const rules::ScaleMemory& remedy, Decision& decision);
struct Tuning {
  const char* remedy;  // its name
  model::Step step;
};
std::optional<model::Action> try_tune(Planning& planning, const rules::Firing& firing, const Tuning& tuning,
                                      Decision& decision);
std::optional<model::Action> try_migrate(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy,
                                         Decision& decision);

// The current value of what a memory step changes: the balloon, a virtio-mem device, all DIMMs.
std::optional<std::int64_t> memory_carried_by(const model::Step& step, const telemetry::DomainSample& domain);

// What forbids any scaling of the firing's subject.
std::optional<model::Refusal> scaling_refusal(const Planning& planning, const rules::Firing& firing,
                                              const model::DomainRef& domain, ActionKind kind);

// Refusals that are about one domain are listed up to kMaxConsidered, and counted by kind from then on: nobody would
// read their sentences.
void refuse(Decision& decision, Considered considered);
model::Wording wording_of_next(const Decision& decision);
void count_refusal(Decision& decision, model::RefusalKind kind);
// The node's state before a change; finish_effect adds the state after it.
Effect begin_effect(const Planning& planning, const model::Node& node);
void finish_effect(const Planning& planning, const model::Node& node, Effect& effect);

}  // namespace hotspot::plan
