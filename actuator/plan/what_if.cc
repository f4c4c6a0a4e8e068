#include "actuator/plan/what_if.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "actuator/model/load.h"
#include "actuator/plan/drain_outlook.h"
#include "actuator/plan/evacuation.h"
#include "actuator/plan/planning.h"

namespace hotspot::plan {
namespace {

using model::Node;

Room room_now(const Planning& planning, const Node& node) {
  const model::NodeProjection now = planning.projection().node(node);
  return {.cpu_ratio = now.cpu_ratio(), .memory_available_bytes = now.memory_available_bytes, .promised_ratio = 0};
}

// Asked for by the operator: it acts, whatever the mode of the cluster is. A domain's own policy holds.
const rules::Rule& rule_of_what_goes() {
  static const rules::Rule rule = [] {
    rules::Rule drains;
    drains.mode = Mode::kEnforce;
    return drains;
  }();
  return rule;
}

class WhatIfSearch {
 public:
  WhatIfSearch(const PlanInput& input, const WhatIfQuestion& question)
      : input_(input), asked_(enforced(input)), planning_(asked_), question_(question) {}

  WhatIfAnswer answer() {
    for (const auto& [uuid, node] : input_.cluster.nodes()) before_.push_back({&node, room_now(planning_, node)});
    for (const std::string& uuid : question_.less)
      if (const Node* node = input_.cluster.find_node(uuid)) empty(*node);
    place_machines();
    move_by_rules();
    note_nodes();
    return std::move(answer_);
  }

 private:
  void empty(const Node& node) {
    const Evacuated found = evacuate(planning_, rule_of_what_goes(), node);
    for (const EvacuatedDomain& one : found.moves)
      answer_.moves.push_back({one.domain->name, one.domain->uuid, node.name(), one.target->name(), "", one.seconds});
    for (const EvacuationRefusal& one : found.refusals) {
      // Names differ on one node, and not between two.
      const WhatIfStuck* last = answer_.stuck.empty() ? nullptr : &answer_.stuck.back();
      if (last == nullptr || last->node != node.name() || last->domain != one.domain->name)
        answer_.stuck.push_back({one.domain->name, node.name(), {}});
      answer_.stuck.back().reasons.push_back(one.refusal);
    }
    for (const StayingDomain& one : drain_outlook(input_.cluster, node).staying) answer_.staying.push_back(one.name);
  }

  void place_machines() {
    for (int i = 0; i < question_.machines; ++i) {
      FitAnswer fit = find_fit(planning_, question_.size);
      if (fit.places.empty()) {
        answer_.machines_without_room = question_.machines - i;
        answer_.stuck.push_back({"", "", reasons_of(std::move(fit))});
        return;
      }
      const FitPlace& best = fit.places.front();
      assume_machine(planning_, question_.size, *input_.cluster.find_node(best.node_uuid));
      answer_.machines.push_back(best.node);
    }
  }

  static std::vector<model::Refusal> reasons_of(FitAnswer fit) {
    std::vector<model::Refusal> reasons;
    for (FitRefusals& node : fit.elsewhere)
      for (model::Refusal& one : node.refusals) reasons.push_back(std::move(one));
    if (reasons.empty()) reasons.push_back({model::RefusalKind::kNoTarget, "there is no node"});
    return reasons;
  }

  // The first round of the rules, for what fires now.
  void move_by_rules() {
    for (const Decision& decision : plan(input_)) {
      const auto* move = decision.action ? std::get_if<model::MigrateTo>(&decision.action->step) : nullptr;
      if (move == nullptr || goes(decision.action->node_uuid)) continue;
      const double seconds = decision.figures ? decision.figures->seconds.value_or(0) : 0;
      answer_.by_rules.push_back({decision.action->domain_name, decision.action->domain_uuid,
                                  decision.action->node_name, move->target_name, decision.rule, seconds});
    }
  }

  bool goes(const std::string& uuid) const {
    return std::find(question_.less.begin(), question_.less.end(), uuid) != question_.less.end();
  }

  void note_nodes() {
    for (const auto& [node, before] : before_)
      if (const Room after = room_now(planning_, *node); after != before)
        answer_.nodes.push_back({node->name(), node->uuid(), before, after});
    std::sort(answer_.nodes.begin(), answer_.nodes.end(), [](const auto& a, const auto& b) {
      return std::tie(a.node, a.node_uuid) < std::tie(b.node, b.node_uuid);
    });
  }

  static PlanInput enforced(PlanInput input) {
    input.daemon_mode = Mode::kEnforce;
    return input;
  }

  const PlanInput& input_;
  const PlanInput asked_;
  Planning planning_;
  const WhatIfQuestion& question_;
  std::vector<std::pair<const Node*, Room>> before_;
  WhatIfAnswer answer_;
};

}  // namespace

telemetry::NodeSnapshot node_like(const Node& like, int number) {
  telemetry::NodeSnapshot made = *like.snapshot;
  telemetry::NodeSample& sample = made.node;
  double cores = 0;
  std::int64_t bytes = 0;
  for (const model::DomainSample& domain : like.snapshot->domains) {
    if (!model::is_running(domain)) continue;
    cores += model::domain_cores_used(domain).value_or(0);
    bytes += model::domain_resident_bytes(domain).value_or(0);
  }
  if (sample.cpu_ratio && sample.cpus > 0) sample.cpu_ratio = std::max(0.0, *sample.cpu_ratio - cores / sample.cpus);
  if (sample.memory_available_bytes)
    sample.memory_available_bytes = std::min(sample.memory_bytes, *sample.memory_available_bytes + bytes);
  sample.name = "like " + sample.name + " (" + std::to_string(number) + ")";
  sample.uuid = "like-" + std::to_string(number) + "-" + sample.uuid;
  made.domains.clear();
  return made;
}

WhatIfAnswer what_if(const PlanInput& input, const WhatIfQuestion& question) {
  return WhatIfSearch(input, question).answer();
}

}  // namespace hotspot::plan
