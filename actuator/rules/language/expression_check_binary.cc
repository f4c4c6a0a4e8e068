// Checks binary operators: the types of both sides, their matching, and whether any series can match.
#include "actuator/rules/language/check_notes.h"

#include <algorithm>
#include <utility>

#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/grammar_words.h"
#include "actuator/rules/language/meant_words.h"
#include "common/text/words.h"

namespace hotspot::rules {
namespace {

bool filters(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right) {
  if (what.op == BinaryOp::kUnless) return true;
  if (what.op == BinaryOp::kOr) return left.filters && right.filters;
  return left.filters || right.filters || (is_comparison(what.op) && !what.returns_bool);
}

LabelNames counted(const Matching& matching, const LabelNames& labels) {
  const LabelNames named = names_of(matching.names);
  return matching.on ? labels.only(named) : labels.without(named);
}

std::string common_labels(const ExpressionFacts& left, const ExpressionFacts& right) {
  std::string text;
  for (const std::string_view name : label_names(left.labels.only(right.labels))) {
    text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return "on(" + text + ")";
}

// The most common mistake with vectors: comparing a domain's series with a node's, which have different labels.
void warn_unmatched(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right, CheckNotes& notes) {
  const LabelNames only_left = counted(what.matching, left.labels).without(right.possible_labels);
  const LabelNames only_right = counted(what.matching, right.labels).without(left.possible_labels);
  const bool on_left = !only_left.names.empty() && !right.possible_labels.any;
  const bool on_right = !only_right.names.empty() && !left.possible_labels.any;
  if (!on_left && !on_right) return;
  notes.warn(what.op_offset, std::string("nothing can match: the ") + (on_left ? "left" : "right") +
                                 " side has the label " + text::listed(label_names(on_left ? only_left : only_right)) +
                                 " and the other side has not; match them with " + common_labels(left, right) +
                                 (on_left ? " group_left()" : " group_right()"));
}

void check_matching(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right, CheckNotes& notes) {
  const Matching& matching = what.matching;
  const bool vectors = left.type == ValueType::kVector && right.type == ValueType::kVector;
  // As in Prometheus: an empty list means nothing, so it is allowed.
  if (matching.written && !matching.labels.empty() && !vectors) {
    notes.add(what.op_offset, "'on' and 'ignoring' match two sets of series; one side here is a number");
  }
  for (const Word& word : matching.include) {
    if (!matching.on || !std::binary_search(matching.names.begin(), matching.names.end(), word.text)) continue;
    notes.add(word.offset, "a label cannot be both in on(…) and in " +
                               std::string(matching.grouping == Grouping::kLeft ? "group_left" : "group_right") +
                               "(…)");
  }
  if (vectors && !is_set_operation(what.op)) warn_unmatched(what, left, right, notes);
}

void check_types(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right, CheckNotes& notes) {
  for (const auto& [part, facts] : {std::pair{what.left.get(), &left}, std::pair{what.right.get(), &right}}) {
    if (facts->type != ValueType::kRange && facts->type != ValueType::kString) continue;
    notes.add(part->offset,
              quoted(to_string(what.op)) + " needs numbers or sets of series, this is " + to_string(facts->type));
  }
  const bool any_scalar = left.type == ValueType::kScalar || right.type == ValueType::kScalar;
  const bool both_scalar = left.type == ValueType::kScalar && right.type == ValueType::kScalar;
  if (is_set_operation(what.op) && any_scalar) {
    notes.add(what.op_offset, quoted(to_string(what.op)) + " needs series on both sides; one side here is a number");
  }
  if (is_comparison(what.op) && both_scalar && !what.returns_bool) {
    notes.add(what.op_offset,
              "two numbers are compared; only " + quoted(std::string(to_string(what.op)) + " bool") + " can do that");
  }
}

void labels_of_result(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right,
                      ExpressionFacts& facts) {
  const Matching& matching = what.matching;
  if (what.op == BinaryOp::kOr) {
    facts.labels = left.labels.only(right.labels);
    facts.possible_labels = left.possible_labels.with(right.possible_labels);
    return;
  }
  if (left.type == ValueType::kScalar || right.type == ValueType::kScalar) {
    facts.labels = left.labels.with(right.labels);
    facts.possible_labels = left.possible_labels.with(right.possible_labels);
    return;
  }
  const ExpressionFacts& many = matching.grouping == Grouping::kRight ? right : left;
  const ExpressionFacts& one = matching.grouping == Grouping::kRight ? left : right;
  facts.labels = many.labels;
  facts.possible_labels = many.possible_labels;
  if (is_set_operation(what.op)) return;
  if (matching.grouping == Grouping::kNone) {
    facts.labels = counted(matching, many.labels.with(one.labels));
    if (!matching.on) facts.labels = counted(matching, many.labels);
    facts.possible_labels = counted(matching, many.possible_labels);
    return;
  }
  LabelNames included;
  for (const Word& word : matching.include) included.names.insert(word.text);
  facts.labels = facts.labels.without(included).with(one.labels.only(included));
  facts.possible_labels = facts.possible_labels.without(included).with(one.possible_labels.only(included));
}

}  // namespace

ExpressionFacts check_binary(const Binary& what, const ExpressionFacts& left, const ExpressionFacts& right,
                             CheckNotes& notes) {
  check_matching(what, left, right, notes);
  check_types(what, left, right, notes);
  ExpressionFacts facts;
  facts.has_series = left.has_series || right.has_series;
  const bool scalar = left.type == ValueType::kScalar && right.type == ValueType::kScalar;
  facts.type = scalar ? ValueType::kScalar : ValueType::kVector;
  facts.filters = filters(what, left, right);
  labels_of_result(what, left, right, facts);
  return facts;
}

}  // namespace hotspot::rules
