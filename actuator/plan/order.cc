#include "actuator/plan/order.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/order_size.h"
#include "actuator/plan/placement.h"
#include "actuator/plan/planning.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

rules::Rule rule_of_orders() {
  rules::Rule rule;  // nobody's: an order has the operator's name instead
  rule.mode = Mode::kEnforce;
  return rule;
}

class OrderPlanner {
 public:
  OrderPlanner(const PlanInput& input, const DomainRef& domain)
      : planning_(input), order_(*input.order), domain_(domain), rule_(rule_of_orders()) {
    firing_.rule = &rule_;
    firing_.phase = rules::Phase::kFiring;
    firing_.first_sample_at = domain.node->taken_at();
    firing_.subject = {rules::SubjectKind::kDomain,
                       domain.node->uuid(),
                       domain.domain->uuid,
                       {{"node", domain.node->name()}, {"domain", domain.domain->name}}};
  }

  Decision decide() {
    begin();
    if (auto refusal = refused_as_a_whole())
      refuse(decision_, {remedy(), "", "", *std::move(refusal)});
    else
      decision_.action = tried();
    end();
    return std::move(decision_);
  }

 private:
  void begin() {
    const PlanInput& input = planning_.input();
    decision_.id = input.id_prefix + "-0";
    decision_.at = input.now;
    decision_.subject = "domain " + domain_.domain->name + " on " + domain_.node->name();
    decision_.subject_key = firing_.subject.key();
    decision_.measured_at = domain_.node->taken_at();
    decision_.mode = planning_.mode_for(rule_, domain_.domain);
    decision_.plan = ordered_by(order_);
  }

  const char* remedy() const {
    constexpr const char* kNames[] = {"migrate", "scale_vcpus", "scale_memory", "cap_cpu"};
    static_assert(std::size(kNames) == std::variant_size_v<decltype(Order::what)>);
    return kNames[order_.what.index()];
  }

  std::optional<Refusal> under_way() const {
    for (const InFlight& entry : planning_.input().in_flight)
      if (entry.action.domain_uuid == domain_.domain->uuid)
        return Refusal{RefusalKind::kInFlight, "'" + model::describe(entry.action.step) +
                                                   "' is under way for it, as action " + entry.action.id +
                                                   " (hotspotctl action cancel " + entry.action.id + " ends it)"};
    return std::nullopt;
  }

  std::optional<Refusal> mode_refusal() const {
    if (decision_.mode != Mode::kObserve) return std::nullopt;
    if (planning_.input().daemon_mode == Mode::kObserve)
      return Refusal{RefusalKind::kMode,
                     "the mode of the cluster is observe: nothing is begun (hotspotctl mode recommend allows orders)"};
    return Refusal{RefusalKind::kMode, "the policy of " + domain_.domain->name + " says " +
                                           text::visible(domain_.domain->policy.mode.value_or("observe"))};
  }

  // It is said before what else may be against it: the domain, and those who want it left alone.
  std::optional<Refusal> refused_as_a_whole() const {
    const PlanInput& input = planning_.input();
    if (auto refusal = under_way()) return refusal;
    if (auto refusal = mode_refusal()) return refusal;
    if (auto refusal = input.restraints.on_everything("", input.now)) return refusal;
    return planning_.domain_refusal(domain_);
  }

  std::optional<model::Action> tried() {
    if (const auto* vcpus = std::get_if<VcpusOrder>(&order_.what)) return scaled(*vcpus);
    if (const auto* memory = std::get_if<MemoryOrder>(&order_.what)) return scaled(*memory);
    if (const auto* cap = std::get_if<CapOrder>(&order_.what))
      return try_tune(planning_, firing_, {remedy(), model::SetCpuCap{cap->to_percent}}, decision_);
    return moved(std::get<MoveOrder>(order_.what));
  }

  std::optional<model::Action> no(Refusal refusal, std::string target = "") {
    const std::string domain = target.empty() ? "" : domain_.domain->name;
    refuse(decision_, {remedy(), domain, std::move(target), std::move(refusal)});
    return std::nullopt;
  }

