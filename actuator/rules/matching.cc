// Operations between two vectors. The rules are those of Prometheus's engine: each value of the "one" side has its own
// key, and an operation that would have to choose between two is an error, never a guess.
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actuator/rules/evaluate.h"

namespace hotspot::rules {
namespace {

using KeySet = std::unordered_set<LabelKey, LabelKeyHash>;

// With the name, which comparisons keep.
LabelKey whole_key(const LabelSet& labels) {
  LabelKey key = key_of(labels, kAllLabels);
  key.name = labels.name;
  return key;
}

LabelSet matched_labels(const Binary& what, const LabelSet& many, const LabelSet& one) {
  const Matching& matching = what.matching;
  LabelSet labels = many;
  if (!is_comparison(what.op) || what.returns_bool) labels.name = nullptr;
  if (matching.grouping == Grouping::kNone) {
    labels.present = labels.present & matching.mask;
    if (matching.on) labels.name = nullptr;
  }
  for (const Label label : kLabels) {
    if (matching.include_mask.has(label)) labels.copy(label, one);
  }
  return labels;
}

Error repeated_on_one_side(const Matching& matching, const Element& a, const Element& b) {
  const char* side = matching.grouping == Grouping::kRight ? "left" : "right";
  LabelSet key = a.labels;
  key.present = key.present & matching.mask;
  return {"on the " + std::string(side) + " side two values have the matching labels " + key.describe() + ": " +
          a.labels.describe() + " and " + b.labels.describe()};
}

class Matcher {
 public:
  explicit Matcher(const Binary& what) : what_(what), matching_(what.matching) {}

  Result<Vector> run(const Vector& many, const Vector& one) {
    if (many.empty() || one.empty()) return Vector{};
    std::unordered_map<LabelKey, const Element*, LabelKeyHash> ones;
    ones.reserve(one.size());
    for (const Element& element : one) {
      const auto [place, is_new] = ones.emplace(key_of(element.labels, matching_.mask), &element);
      if (!is_new) return repeated_on_one_side(matching_, *place->second, element);
    }
    Vector result;
    result.reserve(many.size());
    for (const Element& element : many) {
      const LabelKey key = key_of(element.labels, matching_.mask);
      const auto found = ones.find(key);
      if (found == ones.end()) continue;
      std::optional<Element> made = pair(element, *found->second);
      if (!made) continue;
      if (auto error = claim(key, made->labels)) return *std::move(error);
      result.push_back(*made);
    }
    return result;
  }

 private:
  // Empty: the comparison does not hold.
  std::optional<Element> pair(const Element& many, const Element& one) const {
    const bool swapped = matching_.grouping == Grouping::kRight;
    const double left = swapped ? one.value : many.value;
    const double right = swapped ? many.value : one.value;
    double value = 0;
    if (!is_comparison(what_.op)) {
      value = calculate(what_.op, left, right);
    } else if (const bool holds = compare(what_.op, left, right); what_.returns_bool) {
      value = holds ? 1 : 0;
    } else if (holds) {
      value = left;
    } else {
      return std::nullopt;
    }
    return Element{matched_labels(what_, many.labels, one.labels), value};
  }

  std::optional<Error> claim(const LabelKey& key, const LabelSet& labels) {
    if (matching_.grouping == Grouping::kNone) {
      if (used_.insert(key).second) return std::nullopt;
      return Error{"on the left side several values match one on the right, " + labels.describe() +
                   "; say so with group_left()"};
    }
    if (used_.insert(whole_key(labels)).second) return std::nullopt;
    return Error{"two results have the labels " + labels.describe()};
  }

  const Binary& what_;
  const Matching& matching_;
  KeySet used_;
};

KeySet keys_of(const Vector& vector, LabelMask mask) {
  KeySet keys;
  keys.reserve(vector.size());
  for (const Element& element : vector) keys.insert(key_of(element.labels, mask));
  return keys;
}

}  // namespace

Result<Vector> match_vectors(const Binary& what, Vector left, Vector right) {
  const bool swapped = what.matching.grouping == Grouping::kRight;
  return swapped ? Matcher(what).run(right, left) : Matcher(what).run(left, right);
}

Vector combine_sets(const Binary& what, Vector left, Vector right) {
  const LabelMask mask = what.matching.mask;
  const bool is_or = what.op == BinaryOp::kOr;
  const KeySet keys = keys_of(is_or ? left : right, mask);
  if (is_or) {
    for (Element& element : right) {
      if (!keys.contains(key_of(element.labels, mask))) left.push_back(element);
    }
    return left;
  }
  const bool wanted = what.op == BinaryOp::kAnd;
  std::erase_if(left, [&](const Element& element) { return keys.contains(key_of(element.labels, mask)) != wanted; });
  return left;
}

}  // namespace hotspot::rules
