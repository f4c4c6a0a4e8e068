#include "actuator/plan/balance_goal.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using rules::AimedAt;

// What a rule does not ask for still counts, so that evening out one resource does not ruin the others.
constexpr double kOtherWeight = 0.25;
// A rule without `until` is cured so far below its mark, as a share of it: what noise does not undo.
constexpr double kCuredShareOfMark = 0.9;

struct Named {
  AimedAt resource;
  std::string_view label, term;
  BoardResource on_board;
};
constexpr std::array kNamed =
    std::to_array<Named>({{AimedAt::kCpu, "cpu", "CPU", BoardResource::kCpu},
                          {AimedAt::kMemory, "memory", "memory", BoardResource::kMemory},
                          {AimedAt::kNetwork, "network", "network", BoardResource::kNetwork}});

ScoreTable table_for(std::optional<AimedAt> resource) {
  ScoreTable table;
  for (const Named& one : kNamed) {
    const double weight = !resource || *resource == one.resource ? 1 : kOtherWeight;
    table.push_back({one.term, Quantity::kDemand, one.on_board, weight, 0});
  }
  return table;
}

double deviation_in(AimedAt resource, const Score& score) {
  for (std::size_t i = 0; i < kNamed.size() && i < score.terms.size(); ++i)
    if (kNamed[i].resource == resource) return score.terms[i].deviation;
  return 0;
}

const Named* named(std::string_view label) {
  const auto found = std::find_if(kNamed.begin(), kNamed.end(), [&](const Named& one) { return one.label == label; });
  return found == kNamed.end() ? nullptr : &*found;
}

const rules::Aim* aim_at(AimedAt resource, const std::vector<rules::Aim>& aims) {
  const auto found =
      std::find_if(aims.begin(), aims.end(), [&](const rules::Aim& one) { return one.resource == resource; });
  return found == aims.end() ? nullptr : &*found;
}

// Without a label that tells: the first aim whose mark is exceeded, or else the first.
const rules::Aim* aim_by_mark(const std::vector<rules::Aim>& aims, const Score& now) {
  const auto exceeded = std::find_if(aims.begin(), aims.end(), [&](const rules::Aim& one) {
    return one.above && deviation_in(one.resource, now) > *one.above;
  });
  if (exceeded != aims.end()) return &*exceeded;
  return aims.empty() ? nullptr : &aims.front();
}

bool counts(AimedAt resource) {
  return std::any_of(kNamed.begin(), kNamed.end(), [&](const Named& one) { return one.resource == resource; });
}

}  // namespace

BalanceGoal balance_goal(const rules::Firing& firing, const Board& board) {
  BalanceGoal goal;
  const std::vector<rules::Aim>& aims = firing.rule->aims;
  const auto label = firing.subject.labels.find("resource");
  const Named* told = label == firing.subject.labels.end() ? nullptr : named(label->second);
  const rules::Aim* aim =
      told != nullptr ? aim_at(told->resource, aims) : aim_by_mark(aims, score_of(board, table_for(std::nullopt)));
  if (told != nullptr) goal.resource = told->resource;
  if (told == nullptr && aim != nullptr && counts(aim->resource)) goal.resource = aim->resource;
  if (goal.resource && aim != nullptr && aim->above) {
    goal.mark = aim->above;
    goal.below = aim->until_below.value_or(*aim->above * kCuredShareOfMark);
  }
  goal.table = table_for(goal.resource);
  return goal;
}

double deviation_of(const BalanceGoal& goal, const Score& score) {
  return goal.resource ? deviation_in(*goal.resource, score) : score.total;
}

bool is_cured(const BalanceGoal& goal, const Score& score) {
  return goal.below && deviation_of(goal, score) < *goal.below;
}

std::string disturbed_rule(const Planning& planning, const Score& before, const Score& after) {
  if (planning.input().rules == nullptr) return "";
  for (const rules::Rule& rule : planning.input().rules->rules) {
    if (rule.subject != rules::SubjectKind::kCluster || rule.mode == Mode::kObserve) continue;
    for (const rules::Aim& aim : rule.aims) {
      if (!aim.above || deviation_in(aim.resource, after) <= *aim.above) continue;
      if (deviation_in(aim.resource, before) > *aim.above) continue;
      return "the imbalance of " + std::string(to_string(aim.resource)) + " would be " +
             model::ratio_text(deviation_in(aim.resource, after)) + ", and " + rule.name + " fires above " +
             model::ratio_text(*aim.above);
    }
  }
  return "";
}

}  // namespace hotspot::plan
