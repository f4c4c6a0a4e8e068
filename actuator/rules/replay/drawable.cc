#include "actuator/rules/replay/drawable.h"

#include <algorithm>

#include "actuator/rules/evaluate/condition.h"

namespace hotspot::rules {
namespace {

// Can it drop values?
bool filters(const Expression& expression) {
  if (const auto* binary = std::get_if<Binary>(&expression.what)) {
    if (is_comparison(binary->op) && !binary->returns_bool) return true;
    if (binary->op == BinaryOp::kAnd || binary->op == BinaryOp::kUnless) return true;
  }
  if (const auto* aggregation = std::get_if<Aggregation>(&expression.what)) {
    using Op = Aggregation::Op;
    if (aggregation->op == Op::kTopk || aggregation->op == Op::kBottomk) return true;
  }
  if (const auto* call = std::get_if<Call>(&expression.what)) {
    if (call->name.text.starts_with("absent")) return true;
  }
  const auto parts = parts_of(expression);
  return std::any_of(parts.begin(), parts.end(), [](const Expression* part) { return filters(*part); });
}

struct Peeled {
  const Expression* value = nullptr;
  std::vector<ValueLimit> limits;
  LimitKind kind = LimitKind::kNone;
};

std::string text_of(const Expression& expression, const std::string& text) {
  return text.substr(expression.offset, expression.end - expression.offset);
}

Peeled peel(const Expression& expression, const std::string& text);

Peeled peel_comparison(const Expression& whole, const Binary& binary, const std::string& text) {
  const bool number_left = binary.left->type == ValueType::kScalar,
             number_right = binary.right->type == ValueType::kScalar;
  // With `on` and the like the result has other labels than its sides; two numbers need no line.
  if (binary.matching.written || binary.matching.grouping != Grouping::kNone || (number_left && number_right))
    return {&whole, {}, LimitKind::kSeries};
  Peeled peeled = peel(number_left ? *binary.right : *binary.left, text);
  const auto number = constant_of(number_left ? *binary.left : *binary.right);
  if (!number) {
    peeled.kind = LimitKind::kSeries;
    return peeled;
  }
  peeled.limits.push_back({.comparison = to_string(number_left ? mirrored(binary.op) : binary.op), .value = *number});
  if (peeled.kind == LimitKind::kNone) peeled.kind = LimitKind::kNumber;
  return peeled;
}

// Adds the limits of `from` if they apply to the same value.
bool join(Peeled& into, const Peeled& from, const std::string& text) {
  if (text_of(*into.value, text) != text_of(*from.value, text)) return false;
  into.limits.insert(into.limits.end(), from.limits.begin(), from.limits.end());
  into.kind = std::min(into.kind, from.kind);
  return true;
}

Peeled peel(const Expression& expression, const std::string& text) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary == nullptr) return {&expression, {}, LimitKind::kNone};
  if (is_comparison(binary->op) && !binary->returns_bool) return peel_comparison(expression, *binary, text);
  if (!is_set_operation(binary->op)) return {&expression, {}, LimitKind::kNone};
  Peeled left = peel(*binary->left, text);
  if (binary->op == BinaryOp::kUnless) return left;
  const bool same = join(left, peel(*binary->right, text), text);
  return binary->op == BinaryOp::kOr && !same ? Peeled{&expression, {}, LimitKind::kSeveral} : left;
}

}  // namespace

Drawable drawable(const Rule& rule) {
  const Peeled peeled = peel(*rule.expression, rule.expression_text);
  Drawable result{.value = {rule.expression, peeled.value},
                  .text = text_of(*peeled.value, rule.expression_text),
                  .limits = peeled.limits,
                  .kind = peeled.kind,
                  .only_while_it_holds = filters(*peeled.value)};
  if (!rule.until) return result;
  const Peeled off = peel(*rule.until, rule.until_text);
  if (text_of(*off.value, rule.until_text) != result.text) return result;
  for (ValueLimit limit : off.limits) {
    limit.until = true;
    result.limits.push_back(limit);
  }
  return result;
}

}  // namespace hotspot::rules
