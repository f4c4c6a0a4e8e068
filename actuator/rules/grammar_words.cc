#include "actuator/rules/grammar_words.h"

#include <algorithm>
#include <array>

namespace hotspot::rules {
namespace {

constexpr std::array<Operator, 15> kOperators{{{"or", BinaryOp::kOr, 1},
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
                                               {"^", BinaryOp::kPower, kPowerStrength}}};

struct AggregationName {
  std::string_view text;
  Aggregation::Op op;
};
constexpr std::array<AggregationName, 6> kAggregations{{{"sum", Aggregation::Op::kSum},
                                                        {"avg", Aggregation::Op::kAvg},
                                                        {"min", Aggregation::Op::kMin},
                                                        {"max", Aggregation::Op::kMax},
                                                        {"count", Aggregation::Op::kCount},
                                                        {"group", Aggregation::Op::kGroup}}};

constexpr std::array<std::string_view, 7> kModifiers{"bool",    "on",         "ignoring",   "by",
                                                     "without", "group_left", "group_right"};

// clang-format off
constexpr auto kNotYet = std::to_array<std::string_view>({
    "rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "holt_winters", "avg_over_time",
    "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "quantile_over_time", "stddev_over_time",
    "stdvar_over_time", "last_over_time", "present_over_time", "absent_over_time", "changes", "resets", "absent",
    "label_replace", "label_join", "clamp", "clamp_max", "clamp_min", "round", "sort", "sort_desc", "scalar",
    "vector", "time", "timestamp", "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "acos",
    "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "sin", "sinh", "tan", "tanh", "deg", "rad", "pi",
    "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
    "histogram_quantile", "histogram_count", "histogram_sum", "histogram_fraction", "stddev", "stdvar", "quantile",
    "topk", "bottomk", "count_values", "atan2", "offset", "limitk", "limit_ratio"});
// clang-format on

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

bool is_not_yet(std::string_view word) { return std::find(kNotYet.begin(), kNotYet.end(), word) != kNotYet.end(); }

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names(kNotYet.begin(), kNotYet.end());
  for (const AggregationName& known : kAggregations) names.push_back(known.text);
  return names;
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
