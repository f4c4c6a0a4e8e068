#include "actuator/rules/evaluate.h"

#include <algorithm>
#include <cmath>

namespace hotspot::rules {
namespace {

bool fits(const LabelMatcher& matcher, const LabelSet& labels) {
  const std::string text = labels.text(matcher.label);
  switch (matcher.op) {
    case LabelMatcher::Op::kEqual:
      return text == matcher.value.text;
    case LabelMatcher::Op::kNotEqual:
      return text != matcher.value.text;
    case LabelMatcher::Op::kMatch:
      return matcher.regex->matches(text);
    case LabelMatcher::Op::kNoMatch:
      return !matcher.regex->matches(text);
  }
  return false;
}

Value scalar(double value) { return {ValueType::kScalar, value, {}}; }
Value vector(Vector elements) { return {ValueType::kVector, 0, std::move(elements)}; }

// An operation that drops the names can make two values one; Prometheus refuses that.
// Values of one series cannot become one: their labels differ.
Result<Value> without_names(Vector elements) {
  const bool one_series = std::all_of(elements.begin(), elements.end(), [&](const Element& element) {
    return element.labels.name == elements.front().labels.name;
  });
  for (Element& element : elements) element.labels.name = nullptr;
  if (one_series) return vector(std::move(elements));
  if (const Element* repeated = find_repeated(elements)) {
    return Error{"two values have the labels " + repeated->labels.describe() +
                 " once the names of the series are gone"};
  }
  return vector(std::move(elements));
}

class Evaluator {
 public:
  explicit Evaluator(Readings& readings) : readings_(readings) {}

  Result<Value> run(const Expression& expression) {
    return std::visit([this](const auto& what) { return value_of(what); }, expression.what);
  }

 private:
  Result<Value> value_of(const NumberLiteral& what) { return scalar(what.value); }

  Result<Value> value_of(const Selector& what) {
    Vector selected;
    for (const model::SeriesValue& value : readings_.of(*what.series)) {
      const LabelSet labels = LabelSet::of(*what.series, value);
      const bool all = std::all_of(what.matchers.begin(), what.matchers.end(),
                                   [&](const LabelMatcher& matcher) { return fits(matcher, labels); });
      if (all) selected.push_back({labels, value.value});
    }
    return vector(std::move(selected));
  }

  Result<Value> value_of(const Unary& what) {
    Result<Value> inside = run(*what.operand);
    if (!inside || !what.negate) return inside;
    if (inside->type == ValueType::kScalar) return scalar(-inside->scalar);
    for (Element& element : inside->vector) element.value = -element.value;
    return without_names(std::move(inside->vector));
  }

  Result<Value> value_of(const Aggregation& what) {
    Result<Value> inside = run(*what.operand);
    if (!inside) return inside;
    return vector(aggregate(what, inside->vector));
  }

  Result<Value> value_of(const Binary& what) {
    Result<Value> left = run(*what.left);
    if (!left) return left;
    Result<Value> right = run(*what.right);
    if (!right) return right;
    const bool left_scalar = left->type == ValueType::kScalar;
    const bool right_scalar = right->type == ValueType::kScalar;
    if (left_scalar && right_scalar) return scalars(what, left->scalar, right->scalar);
    if (left_scalar) return with_scalar(what, std::move(right->vector), left->scalar, Side::kLeft);
    if (right_scalar) return with_scalar(what, std::move(left->vector), right->scalar, Side::kRight);
    if (is_set_operation(what.op)) return vector(combine_sets(what, std::move(left->vector), std::move(right->vector)));
    return vectors(what, std::move(left->vector), std::move(right->vector));
  }

  static Result<Value> scalars(const Binary& what, double left, double right) {
    if (is_comparison(what.op)) return scalar(compare(what.op, left, right) ? 1 : 0);
    return scalar(calculate(what.op, left, right));
  }

  enum class Side { kLeft, kRight };

