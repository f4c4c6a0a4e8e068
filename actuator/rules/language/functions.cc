#include "actuator/rules/language/functions.h"

#include <algorithm>
#include <vector>

namespace hotspot::rules {
namespace {

constexpr ValueType N = ValueType::kScalar, V = ValueType::kVector, R = ValueType::kRange, S = ValueType::kString;

Function over(std::string_view name) { return {.name = name, .arguments = {R}}; }
// With a number after the range.
Function over_and(std::string_view name) { return {.name = name, .arguments = {R, N}, .least = 2, .most = 2}; }
Function number_before(std::string_view name) { return {.name = name, .arguments = {N, R}, .least = 2, .most = 2}; }
Function ours(Function function) {
  function.ours = true;
  return function;
}
Function each(std::string_view name) { return {.name = name, .arguments = {V}}; }
// hour() is hour(vector(time())).
Function date(std::string_view name) { return {.name = name, .arguments = {V}, .least = 0, .most = 1}; }
Function special(std::string_view name, Special what, std::array<ValueType, 5> arguments, int count) {
  return {.name = name, .arguments = arguments, .least = count, .most = count, .special = what};
}

std::vector<Function> make_all() {
  std::vector<Function> all{over("rate"),
                            over("irate"),
                            over("increase"),
                            over("delta"),
                            over("idelta"),
                            over("deriv"),
                            over("changes"),
                            over("resets"),
                            over("avg_over_time"),
                            over("min_over_time"),
                            over("max_over_time"),
                            over("sum_over_time"),
                            over("count_over_time"),
                            over("stddev_over_time"),
                            over("stdvar_over_time"),
                            over("present_over_time"),
                            over("last_over_time"),
                            over_and("predict_linear"),
                            number_before("quantile_over_time"),
                            ours(over("mad_over_time")),
                            ours(over("iqr_over_time")),
                            ours(over_and("mad_upper_over_time")),
                            ours(over_and("iqr_upper_over_time")),
                            ours(over_and("predict_ar")),
                            ours(over_and("predict_loess")),
                            ours(over_and("predict_loess_robust")),
                            each("abs"),
                            each("ceil"),
                            each("floor"),
                            each("exp"),
                            each("ln"),
                            each("log2"),
                            each("log10"),
                            each("sqrt"),
                            each("sgn"),
                            each("deg"),
                            each("rad"),
                            each("acos"),
                            each("acosh"),
                            each("asin"),
                            each("asinh"),
                            each("atan"),
                            each("atanh"),
                            each("cos"),
                            each("cosh"),
                            each("sin"),
                            each("sinh"),
                            each("tan"),
                            each("tanh"),
                            date("day_of_month"),
                            date("day_of_week"),
                            date("day_of_year"),
                            date("days_in_month"),
                            date("hour"),
                            date("minute"),
                            date("month"),
                            date("year"),
                            special("absent", Special::kAbsent, {V}, 1),
                            special("absent_over_time", Special::kAbsentOverTime, {R}, 1),
                            special("clamp", Special::kClamp, {V, N, N}, 3),
                            special("clamp_max", Special::kClampMax, {V, N}, 2),
                            special("clamp_min", Special::kClampMin, {V, N}, 2),
                            special("histogram_quantile", Special::kHistogramQuantile, {N, V}, 2),
                            special("histogram_avg", Special::kOfNativeHistograms, {V}, 1),
                            special("histogram_count", Special::kOfNativeHistograms, {V}, 1),
                            special("histogram_fraction", Special::kOfNativeHistograms, {N, N, V}, 3),
                            special("histogram_stddev", Special::kOfNativeHistograms, {V}, 1),
                            special("histogram_stdvar", Special::kOfNativeHistograms, {V}, 1),
                            special("histogram_sum", Special::kOfNativeHistograms, {V}, 1),
                            special("label_replace", Special::kLabelReplace, {V, S, S, S, S}, 5),
                            special("label_join", Special::kLabelJoin, {V, S, S, S}, 3),
                            special("round", Special::kRound, {V, N}, 1),
                            special("scalar", Special::kScalar, {V}, 1),
                            special("sort", Special::kSort, {V}, 1),
                            special("sort_desc", Special::kSortDesc, {V}, 1),
                            special("time", Special::kTime, {}, 0),
                            special("timestamp", Special::kTimestamp, {V}, 1),
                            special("vector", Special::kVector, {N}, 1),
                            special("pi", Special::kPi, {}, 0),
                            {.name = "holt_winters", .arguments = {R, N, N}, .least = 3, .most = 3}};
  for (Function& one : all) {
    if (one.name == "label_join") one.most = -1;
    if (one.name == "round") one.most = 2;
    if (one.name == "scalar" || one.name == "time" || one.name == "pi") one.result = N;
    if (one.name == "last_over_time" || one.name == "sort" || one.name == "sort_desc") one.keeps_name = true;
  }
  std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::span<const Function> all_functions() {
  static const std::vector<Function> all = make_all();
  return all;
}

const Function* find_function(std::string_view name) {
  const auto all = all_functions();
  const auto found =
      std::lower_bound(all.begin(), all.end(), name, [](const Function& f, std::string_view n) { return f.name < n; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace hotspot::rules
