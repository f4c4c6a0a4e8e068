#include "actuator/plan/trust.h"

#include <algorithm>
#include <utility>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

bool all_below(const std::vector<MeasuredRelief>& newest, double least_gain) {
  if (newest.size() < Trust::kInARow) return false;
  return std::all_of(newest.end() - static_cast<std::ptrdiff_t>(Trust::kInARow), newest.end(),
                     [&](const MeasuredRelief& one) { return one.measured < least_gain; });
}

// Why a rule with these measurements loses its right; empty: it does not.
std::string judged(const RuleTrust& rule, double least_gain) {
  if (all_below(rule.newest, least_gain))
    return "each of its last " + std::to_string(Trust::kInARow) + " measured actions relieved less than " +
           model::ratio_text(least_gain) + ", the least gain";
  const auto median = median_relief_ratio(rule);
  if (rule.newest.size() < Trust::kJudged || !median || *median >= Trust::kLeastShareOfPredicted) return "";
  return "its last " + std::to_string(Trust::kJudged) + " measured actions relieved " +
         model::ratio_text(std::max(0.0, *median)) + " of what was predicted (median), and it takes a half";
}

WallTime last_used(const RuleTrust& rule) { return rule.newest.empty() ? WallTime{} : rule.newest.back().at; }

}  // namespace

std::optional<double> median_relief_ratio(const RuleTrust& rule) {
  std::vector<double> ratios;
  for (const MeasuredRelief& one : rule.newest)
    if (one.predicted > 0) ratios.push_back(one.measured / one.predicted);
  if (ratios.empty()) return std::nullopt;
  std::sort(ratios.begin(), ratios.end());
  const std::size_t middle = ratios.size() / 2;
  return ratios.size() % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
}

// Null: there is no room, which only happens if a thousand rules have lost their right.
RuleTrust* Trust::of(const std::string& rule) {
  const auto known = rules_.find(rule);
  if (known != rules_.end()) return &known->second;
  if (rules_.size() >= kMostRules) {
    auto oldest = rules_.end();
    for (auto one = rules_.begin(); one != rules_.end(); ++one) {
      if (one->second.lost_at) continue;
      if (oldest == rules_.end() || last_used(one->second) < last_used(oldest->second)) oldest = one;
    }
    if (oldest == rules_.end()) return nullptr;
    rules_.erase(oldest);
  }
  return &rules_[rule];
}

std::string Trust::note(const std::string& rule, MeasuredRelief one, double least_gain) {
  RuleTrust* known = of(rule);
  if (known == nullptr) return "";
  const WallTime at = one.at;
  known->newest.push_back(std::move(one));
  if (known->newest.size() > kJudged) known->newest.erase(known->newest.begin());
  if (known->lost_at) return "";
  const std::string why = judged(*known, least_gain);
  if (!why.empty()) lose(rule, at, why);
  return why;
}

void Trust::note_not_counted(const std::string& rule, const std::string& why) {
  RuleTrust* known = of(rule);
  if (known == nullptr) return;
  ++known->not_counted;
  known->not_counted_why = why;
}

void Trust::lose(const std::string& rule, WallTime at, const std::string& why) {
  RuleTrust* known = of(rule);
  if (known == nullptr || known->lost_at) return;
  known->lost_at = at;
  known->lost_why = why;
}

bool Trust::give_back(const std::string& rule) {
  const auto known = rules_.find(rule);
  if (known == rules_.end() || !known->second.lost_at) return false;
  rules_.erase(known);
  return true;
}

const RuleTrust* Trust::lost(const std::string& rule) const {
  const auto known = rules_.find(rule);
  return known != rules_.end() && known->second.lost_at ? &known->second : nullptr;
}

}  // namespace hotspot::plan
