// Walks over expressions.
#include "actuator/rules/expression.h"

#include <algorithm>

#include "actuator/rules/evaluate.h"

namespace hotspot::rules {
namespace {

struct Parts {
  std::vector<const Expression*> operator()(const NumberLiteral&) const { return {}; }
  std::vector<const Expression*> operator()(const StringLiteral&) const { return {}; }
  std::vector<const Expression*> operator()(const Selector&) const { return {}; }
  std::vector<const Expression*> operator()(const Subquery& what) const { return {what.operand.get()}; }
  std::vector<const Expression*> operator()(const Unary& what) const { return {what.operand.get()}; }
  std::vector<const Expression*> operator()(const Binary& what) const { return {what.left.get(), what.right.get()}; }
  std::vector<const Expression*> operator()(const Aggregation& what) const {
    if (what.parameter) return {what.parameter.get(), what.operand.get()};
    return {what.operand.get()};
  }
  std::vector<const Expression*> operator()(const Call& what) const {
    std::vector<const Expression*> all;
    for (const ExpressionPtr& argument : what.arguments) all.push_back(argument.get());
    return all;
  }
};

void collect_selectors(const Expression& expression, std::vector<const Selector*>& all) {
  if (const auto* selector = std::get_if<Selector>(&expression.what)) all.push_back(selector);
  for (const Expression* part : parts_of(expression)) collect_selectors(*part, all);
}

// A fixed `@` counts as the time of the evaluation: what it speaks of is not kept for ever (the check warns of it).
void collect_lookback(const Expression& expression, Milliseconds before, const EvaluateOptions& options,
                      Lookback& lookback) {
  if (const auto* selector = std::get_if<Selector>(&expression.what)) {
    const Milliseconds reach = before + selector->timing.offset + selector->range.value_or(options.lookback);
    Milliseconds& known = lookback[selector->name.text];
    known = std::max({known, reach, Milliseconds(0)});
    return;
  }
  if (const auto* subquery = std::get_if<Subquery>(&expression.what)) {
    const Milliseconds step = subquery->step > Milliseconds(0) ? subquery->step : options.subquery_step;
    const Milliseconds more = subquery->range + std::max(subquery->timing.offset, Milliseconds(0)) + step;
    Lookback inside;
    collect_lookback(*subquery->operand, before + more, options, inside);
    for (const auto& [name, reach] : inside) {
      lookback[name] = std::max(lookback[name], reach);
    }
    return;
  }
  for (const Expression* part : parts_of(expression)) collect_lookback(*part, before, options, lookback);
}

}  // namespace

std::vector<const Expression*> parts_of(const Expression& expression) { return std::visit(Parts{}, expression.what); }

std::vector<const Selector*> selectors_of(const Expression& expression) {
  std::vector<const Selector*> all;
  collect_selectors(expression, all);
  return all;
}

void add_lookback(const Expression& expression, const EvaluateOptions& options, Lookback& lookback) {
  collect_lookback(expression, Milliseconds(0), options, lookback);
}

const char* to_string(ValueType type) {
  switch (type) {
    case ValueType::kScalar:
      return "a number";
    case ValueType::kVector:
      return "a set of series";
    case ValueType::kRange:
      return "a range of series";
    case ValueType::kString:
      return "a text";
  }
  return "unknown";
}

}  // namespace hotspot::rules
