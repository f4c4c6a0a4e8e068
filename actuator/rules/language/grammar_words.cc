#include "actuator/rules/language/grammar_words.h"

#include <algorithm>
#include <array>

#include "actuator/rules/language/functions.h"

namespace hotspot::rules {
namespace {

constexpr std::array<Operator, 16> kOperators{{{"or", BinaryOp::kOr, 1},
                                               {"and", BinaryOp::kAnd, 2},
                                               {"unless", BinaryOp::kUnless, 2},
                                               {"==", BinaryOp::kEqual, 3},
                                               {"!=", BinaryOp::kNotEqual, 3},
                                               {"<", BinaryOp::kLess, 3},
                                               {"<=", BinaryOp::kLessEqual, 3},
                                               {">", BinaryOp::kGreater, 3},
                                               {">=", BinaryOp::kGreaterEqual, 3},
                                               {"+", BinaryOp::kAdd, 4},
                                               {"-", BinaryOp::kSubtract, 4},
                                               {"*", BinaryOp::kMultiply, 5},
                                               {"/", BinaryOp::kDivide, 5},
                                               {"%", BinaryOp::kModulo, 5},
                                               {"atan2", BinaryOp::kAtan2, 5},
                                               {"^", BinaryOp::kPower, kPowerStrength}}};

struct AggregationName {
  std::string_view text;
  Aggregation::Op op;
};
constexpr std::array<AggregationName, 12> kAggregations{{{"sum", Aggregation::Op::kSum},
                                                         {"avg", Aggregation::Op::kAvg},
                                                         {"min", Aggregation::Op::kMin},
                                                         {"max", Aggregation::Op::kMax},
                                                         {"count", Aggregation::Op::kCount},
                                                         {"group", Aggregation::Op::kGroup},
                                                         {"stddev", Aggregation::Op::kStddev},
                                                         {"stdvar", Aggregation::Op::kStdvar},
                                                         {"quantile", Aggregation::Op::kQuantile},
                                                         {"topk", Aggregation::Op::kTopk},
                                                         {"bottomk", Aggregation::Op::kBottomk},
                                                         {"count_values", Aggregation::Op::kCountValues}}};

constexpr std::array<std::string_view, 7> kModifiers{"bool",    "on",         "ignoring",   "by",
                                                     "without", "group_left", "group_right"};

}  // namespace

const Operator* find_operator(std::string_view word) {
  const auto known =
      std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& o) { return o.text == word; });
  return known == kOperators.end() ? nullptr : &*known;
}

std::optional<Aggregation::Op> find_aggregation(std::string_view word) {
  for (const AggregationName& known : kAggregations) {
    if (known.text == word) return known.op;
  }
  return std::nullopt;
}

bool is_modifier(std::string_view word) {
  return std::find(kModifiers.begin(), kModifiers.end(), word) != kModifiers.end();
}

bool is_key_of_rules(std::string_view word) {
  static constexpr std::array<std::string_view, 6> kKeys{"for",  "keep_firing_for", "until", "cooldown",
                                                         "mode", "max_age"};
  return std::find(kKeys.begin(), kKeys.end(), word) != kKeys.end();
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const Function& known : all_functions()) names.push_back(known.name);
  for (const AggregationName& known : kAggregations) names.push_back(known.text);
  return names;
}

const char* to_string(Aggregation::Op op) {
  for (const AggregationName& known : kAggregations) {
    if (known.op == op) return known.text.data();
  }
  return "unknown";
}

const char* to_string(BinaryOp op) {
  for (const Operator& known : kOperators) {
    if (known.op == op) return known.text.data();
  }
  return "unknown";
}

bool is_comparison(BinaryOp op) { return op >= BinaryOp::kEqual && op <= BinaryOp::kGreaterEqual; }
bool is_set_operation(BinaryOp op) { return op <= BinaryOp::kUnless; }

}  // namespace hotspot::rules
