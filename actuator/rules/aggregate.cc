// sum, avg, min, max, count, group: one value for each group of labels. NaN and infinities as in Prometheus.
#include <cmath>
#include <unordered_map>

#include "actuator/rules/evaluate.h"

namespace hotspot::rules {
namespace {

struct Group {
  LabelSet labels;
  double value = 0;
  double count = 0;
};

LabelSet group_labels(const LabelSet& from, LabelMask mask) {
  LabelSet labels = from;
  labels.name = nullptr;
  labels.present = labels.present & mask;
  return labels;
}

// A mean that does not overflow where the sum would.
void add_to_mean(Group& group, double value) {
  if (std::isinf(group.value)) {
    if (std::isinf(value) && (group.value > 0) == (value > 0)) return;
    if (!std::isinf(value) && !std::isnan(value)) return;
  }
  group.value += value / group.count - group.value / group.count;
}

void add(Aggregation::Op op, Group& group, double value) {
  group.count += 1;
  switch (op) {
    case Aggregation::Op::kSum:
      group.value += value;
      return;
    case Aggregation::Op::kAvg:
      return add_to_mean(group, value);
    case Aggregation::Op::kMin:
      if (group.value > value || std::isnan(group.value)) group.value = value;
      return;
    case Aggregation::Op::kMax:
      if (group.value < value || std::isnan(group.value)) group.value = value;
      return;
    case Aggregation::Op::kCount:
      group.value = group.count;
      return;
    case Aggregation::Op::kGroup:
      group.value = 1;
      return;
  }
}

double first_value(Aggregation::Op op, double value) {
  return op == Aggregation::Op::kCount || op == Aggregation::Op::kGroup ? 1 : value;
}

}  // namespace

Vector aggregate(const Aggregation& what, const Vector& input) {
  std::unordered_map<LabelKey, std::size_t, LabelKeyHash> places;
  std::vector<Group> groups;
  for (const Element& element : input) {
    const auto [place, is_new] = places.emplace(key_of(element.labels, what.mask), groups.size());
    if (is_new) {
      groups.push_back({group_labels(element.labels, what.mask), first_value(what.op, element.value), 1});
    } else {
      add(what.op, groups[place->second], element.value);
    }
  }
  Vector result;
  result.reserve(groups.size());
  for (const Group& group : groups) result.push_back({group.labels, group.value});
  return result;
}

}  // namespace hotspot::rules
