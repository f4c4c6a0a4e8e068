#include "actuator/rules/evaluate/function_bodies.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numbers>
#include <string_view>
#include <vector>

#include "actuator/rules/evaluate/forecast.h"
#include "actuator/rules/language/calendar.h"

namespace hotspot::rules {
namespace {

double sign(double value) { return value < 0 ? -1 : value > 0 ? 1 : value; }
double degrees(double value) { return value * 180 / std::numbers::pi; }
double radians(double value) { return value * std::numbers::pi / 180; }

struct NamedBody {
  std::string_view name;
  FunctionBody body;
};

constexpr NamedBody kBodies[] = {
    {"rate", {.over_range = rate}},
    {"irate", {.over_range = irate}},
    {"increase", {.over_range = increase}},
    {"delta", {.over_range = delta}},
    {"idelta", {.over_range = idelta}},
    {"deriv", {.over_range = deriv}},
    {"changes", {.over_range = changes}},
    {"resets", {.over_range = resets}},
    {"avg_over_time", {.over_range = avg_over_time}},
    {"min_over_time", {.over_range = min_over_time}},
    {"max_over_time", {.over_range = max_over_time}},
    {"sum_over_time", {.over_range = sum_over_time}},
    {"count_over_time", {.over_range = count_over_time}},
    {"stddev_over_time", {.over_range = stddev_over_time}},
    {"stdvar_over_time", {.over_range = stdvar_over_time}},
    {"present_over_time", {.over_range = present_over_time}},
    {"last_over_time", {.over_range = last_over_time}},
    {"predict_linear", {.over_range = predict_linear}},
    {"quantile_over_time", {.over_range = quantile_over_time}},
    {"mad_over_time", {.over_range = mad_over_time}},
    {"iqr_over_time", {.over_range = iqr_over_time}},
    {"mad_upper_over_time", {.over_range = mad_upper_over_time}},
    {"iqr_upper_over_time", {.over_range = iqr_upper_over_time}},
    {"predict_ar", {.over_range = predict_ar}},
    {"predict_loess", {.over_range = predict_loess}},
    {"predict_loess_robust", {.over_range = predict_loess_robust}},
    {"abs", {.of_value = std::fabs}},
    {"ceil", {.of_value = std::ceil}},
    {"floor", {.of_value = std::floor}},
    {"exp", {.of_value = std::exp}},
    {"ln", {.of_value = std::log}},
    {"log2", {.of_value = std::log2}},
    {"log10", {.of_value = std::log10}},
    {"sqrt", {.of_value = std::sqrt}},
    {"sgn", {.of_value = sign}},
    {"deg", {.of_value = degrees}},
    {"rad", {.of_value = radians}},
    {"acos", {.of_value = std::acos}},
    {"acosh", {.of_value = std::acosh}},
    {"asin", {.of_value = std::asin}},
    {"asinh", {.of_value = std::asinh}},
    {"atan", {.of_value = std::atan}},
    {"atanh", {.of_value = std::atanh}},
    {"cos", {.of_value = std::cos}},
    {"cosh", {.of_value = std::cosh}},
    {"sin", {.of_value = std::sin}},
    {"sinh", {.of_value = std::sinh}},
    {"tan", {.of_value = std::tan}},
    {"tanh", {.of_value = std::tanh}},
    {"day_of_month", {.of_value = day_of_month}},
    {"day_of_week", {.of_value = day_of_week}},
    {"day_of_year", {.of_value = day_of_year}},
    {"days_in_month", {.of_value = days_in_month}},
    {"hour", {.of_value = hour}},
    {"minute", {.of_value = minute}},
    {"month", {.of_value = month}},
    {"year", {.of_value = year}},
    {"holt_winters", {.over_range = holt_winters}},
};

// In the order of all_functions().
std::vector<FunctionBody> bodies_in_order() {
  std::vector<FunctionBody> all;
  for (const Function& function : all_functions()) {
    const auto* const found = std::find_if(std::begin(kBodies), std::end(kBodies),
                                           [&](const NamedBody& body) { return body.name == function.name; });
    all.push_back(found == std::end(kBodies) ? FunctionBody{} : found->body);
  }
  return all;
}

}  // namespace

const FunctionBody& body_of(const Function& function) {
  static const std::vector<FunctionBody> all = bodies_in_order();
  return all[static_cast<std::size_t>(&function - all_functions().data())];
}

}  // namespace hotspot::rules
