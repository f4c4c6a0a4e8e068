#include "actuator/plan/migration_target.h"

#include <cstdint>
#include <tuple>
#include <utility>

#include "actuator/model/load.h"
#include "actuator/model/text.h"
#include "actuator/plan/affinity_unit.h"
#include "actuator/plan/placement.h"
#include "actuator/plan/target_room.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;
using model::Wording;

// A move is no gain if the target is then about as busy as the source is now.
std::optional<Refusal> hardly_better(const Planning& planning, const TargetWish& wish, const Trip& trip,
                                     Wording wording) {
  const DomainRef& domain = trip.domain;
  const Node& target = trip.target;
  const AimedAt resource = wish.relief.resource;
  const auto after = used_ratio_with(planning.projection(), domain, target, resource);
  if (!after)
    return model::refused(RefusalKind::kNotMeasured, wording,
                          [&] { return target.name() + " has not reported the use " + of_resource(resource); });
  if (*after <= wish.source_ratio - kMinGainRatio) return std::nullopt;
  return model::refused(shortage_of(resource), wording, [&] {
    const std::string than = *after < wish.source_ratio ? ", hardly better than " : ", no better than ";
    return target.name() + " would be at " + model::ratio_text(*after) + " " + of_resource(resource) + than +
           domain.node->name() + " is now at " + model::ratio_text(wish.source_ratio);
  });
}

// Its links must carry the domain's traffic too, whatever the rule is about.
std::optional<Refusal> network_refusal(const Planning& planning, const Trip& trip, Wording wording) {
  const DomainRef& domain = trip.domain;
  const Node& target = trip.target;
  if (model::domain_net_bits_per_second(*domain.domain).value_or(0) <= 0) return std::nullopt;
  const auto before = planning.projection().net_used_ratio(target);
  const auto after = planning.projection().net_used_ratio(target, domain);
  const double ceiling = planning.input().margins.node_cpu_ceiling_ratio;
  if (!after || *after <= ceiling || *after - *before < kMinGainRatio / 5) return std::nullopt;
  return model::refused(RefusalKind::kTargetCannot, wording, [&] {
    return target.name() + " would be at " + model::ratio_text(*after) + " of its network, the ceiling is " +
           model::ratio_text(ceiling);
  });
}

// What becomes of the domain's disks on a target that may take it, apart from what delays; else why it may not.
Result<StoragePlan, Refusal> storage_at(const Planning& planning, const TargetWish& wish, const Trip& trip,
                                        Wording wording) {
  const DomainRef& domain = trip.domain;
  const Node& target = trip.target;
  auto storage = find_place(planning, domain, target, wording);
  if (!storage) return storage;
  if (auto refusal = planning.projection().arrival_refusal(domain, target, planning.input().margins, wording))
    return *refusal;
  if (auto refusal = unit_refusal(planning, trip, wish.mode, planning.input().margins)) return *refusal;
  if (auto refusal = network_refusal(planning, trip, wording)) return *refusal;
  if (auto found = other_mark_refusals(planning, domain, target); !found.empty()) return std::move(found.front());
  if (auto refusal = own_mark_refusal(planning, *wish.firing.rule, trip, wording)) return *refusal;
  if (auto refusal = hardly_better(planning, wish, trip, wording)) return *refusal;
  return storage;
}

using Score = std::tuple<bool, bool, int, double, std::int64_t>;

// A move without copying disks costs a fraction. Memory that is promised twice may be asked for. Nodes differ in size,
// so the ratio after the move counts next.
Score score_of(const Planning& planning, const TargetWish& wish, const DomainRef& domain, const Node& target) {
  const model::NodeProjection now = planning.projection().node(target);
  return {false, false, promised_rank(promised_ratio(planning, domain, target)),
          *used_ratio_with(planning.projection(), domain, target, wish.relief.resource),
          -now.memory_available_bytes.value_or(0)};
}

void refuse_target(Decision& decision, const DomainRef& domain, const Node& target, Refusal refusal) {
  // Many are only counted: no names are copied for those.
  if (wording_of_next(decision) == Wording::kKindAlone) return count_refusal(decision, refusal.kind);
  refuse(decision, {"migrate", domain.domain->name, target.name(), std::move(refusal)});
}

}  // namespace