  // --- sizes ---

  template <typename SizeOrder>
  std::optional<model::Action> scaled(const SizeOrder& size) {
    if (auto refusal = size_refusal(*domain_.domain, size)) return no(*std::move(refusal));
    std::optional<model::Action> action;
    if constexpr (std::is_same_v<SizeOrder, VcpusOrder>)
      action = try_scale_vcpus(planning_, firing_, {.by = size.to - *domain_.domain->vcpus}, decision_);
    else
      action = try_scale_memory(planning_, firing_, {.by_bytes = size.to_bytes - *domain_.domain->memory_balloon_bytes},
                                decision_);
    if (!action) return action;
    auto refusal = other_size(*domain_.domain, size, action->step);
    if (!refusal) return action;
    decision_.effects.clear();
    return no(*std::move(refusal));
  }

  // --- moves ---

  std::optional<Refusal> move_refusal() const {
    const PlanInput& input = planning_.input();
    const std::string& name = domain_.domain->name;
    if (!model::domain_cores_used(*domain_.domain) || !model::domain_footprint_bytes(*domain_.domain))
      return Refusal{RefusalKind::kNotMeasured, "the load of " + name + " is not known"};
    if (const auto others = followers(planning_, domain_); !others.empty())
      return Refusal{RefusalKind::kAffinity, others.front().domain->name + " belongs with " + name +
                                                 " (affinity of their policies) and would stay behind: an order moves "
                                                 "one domain (hotspotctl node drain moves them together)"};
    if (auto refusal = input.restraints.by_window(ActionKind::kMigrate, "", input.now)) return refusal;
    if (auto refusal = planning_.action_limit_refusal()) return refusal;
    if (auto refusal = planning_.migration_limit_refusal(*domain_.node)) return refusal;
    return planning_.settling_refusal(*domain_.node);
  }

  std::optional<Refusal> target_refusal(const Node& target) const {
    const PlanInput& input = planning_.input();
    const Trip trip{domain_, target};
    if (auto all = move_refusals(planning_, trip); !all.empty()) return std::move(all.front());
    if (auto all = relief_refusals(planning_, nullptr, trip); !all.empty()) return std::move(all.front());
    if (auto refusal = planning_.target_limit_refusal(target)) return refusal;
    if (auto refusal = planning_.settling_refusal(target)) return refusal;
    const Milliseconds length = length_of(estimate_of(planning_, domain_, target));
    return input.restraints.by_window(ActionKind::kMigrate, "", input.now, length);
  }

  // As for a rule about CPU: placement.h says why.
  using Score = std::tuple<bool, bool, int, double, std::int64_t>;
  Score score_of(const Node& target) const {
    const model::NodeProjection now = planning_.projection().node(target);
    const auto cpu = used_ratio_with(planning_.projection(), domain_, target, AimedAt::kCpu);
    const auto storage = find_place(planning_, domain_, target);
    return {comes_last(planning_, domain_, target).has_value(), storage && !storage->copied_disks.empty(),
            promised_rank(promised_ratio(planning_, domain_, target)), cpu.value_or(1),
            -now.memory_available_bytes.value_or(0)};
  }

  // The one that was named, or the best; the others' refusals are recorded.
  const Node* target_for(const MoveOrder& move) {
    const Node* best = nullptr;
    Score best_score;
    for (const auto& [uuid, node] : planning_.input().cluster.nodes()) {
      if (uuid == domain_.node->uuid() || (!move.target_uuid.empty() && uuid != move.target_uuid)) continue;
      if (auto refusal = target_refusal(node)) {
        no(*std::move(refusal), node.name());
        continue;
      }
      Score score = score_of(node);
      if (best != nullptr && !(score < best_score)) continue;
      best = &node;
      best_score = std::move(score);
    }
    return best;
  }

