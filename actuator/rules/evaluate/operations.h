// Operations on computed values, for evaluate(). Private to the rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/evaluate/precise_sum.h"

namespace hotspot::rules {

double calculate(BinaryOp op, double left, double right);
bool compare(BinaryOp op, double left, double right);

Result<Vector> match_vectors(const Binary& what, const Vector& left, const Vector& right);
Vector combine_sets(const Binary& what, Vector left, const Vector& right);
// `parameter` is a number, or a text for count_values.
Result<Vector> aggregate(const Aggregation& what, const Value& parameter, const Vector& input);

// Computes sum, avg, min, max, count, group and count_values over values in any order.
class Aggregate {
 public:
  void add(Aggregation::Op op, double value);
  double result(Aggregation::Op op) const;
  double count() const { return count_; }

 private:
  PreciseSum sum_;
  double best_ = 0;
  double count_ = 0;
};

Result<Vector> histogram_quantile(double q, const Vector& buckets);

struct LabelReplace {
  std::string target, replacement, source;
  Regex regex;
};
// $1, $name and ${name} in the replacement stand for groups, as in Go's regexp.Expand; an empty result removes the
// label, and without a match nothing changes.
Result<Vector> label_replace(const LabelReplace& how, Vector input);
Result<Vector> label_join(const std::string& target, const std::string& separator,
                          const std::vector<std::string>& sources, Vector input);
// Removes the metric names; two values that then have the same labels are an error.
Result<Vector> without_names(Vector elements);
// A value whose labels and name occur twice; null if there is none.
const Element* find_repeated(const Vector& vector);

}  // namespace hotspot::rules
