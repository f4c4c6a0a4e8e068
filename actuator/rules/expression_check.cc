// From a tree of words to a tree of meanings: which series and labels there are, what each part gives.
#include <algorithm>
#include <array>
#include <cstdio>

#include "actuator/rules/expression.h"

namespace hotspot::rules {
namespace {

using Written = NumberLiteral::Written;

std::vector<std::string_view> label_names(LabelMask mask) {
  std::vector<std::string_view> names;
  for (const Label label : kLabels) {
    if (mask.has(label)) names.emplace_back(to_string(label));
  }
  return names;
}

// A constant, seen through signs and parentheses.
const NumberLiteral* literal(const Expression& expression) { return std::get_if<NumberLiteral>(&expression.what); }
const Selector* selector(const Expression& expression) { return std::get_if<Selector>(&expression.what); }

std::string percent_text(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g%%", number);
  return text.data();
}

class Checker {
 public:
  explicit Checker(std::vector<TextProblem>& problems) : problems_(problems) {}

  ExpressionFacts check(Expression& expression) {
    const ExpressionFacts facts = std::visit([&](auto& what) { return facts_of(expression, what); }, expression.what);
    expression.type = facts.type;
    return facts;
  }

 private:
  void add(std::size_t offset, std::string message, std::string suggestion = "", Severity severity = Severity::kError) {
    problems_.push_back({offset, std::move(message), std::move(suggestion), severity});
  }
  void warn(std::size_t offset, std::string message, std::string suggestion = "") {
    add(offset, std::move(message), std::move(suggestion), Severity::kWarning);
  }

  ExpressionFacts facts_of(Expression&, NumberLiteral&) { return {}; }

  ExpressionFacts facts_of(Expression&, Selector& what) {
    what.series = model::find_series(what.name.text);
    const LabelMask possible = what.series == nullptr ? kAllLabels : labels_of(what.series->scope);
    if (what.series == nullptr) unknown_series(what.name);
    for (LabelMatcher& matcher : what.matchers) check_matcher(matcher, what, possible);
    return {ValueType::kVector, what.series == nullptr ? LabelMask() : possible, possible, false, true};
  }

  void unknown_series(const Word& name) {
    std::vector<std::string_view> names;
    for (const model::SeriesInfo& series : model::series_catalog()) names.push_back(series.name);
    const std::string near = nearest(name.text, names);
    add(name.offset,
        "unknown series " + quoted(name.text) + (near.empty() ? "; docs/metrics.md lists all there are" : ""), near);
  }

  void check_matcher(LabelMatcher& matcher, const Selector& what, LabelMask labels) {
    const auto label = label_from_string(matcher.name.text);
    if (!label || !labels.has(*label)) {
      const auto names = label_names(labels);
      const std::string near = nearest(matcher.name.text, names);
      add(matcher.name.offset,
          quoted(what.name.text) + " has no label " + quoted(matcher.name.text) +
              (near.empty() ? "; it has " + listed(names) : ""),
          near);
    } else {
      matcher.label = *label;
    }
    if (matcher.op == LabelMatcher::Op::kEqual || matcher.op == LabelMatcher::Op::kNotEqual) return;
    auto regex = Regex::compile(matcher.value.text);
    if (regex) {
      matcher.regex = std::make_shared<const Regex>(std::move(regex).value());
    } else {
      // Behind the quote; exact where the string has no escape before the place.
      add(matcher.value.offset + 1 + regex.error().offset, "bad regular expression: " + regex.error().message);
    }
  }

  ExpressionFacts facts_of(Expression&, Unary& what) {
    ExpressionFacts facts = check(*what.operand);
    return facts;
  }

  ExpressionFacts facts_of(Expression& whole, Aggregation& what) {
    const ExpressionFacts inside = check(*what.operand);
    const LabelMask named = mask_of(what.labels);
    what.mask = what.without ? kAllLabels.without(named) : named;
    if (inside.type == ValueType::kScalar)
      add(whole.offset, "there is only one value to aggregate, a number; a series is needed");
    return {ValueType::kVector, inside.labels & what.mask, inside.possible_labels & what.mask, inside.filters,
            inside.has_series};
  }

  LabelMask mask_of(const std::vector<Word>& words) {
    LabelMask mask;
    for (const Word& word : words) {
      if (const auto label = label_from_string(word.text)) {
        mask.set(*label);
      } else {
        const auto names = label_names(kAllLabels);
        problems_.push_back(unknown_word(word.offset, "label", word.text, names));
      }
    }
    return mask;
  }

  ExpressionFacts facts_of(Expression&, Binary& what) {
    const ExpressionFacts left = check(*what.left);
    const ExpressionFacts right = check(*what.right);
    check_matching(what, left, right);
    check_types(what, left, right);
    if (is_comparison(what.op)) {
      compare_units(*what.left, *what.right);
      compare_units(*what.right, *what.left);
    }
    ExpressionFacts facts;
    facts.has_series = left.has_series || right.has_series;
    const bool scalar = left.type == ValueType::kScalar && right.type == ValueType::kScalar;
    facts.type = scalar ? ValueType::kScalar : ValueType::kVector;
    facts.filters = filters(what, left, right);
    labels_of_result(what, left, right, facts);
    return facts;
  }

