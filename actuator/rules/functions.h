// The functions of the language: names, types, and what those compute that look at one series alone.
//
// PURE. Source of all that are not marked `ours`: Prometheus 2.42, promql/functions.go. Ours are documented in
// docs/rules.md and in forecast.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "actuator/rules/expression.h"
#include "actuator/rules/store.h"

namespace hotspot::rules {

// The samples of one series in a range, never empty.
struct RangeInput {
  std::span<const Sample> samples;
  std::int64_t from_ms = 0, to_ms = 0;  // the range, both ends included
  std::int64_t time_ms = 0;             // of the evaluation
  double first = 0, second = 0;         // numbers among the arguments, in their order
};

// What the evaluator does itself, because it looks at more than one series.
enum class Special {
  kNone,
  kAbsent,
  kAbsentOverTime,
  kHistogramQuantile,
  kOfNativeHistograms,  // passes over samples that are numbers, which all are
  kLabelJoin,
  kLabelReplace,
  kScalar,
  kSort,
  kSortDesc,
  kTime,
  kTimestamp,
  kVector,
  kClamp,
  kClampMax,
  kClampMin,
  kRound,
  kPi
};

struct Function {
  std::string_view name;
  ValueType result = ValueType::kVector;
  std::array<ValueType, 5> arguments{};
  int least = 1;                                                     // arguments that must be there
  int most = 1;                                                      // -1: any number more of the last kind
  std::optional<double> (*over_range)(const RangeInput&) = nullptr;  // empty: no value for this series
  double (*of_value)(double) = nullptr;  // element by element; without an argument of vector(time())
  Special special = Special::kNone;
  bool keeps_name = false;
  bool ours = false;

  ValueType argument(std::size_t index) const {
    return arguments[std::min(index, static_cast<std::size_t>(most < 0 ? least : most - 1))];
  }
};

const Function* find_function(std::string_view name);
std::span<const Function> all_functions();

// The φ-quantile of the values as Prometheus interpolates it; sorts them.
double quantile(double q, std::vector<double>& values);

// Sums without the loss of small numbers beside large ones (Neumaier's variant of Kahan's).
struct KahanSum {
  double sum = 0, rest = 0;
  void add(double more) {
    const double total = sum + more;
    if ((sum < 0 ? -sum : sum) >= (more < 0 ? -more : more))
      rest += (sum - total) + more;
    else
      rest += (more - total) + sum;
    sum = total;
  }
};

// A straight line by least squares through the samples, x in seconds from `origin_ms`.
struct Line {
  double slope = 0, intercept = 0;
};
Line regression(std::span<const Sample> samples, std::int64_t origin_ms);

}  // namespace hotspot::rules
