#include "actuator/rules/language/expression_units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/functions.h"

namespace hotspot::rules {
namespace {

using Written = NumberLiteral::Written;

std::string plain_text(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", number);
  return text.data();
}
std::string percent_text(double ratio) { return plain_text(ratio * 100) + "%"; }

std::string seconds_text(Milliseconds time) { return plain_text(static_cast<double>(time.count()) / 1000) + " s"; }

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Functions whose values have the unit of their series.
constexpr std::array<std::string_view, 16> kSameUnit{"avg_over_time",
                                                     "min_over_time",
                                                     "max_over_time",
                                                     "last_over_time",
                                                     "quantile_over_time",
                                                     "abs",
                                                     "sort",
                                                     "sort_desc",
                                                     "mad_upper_over_time",
                                                     "iqr_upper_over_time",
                                                     "predict_linear",
                                                     "predict_ar",
                                                     "predict_loess",
                                                     "round",
                                                     "clamp_min",
                                                     "clamp_max"};
// Functions that treat each decrease as a counter reset.
constexpr std::array<std::string_view, 4> kOfCounters{"rate", "irate", "increase", "resets"};
// Functions that need at least two samples.
constexpr std::array<std::string_view, 8> kOfTwoSamples{"rate",   "irate", "increase",       "delta",
                                                        "idelta", "deriv", "predict_linear", "holt_winters"};
// Ratios for which small fractions of one per cent can be relevant.
constexpr std::array<std::string_view, 5> kOftenSmall{"steal", "pressure", "gap", "wait", "swap"};

// What a value is, if it can be said: a series times a number.
struct Shown {
  const Selector* selector = nullptr;  // null: not one series
  double factor = 1;
};

double steps_of(const Subquery& subquery) {
  const Milliseconds step = subquery.step > Milliseconds(0) ? subquery.step : kUsualSubqueryStep;
  return std::floor(static_cast<double>(subquery.range.count()) / static_cast<double>(step.count())) + 1;
}

// Including the steps of nested subqueries.
double all_steps(const Expression& expression) {
  double inside = 0;
  for (const Expression* part : parts_of(expression)) inside += all_steps(*part);
  const auto* subquery = std::get_if<Subquery>(&expression.what);
  return subquery == nullptr ? inside : steps_of(*subquery) * (1 + inside);
}

class UnitChecker {
 public:
  explicit UnitChecker(std::vector<TextProblem>& problems) : problems_(problems) {}

  void look_at(const Expression& expression) {
    if (const auto* binary = std::get_if<Binary>(&expression.what); binary != nullptr && is_comparison(binary->op)) {
      compare(*binary->left, *binary->right);
      compare(*binary->right, *binary->left);
    }
    if (const auto* call = std::get_if<Call>(&expression.what)) look_at_call(*call);
    if (const auto* selector = std::get_if<Selector>(&expression.what); selector != nullptr)
      look_at_timing(expression, selector->timing);
    if (const auto* subquery = std::get_if<Subquery>(&expression.what)) look_at_subquery(expression, *subquery);
    for (const Expression* part : parts_of(expression)) look_at(*part);
  }

 private:
  void warn(std::size_t offset, std::string message, std::string suggestion = "") {
    problems_.push_back({offset, std::move(message), std::move(suggestion), Severity::kWarning});
  }

  static std::optional<double> plain_number(const Expression& expression) {
    const auto* number = std::get_if<NumberLiteral>(&expression.what);
    if (number == nullptr || number->written != Written::kPlain || number->value == 0) return std::nullopt;
    return number->value;
  }

  static Shown shown(const Expression& expression) {
    if (const auto* selector = std::get_if<Selector>(&expression.what)) return {selector, 1};
    if (const auto* subquery = std::get_if<Subquery>(&expression.what)) return shown(*subquery->operand);
    if (const auto* aggregation = std::get_if<Aggregation>(&expression.what)) {
      const Shown inside = shown(*aggregation->operand);
      if (aggregation->op == Aggregation::Op::kSum) return {nullptr, inside.factor};
      const bool counts = aggregation->op == Aggregation::Op::kCount || aggregation->op == Aggregation::Op::kGroup ||
                          aggregation->op == Aggregation::Op::kCountValues ||
                          aggregation->op == Aggregation::Op::kStddev || aggregation->op == Aggregation::Op::kStdvar;
      return counts ? Shown{} : inside;
    }
    if (const auto* call = std::get_if<Call>(&expression.what)) {
      if (call->arguments.empty() || !is_one_of(call->function->name, kSameUnit)) return {};
      return shown(call->function->name == "quantile_over_time" ? *call->arguments.back() : *call->arguments.front());
    }
    const auto* binary = std::get_if<Binary>(&expression.what);
    return binary == nullptr ? Shown{} : shown_of(*binary);
  }

  static Shown shown_of(const Binary& binary) {
    const auto left = plain_number(*binary.left), right = plain_number(*binary.right);
    if (binary.op == BinaryOp::kMultiply && (left || right)) {
      Shown inside = shown(left ? *binary.right : *binary.left);
      inside.factor *= left ? *left : *right;
      return inside;
    }
    if (binary.op == BinaryOp::kDivide && right) {
      Shown inside = shown(*binary.left);
      inside.factor /= *right;
      return inside;
    }
    if (binary.op != BinaryOp::kAdd && binary.op != BinaryOp::kSubtract) return {};
    return {nullptr, std::max(shown(*binary.left).factor, shown(*binary.right).factor)};
  }