std::optional<Refusal> rejected_move(const Planning& planning, const rules::Rule& rule, Mode mode, const Trip& trip) {
  if (planning.input().rejections == nullptr || planning.input().rejections->all().empty()) return std::nullopt;
  model::MigrateTo move;
  move.target_uuid = trip.target.uuid();
  return planning.rejection(rule, mode, trip.domain, move);
}

Targets find_targets(const Planning& planning, const TargetWish& wish, const DomainRef& domain, Decision& decision) {
  Targets found;
  Score best_score;
  std::vector<std::pair<const Node*, Refusal>> last;
  for (const auto& [uuid, node] : planning.input().cluster.nodes()) {
    if (uuid == domain.node->uuid()) continue;
    const Wording wording = wording_of_next(decision);
    auto delay = planning.target_limit_refusal(node, wording);
    if (!delay) delay = planning.settling_refusal(node, wording);
    if (!delay) delay = rejected_move(planning, *wish.firing.rule, wish.mode, {domain, node});
    const auto storage =
        delay ? Result<StoragePlan, Refusal>(*delay) : storage_at(planning, wish, {domain, node}, wording);
    if (!storage) {
      refuse_target(decision, domain, node, storage.error());
      continue;
    }
    found.possible.push_back(&node);
    auto why_last = comes_last(planning, domain, node);
    Score score = score_of(planning, wish, domain, node);
    std::get<0>(score) = why_last.has_value();
    std::get<1>(score) = !storage->copied_disks.empty();
    if (why_last) last.emplace_back(&node, std::move(*why_last));
    if (found.best != nullptr && !(score < best_score)) continue;
    found.best = &node;
    best_score = score;
  }
  for (auto& [node, why] : last)
    if (node != found.best) refuse_target(decision, domain, *node, std::move(why));
  return found;
}

std::vector<Refusal> move_refusals(const Planning& planning, const Trip& trip, StoragePlan* copied) {
  const model::Margins& margins = planning.input().margins;
  std::vector<Refusal> found = place_refusals(planning, trip.domain, trip.target, copied);
  for (Refusal& one : room_refusals(planning.projection(), trip.domain, trip.target, margins))
    found.push_back(std::move(one));
  rules::Rule any;  // the mode is that of the daemon and the domain
  any.mode = Mode::kEnforce;
  if (auto refusal = unit_refusal(planning, trip, planning.mode_for(any, trip.domain.domain), margins))
    found.push_back(*std::move(refusal));
  return found;
}

std::vector<Refusal> relief_refusals(const Planning& planning, const TargetWish* wish, const Trip& trip) {
  std::vector<Refusal> found;
  const auto add = [&](std::optional<Refusal> refusal) {
    if (refusal) found.push_back(*std::move(refusal));
  };
  add(network_refusal(planning, trip, Wording::kSentence));
  for (Refusal& one : other_mark_refusals(planning, trip.domain, trip.target)) add(std::move(one));
  if (wish == nullptr) return found;
  add(own_mark_refusal(planning, *wish->firing.rule, trip, Wording::kSentence));
  add(hardly_better(planning, *wish, trip, Wording::kSentence));
  return found;
}

const Node* later_target(const Planning& planning, const TargetWish& wish, const DomainRef& domain) {
  const Node* best = nullptr;
  Score best_score;
  for (const auto& [uuid, node] : planning.input().cluster.nodes()) {
    if (uuid == domain.node->uuid()) continue;
    const auto storage = storage_at(planning, wish, {domain, node}, Wording::kKindAlone);
    if (!storage) continue;
    Score score = score_of(planning, wish, domain, node);
    std::get<0>(score) = comes_last(planning, domain, node).has_value();
    std::get<1>(score) = !storage->copied_disks.empty();
    if (best != nullptr && !(score < best_score)) continue;
    best = &node;
    best_score = score;
  }
  return best;
}

}  // namespace hotspot::plan
