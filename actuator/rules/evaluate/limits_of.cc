#include "actuator/rules/evaluate/limits_of.h"

#include <cmath>
#include <optional>

#include "actuator/rules/evaluate/condition.h"

namespace hotspot::rules {
namespace {

// factor × metric + summand; a plain number has no metric.
struct Linear {
  const Selector* metric = nullptr;
  double factor = 0, summand = 0;
};

std::optional<Linear> linear(const Expression& expression);

std::optional<Linear> scaled(const Linear& line, double by) {
  if (!std::isfinite(by) || (by == 0 && line.metric != nullptr)) return std::nullopt;
  return Linear{line.metric, line.factor * by, line.summand * by};
}

std::optional<Linear> combined(const Linear& left, const Linear& right, BinaryOp op) {
  if (left.metric != nullptr && right.metric != nullptr) return std::nullopt;
  const Selector* metric = left.metric != nullptr ? left.metric : right.metric;
  switch (op) {
    case BinaryOp::kAdd:
      return Linear{metric, left.factor + right.factor, left.summand + right.summand};
    case BinaryOp::kSubtract:
      return Linear{metric, left.factor - right.factor, left.summand - right.summand};
    case BinaryOp::kMultiply:
      return right.metric == nullptr ? scaled(left, right.summand) : scaled(right, left.summand);
    case BinaryOp::kDivide:
      if (right.metric != nullptr) return std::nullopt;
      return scaled(left, 1 / right.summand);
    default:
      return std::nullopt;
  }
}

std::optional<Linear> linear(const Expression& expression) {
  if (const auto number = constant_of(expression)) return Linear{nullptr, 0, *number};
  if (const auto* unary = std::get_if<Unary>(&expression.what)) {
    const auto line = linear(*unary->operand);
    return line && unary->negate ? scaled(*line, -1) : line;
  }
  if (const auto* binary = std::get_if<Binary>(&expression.what)) {
    if (is_comparison(binary->op) || is_set_operation(binary->op)) return std::nullopt;
    const auto left = linear(*binary->left), right = linear(*binary->right);
    return left && right ? combined(*left, *right, binary->op) : std::nullopt;
  }
  const Selector* shown = shown_series(expression);
  if (shown == nullptr || shown->name.text.empty()) return std::nullopt;
  return Linear{shown, 1, 0};
}

// `x > 1` has the value of x, so that both numbers in `x > 1 < 5` are limits of x.
const Expression& compared(const Expression& expression) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary == nullptr || !is_comparison(binary->op) || binary->returns_bool) return expression;
  if (constant_of(*binary->right)) return compared(*binary->left);
  return constant_of(*binary->left) ? compared(*binary->right) : expression;
}

void add_comparison(const Binary& binary, std::vector<Limit>& limits) {
  const auto left = linear(compared(*binary.left)), right = linear(compared(*binary.right));
  if (!left || !right) return;
  // Everything on one side: factor × metric + summand OP 0.
  const auto all = combined(*left, *right, BinaryOp::kSubtract);
  if (!all || all->metric == nullptr) return;
  const double value = -all->summand / all->factor;
  if (!std::isfinite(value)) return;
  // + 0.0 turns -0 into 0.
  limits.push_back(
      {all->metric->name.text, all->factor < 0 ? mirrored(binary.op) : binary.op, value + 0.0, all->metric});
}

void collect_limits(const Expression& expression, std::vector<Limit>& limits) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary == nullptr) return;
  const bool compares = is_comparison(binary->op);
  if (binary->returns_bool || (!compares && !is_set_operation(binary->op))) return;
  collect_limits(*binary->left, limits);
  if (compares) add_comparison(*binary, limits);
  if (binary->op != BinaryOp::kUnless) collect_limits(*binary->right, limits);
}

}  // namespace

std::vector<Limit> limits_of(const Expression& expression) {
  std::vector<Limit> limits;
  collect_limits(expression, limits);
  return limits;
}

bool is_limit_for(const Limit& limit, const LimitSubject& subject) {
  for (const LabelMatcher& matcher : limit.selector->matchers) {
    if (matcher.name.text == "domain" && !matcher.matches(subject.domain)) return false;
    if (matcher.name.text == "node" && !subject.node.empty() && !matcher.matches(subject.node)) return false;
  }
  return true;
}

}  // namespace hotspot::rules
