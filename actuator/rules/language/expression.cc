// Traversals of expressions.
#include "actuator/rules/language/expression.h"

#include <algorithm>

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

}  // namespace

std::vector<const Expression*> parts_of(const Expression& expression) { return std::visit(Parts{}, expression.what); }

std::vector<const Selector*> selectors_of(const Expression& expression) {
  std::vector<const Selector*> all;
  collect_selectors(expression, all);
  return all;
}

LabelSet absent_labels(const Expression& argument) {
  LabelSet labels;
  const auto* selector = std::get_if<Selector>(&argument.what);
  if (selector == nullptr || selector->timing.at || selector->timing.at_query) return labels;
  std::vector<std::string_view> asked;
  for (const LabelMatcher& matcher : selector->matchers) {
    const std::string& name = matcher.name.text;
    if (name == kNameLabel) continue;
    const bool is_first = std::find(asked.begin(), asked.end(), name) == asked.end();
    if (matcher.op == LabelMatcher::Op::kEqual && is_first) {
      labels = labels.with(name, matcher.value.text);
      asked.push_back(name);
    } else {
      labels = labels.with(name, "");
    }
  }
  return labels;
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