  static Result<Value> with_scalar(const Binary& what, Vector elements, double number, Side side_of_number) {
    const bool filter = is_comparison(what.op) && !what.returns_bool;
    Vector kept;
    kept.reserve(elements.size());
    for (const Element& element : elements) {
      const double left = side_of_number == Side::kLeft ? number : element.value;
      const double right = side_of_number == Side::kLeft ? element.value : number;
      if (!is_comparison(what.op)) {
        kept.push_back({element.labels, calculate(what.op, left, right)});
      } else if (const bool holds = compare(what.op, left, right); what.returns_bool) {
        kept.push_back({element.labels, holds ? 1.0 : 0.0});
      } else if (holds) {
        kept.push_back(element);
      }
    }
    if (filter) return vector(std::move(kept));
    return without_names(std::move(kept));
  }

  static Result<Value> vectors(const Binary& what, Vector left, Vector right) {
    Result<Vector> matched = match_vectors(what, std::move(left), std::move(right));
    if (!matched) return matched.error();
    return vector(std::move(matched).value());
  }

  Readings& readings_;
};

void collect_series(const Expression& expression, std::vector<const model::SeriesInfo*>& all) {
  if (const auto* selector = std::get_if<Selector>(&expression.what)) {
    if (std::find(all.begin(), all.end(), selector->series) == all.end()) all.push_back(selector->series);
  } else if (const auto* unary = std::get_if<Unary>(&expression.what)) {
    collect_series(*unary->operand, all);
  } else if (const auto* aggregation = std::get_if<Aggregation>(&expression.what)) {
    collect_series(*aggregation->operand, all);
  } else if (const auto* binary = std::get_if<Binary>(&expression.what)) {
    collect_series(*binary->left, all);
    collect_series(*binary->right, all);
  }
}

}  // namespace

const std::vector<model::SeriesValue>& Readings::of(const model::SeriesInfo& series) {
  const auto [place, is_new] = values_.try_emplace(&series);
  if (is_new) read_series(cluster_, series, now_, freshness_, place->second);
  return place->second;
}

bool Readings::has(const model::SeriesInfo& series, const void* node_or_domain) {
  const auto [place, is_new] = measured_.try_emplace(&series);
  if (is_new) {
    for (const model::SeriesValue& value : of(series)) {
      place->second.insert(value.node);
      if (value.domain != nullptr) place->second.insert(value.domain);
    }
  }
  return place->second.contains(node_or_domain);
}

Result<Value> evaluate(const Expression& expression, Readings& readings) { return Evaluator(readings).run(expression); }

std::vector<const model::SeriesInfo*> series_of(const Expression& expression) {
  std::vector<const model::SeriesInfo*> all;
  collect_series(expression, all);
  return all;
}

double calculate(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kAdd:
      return left + right;
    case BinaryOp::kSubtract:
      return left - right;
    case BinaryOp::kMultiply:
      return left * right;
    case BinaryOp::kDivide:
      return left / right;
    case BinaryOp::kModulo:
      return std::fmod(left, right);
    case BinaryOp::kPower:
      return std::pow(left, right);
    default:
      return 0;
  }
}

bool compare(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kEqual:
      return left == right;
    case BinaryOp::kNotEqual:
      return left != right;
    case BinaryOp::kLess:
      return left < right;
    case BinaryOp::kLessEqual:
      return left <= right;
    case BinaryOp::kGreater:
      return left > right;
    case BinaryOp::kGreaterEqual:
      return left >= right;
    default:
      return false;
  }
}

const Element* find_repeated(const Vector& vector) {
  std::unordered_set<LabelKey, LabelKeyHash> seen;
  seen.reserve(vector.size());
  for (const Element& element : vector) {
    if (!seen.insert(key_of(element.labels, kAllLabels)).second) return &element;
  }
  return nullptr;
}

}  // namespace hotspot::rules
