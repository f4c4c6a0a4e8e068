// Evaluates an expression on the store, as Prometheus evaluates an instant query.
//
// PURE; reads nothing but the store. Source: Prometheus 2.42, promql/engine.go and promql/functions.go.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/store/store.h"
#include "telemetry/result.h"

namespace hotspot::rules {

struct Element {
  LabelSet labels;
  double value = 0;
};
using Vector = std::vector<Element>;

struct Range {
  LabelSet labels;
  std::vector<Sample> samples;
};
using Matrix = std::vector<Range>;

struct Value {
  ValueType type = ValueType::kScalar;
  double scalar = 0;
  std::string text;
  Vector vector;
  Matrix matrix;
};

struct EvaluateOptions {
  // How far an instant selector looks back for the newest sample.
  Milliseconds lookback{std::chrono::minutes(5)};
  Milliseconds subquery_step = kUsualSubqueryStep;  // of subqueries without a step
  // If set: the lookback for the series of one table, instead of the one above (hotspotd: the age limit of a node's
  // data).
  std::function<Milliseconds(const Table&)> lookback_of;
  // An evaluation with more samples than this is refused, like Prometheus' --query.max-samples.
  std::size_t max_samples = 50'000'000;
  std::size_t max_steps = kMostSubquerySteps;
  // If set: what all evaluations with these options may cost together. Null: only the limits above apply.
  Budget* budget = nullptr;
};

// The expression must be checked and free of errors. An error of the evaluation (such as many-to-many matching) is a
// sentence. A vector has the order of the store, except for sort, sort_desc, topk and bottomk at the top.
Result<Value> evaluate(const Expression& expression, const Store& store, WallTime time,
                       const EvaluateOptions& options = {});

}  // namespace hotspot::rules
