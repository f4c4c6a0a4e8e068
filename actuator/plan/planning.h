// One round of planning: what is under way, what this round adds to it, and what is considered for one firing.
//
// PURE. Private to the planner.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/plan/node_roster.h"
#include "actuator/plan/planner.h"

namespace hotspot::plan {

// A move or a step must change a node's CPU ratio by at least this, or the noise of one read undoes it the next minute.
constexpr double kMinGainRatio = 0.05;
// A domain from which something is taken has to stay so far below a mark at which it would be given it back.
constexpr double kBelowMarkRatio = 0.10;
// A node counts as cured when it is a fifth below the ceiling, so that it does not fire again at once.
constexpr double kCuredShareOfCeiling = 0.8;
// A decision is read by people: of what was considered and refused, so many are shown.
constexpr std::size_t kMaxConsidered = 20;
constexpr std::size_t kMaxAlternatives = 5;

class Planning {
 public:
  explicit Planning(const PlanInput& input);

  const PlanInput& input() const { return input_; }
  model::Projection& projection() { return projection_; }
  const model::Projection& projection() const { return projection_; }

  // What forbids touching the domain now, whatever is done to it.
  std::optional<model::Refusal> domain_refusal(const model::DomainRef& domain, Wish wish = Wish::kAny) const;
  // The node's data is not of now.
  std::optional<model::Refusal> stale_refusal(const model::Node& node) const;
  // The node's figures are of before an action that ended on it.
  std::optional<model::Refusal> settling_refusal(const model::Node& node) const;
  std::optional<model::Refusal> action_limit_refusal() const;
  // The same was skipped a moment ago.
  std::optional<model::Refusal> repetition_refusal(const model::DomainRef& domain, const model::Step& step) const;
  // Its node is being emptied, by an operator's wish or by a rule: nothing small is begun that would hold that up.
  std::optional<model::Refusal> leaving_refusal(const model::DomainRef& domain) const;
  // The lowest mark above which a rule would give the domain more.
  std::optional<double> grow_mark(const model::DomainRef& domain, Resource resource) const;
  std::optional<model::Refusal> migration_limit_refusal(const model::Node& source) const;
  std::optional<model::Refusal> target_limit_refusal(const model::Node& target) const;

  Mode mode_for(const rules::Rule& rule, const model::DomainSample* domain) const;
  model::Action new_action(const rules::Firing& firing, const model::DomainRef& domain, model::Step step);
  void count(const model::Action& action);  // from now on it is under way
  // Nobody can tell what became of it, because a node of its own is away. It holds its domain, but takes no place from
  // the nodes that are well.
  bool is_cut_off(const InFlight& entry) const;
  // As far as affinity is concerned, the domain is on its way there: for trying out several moves.
  void assume_going(const std::string& domain_uuid, const std::string& target_uuid) {
    going_to_[domain_uuid] = target_uuid;
  }
  // The domains that run on the node, and those on their way to it. One that moves counts at both ends: it may stay.
  bool is_leaving(const std::string& domain_uuid, const model::Node& node) const;
  std::vector<const model::DomainSample*> domains_at(const model::Node& node) const;
  // The same in two: who is there, made once a round for each node that is asked about; and who is on the way to it.
  const NodeRoster& roster(const model::Node& node) const;
  std::vector<const model::DomainSample*> coming_to(const model::Node& node) const;

 private:
  void assume(const InFlight& entry);
  void keep_off(const model::Action& action);  // nothing else is done to its domain
  bool is_away(const std::string& node_uuid) const;

  const PlanInput& input_;
  model::Projection projection_;
  std::map<std::string, std::vector<const rules::Firing*>> emptied_;  // node UUID → those that empty it
  // By node UUID; the same snapshots, so the same for copies that try something out.
  std::shared_ptr<std::map<std::string, NodeRoster>> rosters_ = std::make_shared<std::map<std::string, NodeRoster>>();
  std::set<std::string> busy_domains_;
  std::map<std::string, std::string> going_to_;  // domain UUID → UUID of the node that it moves to
  std::map<std::string, int> migrations_out_, migrations_in_;
  int migrations_ = 0;
  int actions_ = 0;
  int next_id_ = 0;
};

// Each tries one remedy for one firing: an action whose change is in the projection, or refusals in the decision.
std::optional<model::Action> try_scale_vcpus(Planning& planning, const rules::Firing& firing,
                                             const rules::ScaleVcpus& remedy, Decision& decision);
std::optional<model::Action> try_scale_memory(Planning& planning, const rules::Firing& firing,
                                              const rules::ScaleMemory& remedy, Decision& decision);
std::optional<model::Action> try_tune(Planning& planning, const rules::Firing& firing, const char* remedy,
                                      const model::Step& step, Decision& decision);
std::optional<model::Action> try_migrate(Planning& planning, const rules::Firing& firing, const rules::Migrate& remedy,
                                         Decision& decision);

// What the snapshot says of the thing that a memory step changes: the balloon, a virtio-mem device, all DIMMs.
std::optional<std::int64_t> memory_carried_by(const model::Step& step, const telemetry::DomainSample& domain);

// What forbids scaling the subject of the firing, whatever is scaled.
std::optional<model::Refusal> scaling_refusal(const Planning& planning, const rules::Firing& firing,
                                              const model::DomainRef& domain, ActionKind kind);

void refuse(Decision& decision, Considered considered);
// The node's state before a change; after it, finish_effect fills in the rest.
Effect begin_effect(const Planning& planning, const model::Node& node);
void finish_effect(const Planning& planning, const model::Node& node, Effect& effect);

}  // namespace hotspot::plan
