#include "actuator/rules/evaluate/cost.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/cluster_series.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/functions.h"

namespace hotspot::rules {
namespace {

constexpr double kCostOfElement = 4;  // to create a value with its labels
constexpr double kFastShare = 16;

class Estimate {
 public:
  explicit Estimate(const CostModel& model) : model_(model) {}

  Cost of(const Expression& expression) {
    Cost cost = std::visit([&](const auto& what) { return of_part(what); }, expression.what);
    const bool ranged = std::holds_alternative<Subquery>(expression.what) || is_range(expression);
    // For a range within a subquery, the caret points to where the steps are set.
    if (ranged && cost.operations > cost.dearest_operations) {
      cost.dearest = &expression;
      cost.dearest_operations = cost.operations;
    }
    return cost;
  }

 private:
  static bool is_range(const Expression& expression) {
    const auto* selector = std::get_if<Selector>(&expression.what);
    return selector != nullptr && selector->range;
  }

  double count_of(const Selector& selector) const {
    for (const LabelMatcher& matcher : selector.matchers) {
      if (matcher.op == LabelMatcher::Op::kEqual && matcher.name.text == "domain" && !matcher.value.text.empty())
        return model_.devices_of_domain;
    }
    if (selector.series == nullptr) return model_.domains;
    switch (selector.series->scope) {
      case model::Scope::kCluster:
        return 1;
      case model::Scope::kResource:
        return static_cast<double>(model::kImbalanceResources.size());
      case model::Scope::kNode:
        return model_.nodes;
      case model::Scope::kDomain:
        return model_.domains;
      default:
        return model_.domains * model_.devices_of_domain;
    }
  }

  Cost of_part(const NumberLiteral&) { return {.operations = 1}; }
  Cost of_part(const StringLiteral&) { return {.operations = 1}; }

  Cost of_part(const Selector& what) {
    const double series = count_of(what);
    if (!what.range) return {.operations = series * kCostOfElement, .series = series};
    const double samples = static_cast<double>(what.range->count()) / static_cast<double>(model_.interval.count());
    return {.operations = series * std::max(1.0, samples / kFastShare), .series = series};
  }

  Cost of_part(const Subquery& what) {
    Cost inside = of(*what.operand);
    const double step = static_cast<double>((what.step > Milliseconds(0) ? what.step : model_.subquery_step).count());
    const double steps = std::floor(static_cast<double>(what.range.count()) / std::max(step, 1.0)) + 1;
    inside.operations = steps * (inside.operations + 1 + inside.series * kCostOfElement);
    inside.dearest_operations = 0;
    return inside;
  }

  Cost of_part(const Unary& what) { return of(*what.operand); }

  Cost of_part(const Aggregation& what) {
    Cost cost = of(*what.operand);
    cost.operations += cost.series * kCostOfElement;
    const bool keeps = what.op >= Aggregation::Op::kTopk || what.without;
    if (!keeps) cost.series = what.names.empty() ? 1 : std::min(cost.series, model_.domains);
    if (what.parameter) add(cost, of(*what.parameter));
    return cost;
  }

  Cost of_part(const Binary& what) {
    Cost cost = of(*what.left);
    const Cost right = of(*what.right);
    const double most = std::max(cost.series, right.series);
    add(cost, right);
    cost.series = most;
    cost.operations += most * kCostOfElement;
    return cost;
  }

  Cost of_part(const Call& what) {
    Cost cost{.operations = 1};
    for (const ExpressionPtr& argument : what.arguments) {
      const Cost one = of(*argument);
      cost.series = std::max(cost.series, one.series);
      add(cost, one);
    }
    cost.operations += cost.series * kCostOfElement;
    return cost;
  }

  static void add(Cost& to, const Cost& more) {
    to.operations += more.operations;
    if (more.dearest_operations <= to.dearest_operations) return;
    to.dearest = more.dearest;
    to.dearest_operations = more.dearest_operations;
  }

  const CostModel& model_;
};

}  // namespace

Cost cost_of(const Expression& expression, const CostModel& model) { return Estimate(model).of(expression); }

}  // namespace hotspot::rules
