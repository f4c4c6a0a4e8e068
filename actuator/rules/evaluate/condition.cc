#include "actuator/rules/evaluate/condition.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {
namespace {

std::string in_one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') result += c;
  }
  return result;
}

// x OP threshold
std::optional<Interval> interval_of(BinaryOp op, double mark) {
  if (std::isnan(mark)) return std::nullopt;
  Interval interval;
  switch (op) {
    case BinaryOp::kGreater:
      interval.from = mark, interval.from_closed = false;
      return interval;
    case BinaryOp::kGreaterEqual:
      interval.from = mark;
      return interval;
    case BinaryOp::kLess:
      interval.to = mark, interval.to_closed = false;
      return interval;
    case BinaryOp::kLessEqual:
      interval.to = mark;
      return interval;
    case BinaryOp::kEqual:
      interval.from = interval.to = mark;
      return interval;
    default:
      return std::nullopt;
  }
}

Conditions comparison(const Binary& binary, std::string_view text) {
  const auto right = constant_of(*binary.right), left = constant_of(*binary.left);
  if (binary.returns_bool || right.has_value() == left.has_value()) return {};
  const Expression& shown = right ? *binary.left : *binary.right;
  const Selector* selector = shown_series(shown);
  const auto interval = right ? interval_of(binary.op, *right) : interval_of(mirrored(binary.op), *left);
  if (selector == nullptr || !interval) return {};
  const std::string key = in_one_line(text.substr(shown.offset, shown.end - shown.offset));
  return {{key, {selector->name.text, *interval}}};
}

void intersect(Conditions& into, const Conditions& other) {
  for (const auto& [key, condition] : other) {
    const auto [place, is_new] = into.try_emplace(key, condition);
    if (!is_new) place->second.interval = place->second.interval.with(condition.interval);
  }
}

// The values that remain when those of one comparison are removed; only if they form one interval.
std::optional<Interval> complement(const Interval& interval) {
  const bool below = interval.from == -std::numeric_limits<double>::infinity();
  const bool above = interval.to == std::numeric_limits<double>::infinity();
  Interval rest;
  if (below && !above) {
    rest.from = interval.to, rest.from_closed = !interval.to_closed;
    return rest;
  }
  if (above && !below) {
    rest.to = interval.from, rest.to_closed = !interval.from_closed;
    return rest;
  }
  return std::nullopt;
}

}  // namespace

BinaryOp mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kGreater:
      return BinaryOp::kLess;
    case BinaryOp::kGreaterEqual:
      return BinaryOp::kLessEqual;
    case BinaryOp::kLess:
      return BinaryOp::kGreater;
    case BinaryOp::kLessEqual:
      return BinaryOp::kGreaterEqual;
    default:
      return op;
  }
}

Interval Interval::with(const Interval& other) const {
  Interval result = *this;
  if (other.from > result.from || (other.from == result.from && !other.from_closed)) {
    result.from = other.from, result.from_closed = other.from_closed;
  }
  if (other.to < result.to || (other.to == result.to && !other.to_closed)) {
    result.to = other.to, result.to_closed = other.to_closed;
  }
  return result;
}

Interval possible_values(const model::SeriesInfo& series) {
  Interval interval;
  interval.from = 0;
  // A ratio measured with two clocks can slightly exceed 1; a threshold far above 1 has a warning of its own.
  if (series.unit == model::Unit::kRatio) interval.to = 1.05;
  return interval;
}

std::optional<double> constant_of(const Expression& expression) {
  if (const auto* number = std::get_if<NumberLiteral>(&expression.what)) return number->value;
  if (expression.type != ValueType::kScalar || std::holds_alternative<Call>(expression.what)) return std::nullopt;
  for (const Expression* part : parts_of(expression)) {
    if (!constant_of(*part)) return std::nullopt;
  }
  const auto value = evaluate(expression, Store(), WallTime{});
  return value && value->type == ValueType::kScalar ? std::optional(value->scalar) : std::nullopt;
}

const Selector* shown_series(const Expression& expression) {
  if (const auto* selector = std::get_if<Selector>(&expression.what)) return selector;
  const auto* call = std::get_if<Call>(&expression.what);
  if (call == nullptr || call->arguments.empty()) return nullptr;
  static constexpr std::array<std::string_view, 5> kSame{"avg_over_time", "min_over_time", "max_over_time",
                                                         "last_over_time", "quantile_over_time"};
  if (std::find(kSame.begin(), kSame.end(), call->name.text) == kSame.end()) return nullptr;
  return std::get_if<Selector>(&call->arguments.back()->what);
}

Conditions conditions_of(const Expression& expression, std::string_view text) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary == nullptr) return {};
  if (is_comparison(binary->op)) return comparison(*binary, text);
  if (binary->op == BinaryOp::kAnd) {
    Conditions conditions = conditions_of(*binary->left, text);
    // With on() or ignoring(), the right side may refer to another domain or node.
    if (!binary->matching.written) intersect(conditions, conditions_of(*binary->right, text));
    return conditions;
  }
  if (binary->op == BinaryOp::kUnless) {
    Conditions conditions = conditions_of(*binary->left, text);
    const Conditions taken = conditions_of(*binary->right, text);
    const auto* comparison_alone = std::get_if<Binary>(&binary->right->what);
    const bool alone = comparison_alone != nullptr && is_comparison(comparison_alone->op);
    if (binary->matching.written || !alone || taken.size() != 1) return conditions;
    const auto& [key, condition] = *taken.begin();
    const auto rest = complement(condition.interval);
    // If the series is missing, nothing is removed: so this applies only to a series that must exist.
    if (rest && conditions.contains(key)) intersect(conditions, {{key, {condition.series, *rest}}});
    return conditions;
  }
  return {};
}

}  // namespace hotspot::rules