  static bool filters(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right) {
    if (what.op == BinaryOp::kUnless) return true;
    if (what.op == BinaryOp::kOr) return left.filters && right.filters;
    return left.filters || right.filters || (is_comparison(what.op) && !what.returns_bool);
  }

  void check_matching(Binary& what, const ExpressionFacts& left, const ExpressionFacts& right) {
    Matching& matching = what.matching;
    const LabelMask named = mask_of(matching.labels);
    matching.mask = matching.on ? named : kAllLabels.without(named);
    matching.include_mask = mask_of(matching.include);
    const bool vectors = left.type == ValueType::kVector && right.type == ValueType::kVector;
    if (matching.written && !vectors) {
      add(what.op_offset, "'on' and 'ignoring' match two sets of series; one side here is a number");
    }
    const LabelMask both = named & matching.include_mask;
    if (matching.on && !(both == LabelMask())) {
      add(matching.include.front().offset,
          "a label cannot be both in on(…) and in " +
              std::string(matching.grouping == Grouping::kLeft ? "group_left" : "group_right") + "(…)");
    }
    if (vectors && !is_set_operation(what.op)) warn_unmatched(what, left, right);
  }

  // The commonest mistake with vectors: a domain's series against a node's, which have not the same labels.
  void warn_unmatched(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right) {
    const LabelMask counted = what.matching.mask;
    const LabelMask only_left = (left.labels & counted).without(right.possible_labels);
    const LabelMask only_right = (right.labels & counted).without(left.possible_labels);
    if (only_left == LabelMask() && only_right == LabelMask()) return;
    const bool on_left = !(only_left == LabelMask());
    warn(what.op_offset, std::string("nothing can match: the ") + (on_left ? "left" : "right") +
                             " side has the label " + listed(label_names(on_left ? only_left : only_right)) +
                             " and the other side has not; match them with " + common_labels(left, right) +
                             (on_left ? " group_left()" : " group_right()"));
  }

  static std::string common_labels(const ExpressionFacts& left, const ExpressionFacts& right) {
    std::string text;
    for (const std::string_view name : label_names(left.labels & right.labels)) {
      text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return "on(" + text + ")";
  }

  void check_types(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right) {
    const bool any_scalar = left.type == ValueType::kScalar || right.type == ValueType::kScalar;
    const bool both_scalar = left.type == ValueType::kScalar && right.type == ValueType::kScalar;
    if (is_set_operation(what.op) && any_scalar) {
      add(what.op_offset, quoted(to_string(what.op)) + " needs series on both sides; one side here is a number");
    }
    if (is_comparison(what.op) && both_scalar && !what.returns_bool) {
      add(what.op_offset,
          "two numbers are compared; only " + quoted(std::string(to_string(what.op)) + " bool") + " can do that");
    }
  }

  void compare_units(const Expression& series_side, const Expression& number_side) {
    const Selector* series = selector(series_side);
    const NumberLiteral* number = literal(number_side);
    if (series == nullptr || number == nullptr || series->series == nullptr) return;
    const model::Unit unit = series->series->unit;
    const std::string name = quoted(series->name.text);
    if (unit == model::Unit::kRatio && number->written == Written::kPlain && number->value > 1) {
      return warn(number_side.offset, name + " is a ratio, from 0 to 1",
                  number->value <= 100 ? percent_text(number->value) : "");
    }
    const bool bytes = unit == model::Unit::kBytes || unit == model::Unit::kBytesPerSecond;
    const bool fits = number->written == Written::kPlain ||
                      (number->written == Written::kPercent && unit == model::Unit::kRatio) ||
                      (number->written == Written::kBytes && bytes) ||
                      (number->written == Written::kSeconds && unit == model::Unit::kSeconds);
    if (!fits) warn(number_side.offset, name + " is measured in another unit: " + unit_text(unit));
  }

  static std::string unit_text(model::Unit unit) {
    if (unit == model::Unit::kRatio) return "it is a ratio, from 0 to 1";
    if (unit == model::Unit::kCount) return "it is a plain number";
    return model::to_string(unit);
  }

  void labels_of_result(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right,
                        ExpressionFacts& facts) {
    const Matching& matching = what.matching;
    if (what.op == BinaryOp::kOr) {
      facts.labels = left.labels & right.labels;
      facts.possible_labels = left.possible_labels | right.possible_labels;
      return;
    }
    if (left.type == ValueType::kScalar || right.type == ValueType::kScalar) {
      facts.labels = left.labels | right.labels;
      facts.possible_labels = left.possible_labels | right.possible_labels;
      return;
    }
    const ExpressionFacts& many = matching.grouping == Grouping::kRight ? right : left;
    const ExpressionFacts& one = matching.grouping == Grouping::kRight ? left : right;
    facts.labels = many.labels;
    facts.possible_labels = many.possible_labels;
    if (is_set_operation(what.op)) return;
    if (matching.grouping == Grouping::kNone) {
      facts.labels = facts.labels & matching.mask;
      facts.possible_labels = facts.possible_labels & matching.mask;
      return;
    }
    const LabelMask included = matching.include_mask;
    facts.labels = facts.labels.without(included) | (one.labels & included);
    facts.possible_labels = facts.possible_labels.without(included) | (one.possible_labels & included);
  }

  std::vector<TextProblem>& problems_;
};

}  // namespace

ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems) {
  return Checker(problems).check(expression);
}

}  // namespace hotspot::rules
