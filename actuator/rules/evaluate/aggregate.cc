// Aggregations: one value for each group of labels. NaN and infinities as in Prometheus.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "actuator/rules/evaluate/operations.h"
#include "actuator/rules/evaluate/range_functions.h"
#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/grammar_words.h"
#include "actuator/rules/language/humanize.h"

namespace hotspot::rules {
namespace {

using Op = Aggregation::Op;

struct Group {
  LabelSet labels;
  Aggregate all;
  double value = 0;  // stddev and stdvar, with mean and count
  double mean = 0;
  double count = 0;
  std::vector<double> values;           // quantile
  std::vector<const Element*> members;  // topk, bottomk
};

void add(Op op, Group& group, const Element& element) {
  switch (op) {
    case Op::kStddev:
    case Op::kStdvar: {
      group.count += 1;
      if (group.count == 1) {
        group.mean = element.value;
        return;
      }
      const double delta = element.value - group.mean;
      group.mean += delta / group.count;
      group.value += delta * (element.value - group.mean);
      return;
    }
    case Op::kQuantile:
      return group.values.push_back(element.value);
    case Op::kTopk:
    case Op::kBottomk:
      return group.members.push_back(&element);
    default:
      return group.all.add(op, element.value);
  }
}

// The best first; NaN is the worst for both.
void append_best(const Group& group, std::size_t k, Op op, Vector& result) {
  std::vector<const Element*> members = group.members;
  std::stable_sort(members.begin(), members.end(), [op](const Element* a, const Element* b) {
    if (std::isnan(a->value) || std::isnan(b->value)) return !std::isnan(a->value) && std::isnan(b->value);
    return op == Op::kTopk ? a->value > b->value : a->value < b->value;
  });
  members.resize(std::min(members.size(), k));
  for (const Element* member : members) result.push_back(*member);
}

double result_of(Op op, Group& group, double parameter) {
  if (op == Op::kStdvar) return group.value / group.count;
  if (op == Op::kStddev) return std::sqrt(group.value / group.count);
  if (op == Op::kQuantile) return quantile(parameter, group.values);
  return group.all.result(op);
}

std::vector<std::string> grouping_of(const Aggregation& what, const Value& parameter) {
  std::vector<std::string> names = what.names;
  if (what.op == Op::kCountValues && !what.without) {
    names.insert(std::lower_bound(names.begin(), names.end(), parameter.text), parameter.text);
  }
  return names;
}

}  // namespace

void Aggregate::add(Op op, double value) {
  const bool first = count_ == 0;
  count_ += 1;
  if (op == Op::kSum || op == Op::kAvg) return sum_.add(value);
  const bool is_better = op == Op::kMin ? best_ > value : op == Op::kMax && best_ < value;
  if (first || is_better || std::isnan(best_)) best_ = value;
}

double Aggregate::result(Op op) const {
  switch (op) {
    case Op::kSum:
      return sum_.sum();
    case Op::kAvg:
      return sum_.mean(count_);
    case Op::kMin:
    case Op::kMax:
      return best_;
    case Op::kGroup:
      return 1;
    default:  // count and count_values
      return count_;
  }
}

Result<Vector> aggregate(const Aggregation& what, const Value& parameter, const Vector& input) {
  const bool takes_members = what.op == Op::kTopk || what.op == Op::kBottomk;
  std::size_t k = 0;
  if (takes_members) {
    if (std::isnan(parameter.scalar) || std::fabs(parameter.scalar) > 9e18) {
      return Error{std::string("'") + to_string(what.op) + "' needs a number of series, not " +
                   number_text(parameter.scalar)};
    }
    if (parameter.scalar < 1) return Vector{};
    k = static_cast<std::size_t>(parameter.scalar);
  }
  if (what.op == Op::kCountValues && !is_label_name(parameter.text)) {
    return Error{"'" + parameter.text + "' is not a name for a label"};
  }
  const std::vector<std::string> names = grouping_of(what, parameter);
  std::unordered_map<LabelSet, std::size_t, LabelSetHash> places;
  std::vector<Group> groups;
  for (const Element& element : input) {
    LabelSet labels = element.labels;
    if (what.op == Op::kCountValues) labels = labels.with(parameter.text, number_text_plain(element.value));
    LabelSet key = what.without ? labels.without(names) : labels.only(names);
    const auto [place, is_new] = places.emplace(key, groups.size());
    if (is_new) groups.push_back({.labels = std::move(key)});
    add(what.op, groups[place->second], element);
  }
  Vector result;
  result.reserve(groups.size());
  for (Group& group : groups) {
    if (takes_members)
      append_best(group, k, what.op, result);
    else
      result.push_back({group.labels, result_of(what.op, group, parameter.scalar)});
  }
  return result;
}

}  // namespace hotspot::rules