  void compare(const Expression& series_side, const Expression& number_side) {
    const auto* number = std::get_if<NumberLiteral>(&number_side.what);
    if (number == nullptr) return;
    const Shown what = shown(series_side);
    const bool times_100 = std::fabs(what.factor - 100) < 1e-9;
    if (times_100 && number->written == Written::kPercent) {
      return warn(number_side.offset,
                  quoted(percent_text(number->value)) + " is " + plain_text(number->value) +
                      ", and the other side is multiplied by 100",
                  plain_text(number->value * 100));
    }
    const model::SeriesInfo* series = what.selector == nullptr ? nullptr : what.selector->series;
    if (series == nullptr) return;
    const bool ratio = series->unit == model::Unit::kRatio;
    if (times_100 && ratio && number->written == Written::kPlain && number->value > 0 && number->value < 1) {
      return warn(number_side.offset, quoted(series->name) + " times 100 is from 0 to 100",
                  plain_text(number->value * 100));
    }
    if (what.factor == 1) compare_with_series(*series, *number, number_side.offset);
  }

  void compare_with_series(const model::SeriesInfo& series, const NumberLiteral& number, std::size_t offset) {
    const model::Unit unit = series.unit;
    const std::string name = quoted(series.name);
    const bool ratio = unit == model::Unit::kRatio;
    if (ratio && number.written == Written::kPlain && number.value > 1) {
      return warn(offset, name + " is a ratio, from 0 to 1", number.value <= 100 ? plain_text(number.value) + "%" : "");
    }
    if (ratio && number.written == Written::kPercent && number.value > 0 && number.value < 0.01 &&
        !is_often_small(series.name)) {
      return warn(offset, quoted(percent_text(number.value)) + " is " + plain_text(number.value),
                  percent_text(number.value * 100));
    }
    const bool bytes = unit == model::Unit::kBytes || unit == model::Unit::kBytesPerSecond;
    const bool fits = number.written == Written::kPlain || (number.written == Written::kPercent && ratio) ||
                      (number.written == Written::kBytes && bytes) ||
                      (number.written == Written::kSeconds && unit == model::Unit::kSeconds);
    if (!fits) warn(offset, name + " is measured in another unit: " + unit_text(unit));
  }

  static bool is_often_small(std::string_view name) {
    return std::any_of(kOftenSmall.begin(), kOftenSmall.end(),
                       [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
  }

  static std::string unit_text(model::Unit unit) {
    if (unit == model::Unit::kRatio) return "it is a ratio, from 0 to 1";
    if (unit == model::Unit::kCount) return "it is a plain number";
    return model::to_string(unit);
  }

  // The selector of a range, direct or through a subquery.
  static const Selector* ranged(const Expression& argument) {
    if (const auto* selector = std::get_if<Selector>(&argument.what)) return selector;
    const auto* subquery = std::get_if<Subquery>(&argument.what);
    return subquery == nullptr ? nullptr : std::get_if<Selector>(&subquery->operand->what);
  }

  void look_at_call(const Call& call) {
    for (const ExpressionPtr& argument : call.arguments) {
      const Selector* selector = ranged(*argument);
      if (argument->type != ValueType::kRange || selector == nullptr || selector->series == nullptr) continue;
      if (is_one_of(call.function->name, kOfCounters))
        warn_of_gauge(call, *selector->series);
      else if (selector->range)
        look_at_window(call, *argument, *selector->range);
    }
  }

  // All series of Hotspot are gauges: the collector computes the rates.
  void warn_of_gauge(const Call& call, const model::SeriesInfo& series) {
    const bool rate = series.unit == model::Unit::kBytesPerSecond || series.unit == model::Unit::kPerSecond;
    const std::string function = quoted(call.function->name);
    warn(call.name.offset,
         rate ? function + " is for counters, and " + quoted(series.name) +
                    " is a rate already; take avg_over_time for its mean, or deriv for its slope"
              : function + " is for counters, which only rise, and " + quoted(series.name) +
                    " is a gauge; take avg_over_time for its mean, or delta or deriv for how it changes");
  }

  void look_at_window(const Call& call, const Expression& argument, Milliseconds range) {
    const Milliseconds interval = kUsualInterval;
    const bool two = is_one_of(call.function->name, kOfTwoSamples);
    if (range >= (two ? 2 * interval : interval)) return;
    warn(argument.offset, "in " + seconds_text(range) + " there is " +
                              (two ? "one sample at most" : "often no sample") + ": snapshots come every " +
                              seconds_text(interval) + ", unless collectd's Interval says otherwise; " +
                              quoted(call.function->name) + " needs " + (two ? "two" : "one"));
  }

  void look_at_timing(const Expression& expression, const Timing& timing) {
    if (timing.offset < Milliseconds(0))
      warn(expression.offset, "a negative offset looks into the future, where no samples are: it never has a value");
  }

  void look_at_subquery(const Expression& expression, const Subquery& subquery) {
    look_at_timing(expression, subquery.timing);
    if (subquery.step > subquery.range) {
      warn(expression.offset, "the step of this subquery is longer than its range: most of the time it has no value");
    }
  }

  std::vector<TextProblem>& problems_;
};

}  // namespace

void warn_of_units(const Expression& expression, std::vector<TextProblem>& problems) {
  UnitChecker(problems).look_at(expression);
}

std::optional<TextProblem> too_many_steps(const Expression& expression) {
  const double steps = all_steps(expression);
  const auto most = static_cast<double>(kMostSubquerySteps);
  if (steps <= most) return std::nullopt;
  return TextProblem{expression.offset,
                     "its subqueries have " + large_number(steps) + " steps, and an evaluation may have " +
                         large_number(most) + ": it could never be evaluated; take a larger step",
                     ""};
}

}  // namespace hotspot::rules
