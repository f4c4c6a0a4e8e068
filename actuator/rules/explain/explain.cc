#include "actuator/rules/explain/explain.h"

#include <algorithm>

#include "common/text/duration.h"

namespace hotspot::rules {
namespace {

std::string in_one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

bool is_literal(const Expression& expression) {
  return std::holds_alternative<NumberLiteral>(expression.what) ||
         std::holds_alternative<StringLiteral>(expression.what);
}

// Can it drop values?
bool decides(const Expression& expression) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  return binary != nullptr && !binary->returns_bool && (is_comparison(binary->op) || is_set_operation(binary->op)) &&
         expression.type == ValueType::kVector;
}

class Explainer {
 public:
  explicit Explainer(const ExplainInput& input) : input_(input) {}

  // Returns the index of the part.
  std::size_t add(const Expression& expression, int depth) {
    const std::size_t place = parts_.size();
    parts_.push_back(part(expression, depth));
    bool has_input = false;
    for (const Expression* inner : parts_of(expression)) {
      if (is_literal(*inner)) continue;
      const std::size_t inner_place = add(*inner, depth + 1);
      has_input = has_input || !parts_[inner_place].values.empty();
    }
    if (parts_[place].verdict == Verdict::kNoValue && decides(expression) && has_input) {
      parts_[place].verdict = Verdict::kFails;
    }
    return place;
  }

  std::vector<ExplainedPart> take() { return std::move(parts_); }

 private:
  ExplainedPart part(const Expression& expression, int depth) const {
    ExplainedPart one;
    one.depth = depth;
    one.text = in_one_line(input_.text.substr(expression.offset, expression.end - expression.offset));
    one.type = expression.type;
    const auto value = evaluate(expression, input_.store, input_.time, input_.options);
    if (!value) {
      one.verdict = Verdict::kError;
      one.error = value.error().message;
      return one;
    }
    if (value->type == ValueType::kScalar) one.values.push_back({{}, value->scalar, 1});
    for (const Element& element : value->vector) {
      if (input_.filter.matches(element.labels)) one.values.push_back({element.labels.map(), element.value, 1});
    }
    for (const Range& range : value->matrix) {
      if (!range.samples.empty() && input_.filter.matches(range.labels)) {
        one.values.push_back({range.labels.map(), range.samples.back().value, range.samples.size()});
      }
    }
    if (one.values.empty() && value->type != ValueType::kString) {
      one.verdict = Verdict::kNoValue;
    } else if (decides(expression)) {
      one.verdict = Verdict::kHolds;
    }
    return one;
  }

  const ExplainInput& input_;
  std::vector<ExplainedPart> parts_;
};

}  // namespace

bool SubjectFilter::matches(const LabelSet& labels) const {
  const auto fits = [&](std::string_view label, const std::string& wanted) {
    const std::string_view value = labels.get(label);
    return wanted.empty() || value.empty() || value == wanted;
  };
  return fits("node", node) && fits("domain", domain);
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValue:
      return "";
    case Verdict::kHolds:
      return "holds";
    case Verdict::kFails:
      return "does not hold";
    case Verdict::kNoValue:
      return "no data";
    case Verdict::kError:
      return "error";
  }
  return "";
}

std::vector<ExplainedPart> explain(const Expression& expression, const ExplainInput& input) {
  Explainer explainer(input);
  explainer.add(expression, 0);
  return explainer.take();
}

std::string for_text(const ForClause& clause) {
  if (const auto* samples = std::get_if<ForSamples>(&clause)) {
    return "in " + std::to_string(samples->k) + " of the last " + std::to_string(samples->n) + " samples";
  }
  const Milliseconds time = std::get<ForTime>(clause).time;
  return time.count() == 0 ? "at once" : "for " + text::duration_source(time) + " without a break";
}

}  // namespace hotspot::rules
