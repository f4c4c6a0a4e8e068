// From an expression and the cluster to values, as Prometheus evaluates an instant query.
#pragma once

#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actuator/rules/expression.h"

namespace hotspot::rules {

struct Element {
  LabelSet labels;
  double value = 0;
};
using Vector = std::vector<Element>;

struct Value {
  ValueType type = ValueType::kScalar;
  double scalar = 0;
  Vector vector;
};

// The values of series at one moment, read once for all expressions that use them.
class Readings {
 public:
  Readings(const model::Cluster& cluster, WallTime now, const model::Freshness& freshness)
      : cluster_(cluster), now_(now), freshness_(freshness) {}

  const std::vector<model::SeriesValue>& of(const model::SeriesInfo& series);
  // Was the series measured for this node or domain (a pointer into the cluster)?
  bool has(const model::SeriesInfo& series, const void* node_or_domain);
  const model::Freshness& freshness() const { return freshness_; }

 private:
  const model::Cluster& cluster_;
  WallTime now_;
  model::Freshness freshness_;
  std::unordered_map<const model::SeriesInfo*, std::vector<model::SeriesValue>> values_;
  std::unordered_map<const model::SeriesInfo*, std::unordered_set<const void*>> measured_;
};

// The expression must be checked, without an error. An error of evaluation (many values match many) is a sentence.
Result<Value> evaluate(const Expression& expression, Readings& readings);

// The series that the expression reads, each once.
std::vector<const model::SeriesInfo*> series_of(const Expression& expression);

// Operations on values, for evaluate().
double calculate(BinaryOp op, double left, double right);
bool compare(BinaryOp op, double left, double right);
Result<Vector> match_vectors(const Binary& what, Vector left, Vector right);
Vector combine_sets(const Binary& what, Vector left, Vector right);
Vector aggregate(const Aggregation& what, const Vector& input);

// Two values whose labels, without their names, are the same; null if there are none.
const Element* find_repeated(const Vector& vector);

}  // namespace hotspot::rules
