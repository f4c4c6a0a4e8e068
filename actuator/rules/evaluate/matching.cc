// Operations between two vectors, with the rules of Prometheus' engine: each value of the "one" side has a unique key,
// and an operation that would have to choose between two values is an error.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actuator/rules/evaluate/operations.h"

namespace hotspot::rules {
namespace {

using KeySet = std::unordered_set<LabelSet, LabelSetHash>;

// atan2 keeps the name, as in Prometheus 2.4x.
bool drops_name(BinaryOp op) { return !is_comparison(op) && !is_set_operation(op) && op != BinaryOp::kAtan2; }

LabelSet key_of(const LabelSet& labels, const Matching& matching) {
  return matching.on ? labels.only(matching.names) : labels.without(matching.names);
}

LabelSet matched_labels(const Binary& what, const LabelSet& many, const LabelSet& one) {
  const Matching& matching = what.matching;
  LabelSet labels = many;
  if (drops_name(what.op)) labels = labels.without_name();
  if (matching.grouping == Grouping::kNone && matching.on) {
    labels = labels.only(matching.names);
  } else if (matching.grouping == Grouping::kNone && !matching.names.empty()) {
    const bool names_name = std::binary_search(matching.names.begin(), matching.names.end(), kNameLabel, std::less<>());
    const auto name = names_name ? nullptr : labels.shared_name();
    labels = {name, labels.without(matching.names).shared_labels()};
  }
  for (const Word& label : matching.include) labels = labels.with(label.text, one.get(label.text));
  return what.returns_bool ? labels.without_name() : labels;
}

Error repeated_on_one_side(const Matching& matching, const Element& a, const Element& b) {
  const char* side = matching.grouping == Grouping::kRight ? "left" : "right";
  return {"on the " + std::string(side) + " side two values have the matching labels " +
          key_of(a.labels, matching).describe() + ": " + a.labels.without_name().describe() + " and " +
          b.labels.without_name().describe()};
}

class Matcher {
 public:
  explicit Matcher(const Binary& what) : what_(what), matching_(what.matching) {}

  Result<Vector> run(const Vector& many, const Vector& one) {
    if (many.empty() || one.empty()) return Vector{};
    std::unordered_map<LabelSet, const Element*, LabelSetHash> ones;
    ones.reserve(one.size());
    for (const Element& element : one) {
      const auto [place, is_new] = ones.emplace(key_of(element.labels, matching_), &element);
      if (!is_new) return repeated_on_one_side(matching_, *place->second, element);
    }
    Vector result;
    result.reserve(many.size());
    for (const Element& element : many) {
      LabelSet key = key_of(element.labels, matching_);
      const auto found = ones.find(key);
      if (found == ones.end()) continue;
      std::optional<Element> made = pair(element, *found->second);
      if (!made) continue;
      if (auto error = claim(std::move(key), made->labels)) return *std::move(error);
      result.push_back(*std::move(made));
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

  std::optional<Error> claim(LabelSet key, const LabelSet& labels) {
    if (matching_.grouping == Grouping::kNone) {
      if (used_.insert(std::move(key)).second) return std::nullopt;
      return Error{"on the left side several values match one on the right, " + labels.without_name().describe() +
                   "; say so with group_left()"};
    }
    if (used_.insert(labels).second) return std::nullopt;
    return Error{"two results have the labels " + labels.describe()};
  }

  const Binary& what_;
  const Matching& matching_;
  KeySet used_;
};

KeySet keys_of(const Vector& vector, const Matching& matching) {
  KeySet keys;
  keys.reserve(vector.size());
  for (const Element& element : vector) keys.insert(key_of(element.labels, matching));
  return keys;
}

}  // namespace

double calculate(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kAdd:
      return left + right;
    case BinaryOp::kSubtract:
      return left - right;
    case BinaryOp::kMultiply:
      return left * right;
    case BinaryOp::kDivide:
      return left / right;
    case BinaryOp::kModulo:
      return std::fmod(left, right);
    case BinaryOp::kPower:
      return std::pow(left, right);
    case BinaryOp::kAtan2:
      return std::atan2(left, right);
    default:
      return 0;
  }
}

bool compare(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kEqual:
      return left == right;
    case BinaryOp::kNotEqual:
      return left != right;
    case BinaryOp::kLess:
      return left < right;
    case BinaryOp::kLessEqual:
      return left <= right;
    case BinaryOp::kGreater:
      return left > right;
    case BinaryOp::kGreaterEqual:
      return left >= right;
    default:
      return false;
  }
}

Result<Vector> match_vectors(const Binary& what, const Vector& left, const Vector& right) {
  const bool swapped = what.matching.grouping == Grouping::kRight;
  return swapped ? Matcher(what).run(right, left) : Matcher(what).run(left, right);
}

Vector combine_sets(const Binary& what, Vector left, const Vector& right) {
  const bool is_or = what.op == BinaryOp::kOr;
  const KeySet keys = keys_of(is_or ? left : right, what.matching);
  if (is_or) {
    for (const Element& element : right) {
      if (!keys.contains(key_of(element.labels, what.matching))) left.push_back(element);
    }
    return left;
  }
  const bool wanted = what.op == BinaryOp::kAnd;
  std::erase_if(left,
                [&](const Element& element) { return keys.contains(key_of(element.labels, what.matching)) != wanted; });
  return left;
}

const Element* find_repeated(const Vector& vector) {
  KeySet seen;
  seen.reserve(vector.size());
  for (const Element& element : vector) {
    if (!seen.insert(element.labels).second) return &element;
  }
  return nullptr;
}

// Values of one series cannot collide: their labels differ.
Result<Vector> without_names(Vector elements) {
  const bool one_series = std::all_of(elements.begin(), elements.end(), [&](const Element& element) {
    return element.labels.name() == elements.front().labels.name();
  });
  for (Element& element : elements) element.labels = element.labels.without_name();
  if (one_series) return elements;
  if (const Element* repeated = find_repeated(elements)) {
    return Error{"two values have the labels " + repeated->labels.describe() +
                 " once the names of the series are gone"};
  }
  return elements;
}

}  // namespace hotspot::rules
