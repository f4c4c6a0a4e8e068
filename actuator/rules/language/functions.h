// The functions of the language: names and types. evaluate/function_bodies.h implements them.
//
// PURE. Source of all that are not marked `ours`: Prometheus 2.42, promql/functions.go. The others are documented in
// docs/rules.md and in evaluate/forecast.h.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// Functions that the evaluator implements itself, because they use more than one series.
enum class Special {
  kNone,
  kAbsent,
  kAbsentOverTime,
  kHistogramQuantile,
  kOfNativeHistograms,  // skips float samples, and all samples are floats
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
  int least = 1;  // number of required arguments
  int most = 1;   // -1: any number of further arguments of the last kind
  Special special = Special::kNone;
  bool keeps_name = false;
  bool ours = false;

  ValueType argument(std::size_t index) const {
    return arguments[std::min(index, static_cast<std::size_t>(most < 0 ? least : most - 1))];
  }
};

const Function* find_function(std::string_view name);  // null if there is none
std::span<const Function> all_functions();             // by name

}  // namespace hotspot::rules