  std::optional<model::Action> moved(const MoveOrder& move) {
    if (auto refusal = move_refusal()) return no(*std::move(refusal));
    const Node* target = target_for(move);
    if (target == nullptr && decision_.considered.empty())
      return no({RefusalKind::kNoTarget, "there is no other node"});
    if (target == nullptr && decision_.considered.size() > 1)
      return no({RefusalKind::kNoTarget, domain_.domain->name + " can go to no other node now"});
    if (target == nullptr) return std::nullopt;
    const MigrationEstimate estimate = estimate_of(planning_, domain_, *target);
    model::Action action = move_action(planning_, firing_, {domain_, *target}, decision_);
    decision_.figures = SubjectFigures{};
    decision_.figures->seconds = estimate.total_seconds;
    decision_.figures->downtime_seconds = estimate.downtime_seconds;
    return action;
  }

  // --- the words ---

  void fill_figures() {
    if (!decision_.figures) decision_.figures = SubjectFigures{};
    SubjectFigures& figures = *decision_.figures;
    figures.domain = domain_.domain->name;
    figures.cores_used = model::domain_cores_used(*domain_.domain);
    figures.vcpus = domain_.domain->vcpus;
    figures.balloon_bytes = domain_.domain->memory_balloon_bytes;
  }

  void end() {
    decision_.sentence = decision_.subject + ": " + decision_.plan;
    if (!decision_.action) {
      decision_.sentence += "; nothing is done, because " + against(decision_).message;
      return;
    }
    fill_figures();
    decision_.outcome = Outcome::kAct;
    decision_.sentence +=
        ": " + model::describe(decision_.action->step) + " for " + domain_.domain->name + effects_text(decision_);
    decision_.action->approved_by = order_.by;
    decision_.action->reason = decision_.sentence;
    decision_.action->decision_id = decision_.id;
  }

  Planning planning_;
  const Order& order_;
  DomainRef domain_;
  rules::Rule rule_;
  rules::Firing firing_;
  Decision decision_;
};

Decision on_nobody(const PlanInput& input) {
  Decision decision;
  decision.id = input.id_prefix + "-0";
  decision.at = input.now;
  decision.subject = "domain " + input.order->domain_uuid;
  decision.plan = ordered_by(*input.order);
  Refusal refusal{RefusalKind::kNotRunning, "it is in no snapshot now: it was stopped, or it is between two nodes"};
  decision.sentence = decision.subject + ": " + decision.plan + "; nothing is done, because " + refusal.message;
  refuse(decision, {"", "", "", std::move(refusal)});
  return decision;
}

}  // namespace

Decision decide_on_order(const PlanInput& input) {
  const DomainRef domain = input.cluster.find_domain(input.order->domain_uuid);
  return domain ? OrderPlanner(input, domain).decide() : on_nobody(input);
}

const Refusal& against(const Decision& decision) {
  static const Refusal nothing{RefusalKind::kNotApplicable, "nothing is left to try"};
  for (const Considered& one : decision.considered)
    if (one.domain.empty()) return one.refusal;
  return decision.considered.empty() ? nothing : decision.considered.front().refusal;
}

std::optional<std::string> already_so(const Order& order, const DomainRef& domain) {
  const std::string& name = domain.domain->name;
  if (const auto* move = std::get_if<MoveOrder>(&order.what)) {
    if (move->target_uuid != domain.node->uuid()) return std::nullopt;
    return name + " runs on " + domain.node->name() + " already";
  }
  if (const auto* vcpus = std::get_if<VcpusOrder>(&order.what); vcpus != nullptr && domain.domain->vcpus == vcpus->to)
    return name + " has " + model::vcpus_text(vcpus->to) + " already";
  const auto* memory = std::get_if<MemoryOrder>(&order.what);
  const auto has = domain.domain->memory_balloon_bytes;
  if (memory != nullptr && has && std::abs(*has - memory->to_bytes) < kLeastOrderBytes)
    return name + " has " + model::bytes_text(*has) + " already";
  return std::nullopt;
}

std::string ordered_by(const Order& order) {
  const std::string why = order.reason.empty() ? "" : " (" + text::visible(order.reason) + ")";
  return "ordered by " + text::visible(order.by) + why;
}

}  // namespace hotspot::plan
