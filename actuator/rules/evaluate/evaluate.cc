#include "actuator/rules/evaluate/evaluate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>

#include "actuator/rules/evaluate/function_bodies.h"
#include "actuator/rules/evaluate/operations.h"
#include "telemetry/units.h"

namespace hotspot::rules {
namespace {

Value scalar(double value) { return {.type = ValueType::kScalar, .scalar = value}; }
Value vector(Vector elements) { return {.type = ValueType::kVector, .vector = std::move(elements)}; }
Result<Value> vector(Result<Vector> elements) {
  if (!elements) return elements.error();
  return vector(std::move(elements).value());
}

double clamp(double value, double least, double most) {
  if (std::isnan(value) || std::isnan(least) || std::isnan(most)) return std::numeric_limits<double>::quiet_NaN();
  return std::max(least, std::min(most, value));
}

// Labels are compared, copied and hashed: a value with labels costs this many operations.
constexpr std::size_t kOfElement = 4;

class Evaluator {
 public:
  Evaluator(const Store& store, WallTime time, const EvaluateOptions& options)
      : store_(store), query_ms_(to_unix_ms(time)), options_(options) {}

  Result<Value> run(const Expression& expression, std::int64_t time_ms) {
    if (auto paid = spend(1); !paid) return paid.error();
    return std::visit([&](const auto& what) { return value_of(what, time_ms); }, expression.what);
  }

 private:
  Result<Value> value_of(const NumberLiteral& what, std::int64_t) { return scalar(what.value); }
  Result<Value> value_of(const StringLiteral& what, std::int64_t) {
    return Value{.type = ValueType::kString, .text = what.value};
  }

  std::int64_t shifted(const Timing& timing, std::int64_t time_ms) const {
    const std::int64_t base = timing.at ? to_unix_ms(*timing.at) : timing.at_query ? query_ms_ : time_ms;
    return base - timing.offset.count();
  }

  const std::vector<Store::Series>& series_of(const Selector& what) {
    const auto [place, is_new] = selected_.try_emplace(&what);
    if (is_new) place->second = store_.select(what.name.text, what.matchers);
    return place->second;
  }

  std::int64_t lookback(const Table& table) const {
    return (options_.lookback_of ? options_.lookback_of(table) : options_.lookback).count();
  }

  Result<void> spend(std::size_t operations) {
    if (options_.budget == nullptr || options_.budget->spend(operations)) return {};
    return Error{"more than " + large_number(static_cast<double>(options_.budget->most())) +
                 " operations in one evaluation"};
  }

  Result<void> count(std::size_t samples) {
    samples_ += samples;
    if (auto paid = spend(samples); !paid) return paid.error();
    if (samples_ <= options_.max_samples) return {};
    return Error{"more than " + std::to_string(options_.max_samples) + " samples in one evaluation"};
  }

  Result<Value> value_of(const Selector& what, std::int64_t time_ms) {
    const std::int64_t at = shifted(what.timing, time_ms);
    if (what.range) return ranges_of(what, at);
    Vector selected;
    if (auto paid = spend(series_of(what).size() * kOfElement); !paid) return paid.error();
    for (const Store::Series& series : series_of(what)) {
      if (const auto sample = series.at(at, lookback(*series.table)))
        selected.push_back({series.labels(), sample->value});
    }
    if (auto counted = count(selected.size()); !counted) return counted.error();
    return vector(std::move(selected));
  }

  Result<Value> ranges_of(const Selector& what, std::int64_t to) {
    Matrix matrix;
    if (auto paid = spend(series_of(what).size()); !paid) return paid.error();
    for (const Store::Series& series : series_of(what)) {
      Range range;
      series.range(to - what.range->count(), to, range.samples);
      if (range.samples.empty()) continue;
      if (auto counted = count(range.samples.size()); !counted) return counted.error();
      range.labels = series.labels();
      matrix.push_back(std::move(range));
    }
    return Value{.type = ValueType::kRange, .matrix = std::move(matrix)};
  }

  // Starts at a multiple of the step, as in Prometheus.
  Result<Value> value_of(const Subquery& what, std::int64_t time_ms) {
    const std::int64_t to = shifted(what.timing, time_ms);
    const std::int64_t from = to - what.range.count();
    const std::int64_t step =
        std::max<std::int64_t>((what.step > Milliseconds(0) ? what.step : options_.subquery_step).count(), 1);
    std::int64_t at = from / step * step;
    if (at < from) at += step;
    Matrix matrix;
    std::unordered_map<LabelSet, std::size_t, LabelSetHash> places;
    for (; at <= to; at += step) {
      if (++steps_ > options_.max_steps) {
        return Error{"more than " + std::to_string(options_.max_steps) + " steps in subqueries; take larger steps"};
      }
      Result<Value> value = run(*what.operand, at);
      if (!value) return value;
      if (auto counted = count(value->vector.size() + 1); !counted) return counted.error();
      if (auto paid = spend(value->vector.size() * (kOfElement - 1)); !paid) return paid.error();
      for (const Element& element : value->vector) {
        const auto [place, is_new] = places.emplace(element.labels, matrix.size());
        if (is_new) matrix.push_back({element.labels, {}});
        matrix[place->second].samples.push_back({at, element.value});
      }
    }
    return Value{.type = ValueType::kRange, .matrix = std::move(matrix)};
  }

  Result<Value> value_of(const Unary& what, std::int64_t time_ms) {
    Result<Value> inside = run(*what.operand, time_ms);
    if (!inside || !what.negate) return inside;
    if (inside->type == ValueType::kScalar) return scalar(-inside->scalar);
    for (Element& element : inside->vector) element.value = -element.value;
    return vector(without_names(std::move(inside->vector)));
  }

  Result<Value> value_of(const Aggregation& what, std::int64_t time_ms) {
    Value parameter;
    if (what.parameter) {
      Result<Value> made = run(*what.parameter, time_ms);
      if (!made) return made;
      parameter = std::move(made).value();
    }
    Result<Value> inside = run(*what.operand, time_ms);
    if (!inside) return inside;
    if (auto paid = spend(inside->vector.size() * kOfElement); !paid) return paid.error();
    return vector(aggregate(what, parameter, inside->vector));
  }

  Result<Value> value_of(const Binary& what, std::int64_t time_ms) {
    Result<Value> left = run(*what.left, time_ms);
    if (!left) return left;
    Result<Value> right = run(*what.right, time_ms);
    if (!right) return right;
    if (auto paid = spend((left->vector.size() + right->vector.size()) * kOfElement); !paid) return paid.error();
    const bool left_scalar = left->type == ValueType::kScalar;
    const bool right_scalar = right->type == ValueType::kScalar;
    if (left_scalar && right_scalar) {
      if (is_comparison(what.op)) return scalar(compare(what.op, left->scalar, right->scalar) ? 1 : 0);
      return scalar(calculate(what.op, left->scalar, right->scalar));
    }
    if (left_scalar) return with_scalar(what, right->vector, left->scalar, Side::kLeft);
    if (right_scalar) return with_scalar(what, left->vector, right->scalar, Side::kRight);
    if (is_set_operation(what.op)) return vector(combine_sets(what, std::move(left->vector), right->vector));
    Result<Vector> matched = match_vectors(what, left->vector, right->vector);
    if (!matched) return matched.error();
    return unique(std::move(matched).value());
  }

  static Result<Value> unique(Vector elements) {
    if (const Element* repeated = find_repeated(elements)) {
      return Error{"two results have the labels " + repeated->labels.describe()};
    }
    return vector(std::move(elements));
  }

  enum class Side { kLeft, kRight };

  static Result<Value> with_scalar(const Binary& what, const Vector& elements, double number, Side side_of_number) {
    Vector kept;
    kept.reserve(elements.size());
    for (const Element& element : elements) {
      const double left = side_of_number == Side::kLeft ? number : element.value;
      const double right = side_of_number == Side::kLeft ? element.value : number;
      if (!is_comparison(what.op)) {
        kept.push_back({element.labels, calculate(what.op, left, right)});
      } else if (const bool holds = compare(what.op, left, right); what.returns_bool) {
        kept.push_back({element.labels, holds ? 1.0 : 0.0});
      } else if (holds) {
        kept.push_back(element);
      }
    }
    const bool keeps_name = (is_comparison(what.op) && !what.returns_bool) || what.op == BinaryOp::kAtan2;
    if (keeps_name) return vector(std::move(kept));
    return vector(without_names(std::move(kept)));
  }

  Result<Value> value_of(const Call& what, std::int64_t time_ms) {
    const Function& function = *what.function;
    if (function.special == Special::kTimestamp) return timestamps(*what.arguments[0], time_ms);
    std::vector<Value> arguments;
    for (const ExpressionPtr& argument : what.arguments) {
      Result<Value> value = run(*argument, time_ms);
      if (!value) return value;
      if (auto paid = spend(value->vector.size() * kOfElement); !paid) return paid.error();
      arguments.push_back(std::move(value).value());
    }
    const FunctionBody& body = body_of(function);
    if (body.over_range != nullptr) return over_ranges(what, arguments, time_ms);
    if (body.of_value != nullptr) {
      if (arguments.empty()) return vector(Vector{{{}, body.of_value(to_seconds(Milliseconds(time_ms)))}});
      for (Element& element : arguments[0].vector) element.value = body.of_value(element.value);
      return vector(without_names(std::move(arguments[0].vector)));
    }
    return special(what, std::move(arguments), time_ms);
  }

  // The bounds of a range argument, for functions that need them.
  std::pair<std::int64_t, std::int64_t> bounds_of(const Expression& argument, std::int64_t time_ms) const {
    if (const auto* selector = std::get_if<Selector>(&argument.what)) {
      const std::int64_t to = shifted(selector->timing, time_ms);
      return {to - selector->range->count(), to};
    }
    const auto& subquery = std::get<Subquery>(argument.what);
    const std::int64_t to = shifted(subquery.timing, time_ms);
    return {to - subquery.range.count(), to};
  }

  Result<Value> over_ranges(const Call& what, const std::vector<Value>& arguments, std::int64_t time_ms) {
    RangeInput input{.time_ms = time_ms};
    const Matrix* matrix = nullptr;
    int numbers = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i].type == ValueType::kRange) {
        matrix = &arguments[i].matrix;
        std::tie(input.from_ms, input.to_ms) = bounds_of(*what.arguments[i], time_ms);
      } else {
        (numbers++ == 0 ? input.first : input.second) = arguments[i].scalar;
      }
    }
    if (what.function->name == "holt_winters" && !matrix->empty()) {
      for (const double factor : {input.first, input.second}) {
        if (!(factor > 0 && factor < 1)) return Error{"the factors of holt_winters lie between 0 and 1"};
      }
    }
    Vector result;
    const auto over_range = body_of(*what.function).over_range;
    for (const Range& range : *matrix) {
      input.samples = range.samples;
      if (const auto value = over_range(input)) result.push_back({range.labels, *value});
    }
    if (what.function->keeps_name) return vector(std::move(result));
    return vector(without_names(std::move(result)));
  }

  // For a plain selector, when its samples were taken; otherwise the time of the evaluation.
  Result<Value> timestamps(const Expression& argument, std::int64_t time_ms) {
    if (const auto* selector = std::get_if<Selector>(&argument.what)) {
      Vector times;
      for (const Store::Series& series : series_of(*selector)) {
        const auto sample = series.at(shifted(selector->timing, time_ms), lookback(*series.table));
        if (sample) times.push_back({series.labels(), to_seconds(Milliseconds(sample->time_ms))});
      }
      return vector(without_names(std::move(times)));
    }
    Result<Value> inside = run(argument, time_ms);
    if (!inside) return inside;
    for (Element& element : inside->vector) element.value = to_seconds(Milliseconds(time_ms));
    return vector(without_names(std::move(inside->vector)));
  }

  template <typename Change>
  static Result<Value> changed(Vector elements, Change change) {
    for (Element& element : elements) element.value = change(element.value);
    return vector(without_names(std::move(elements)));
  }

  Result<Value> special(const Call& what, std::vector<Value> arguments, std::int64_t time_ms) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    switch (what.function->special) {
      case Special::kTime:
        return scalar(to_seconds(Milliseconds(time_ms)));
      case Special::kPi:
        return scalar(std::numbers::pi);
      case Special::kVector:
        return vector(Vector{{{}, arguments[0].scalar}});
      case Special::kScalar:
        return scalar(arguments[0].vector.size() == 1 ? arguments[0].vector[0].value
                                                      : std::numeric_limits<double>::quiet_NaN());
      case Special::kClamp:
        if (arguments[2].scalar < arguments[1].scalar) return vector(Vector{});
        return clamped(std::move(arguments[0].vector), arguments[1].scalar, arguments[2].scalar);
      case Special::kClampMin:
        return clamped(std::move(arguments[0].vector), arguments[1].scalar, kInfinity);
      case Special::kClampMax:
        return clamped(std::move(arguments[0].vector), -kInfinity, arguments[1].scalar);
      case Special::kRound:
        return rounded(std::move(arguments[0].vector), arguments.size() > 1 ? arguments[1].scalar : 1);
      case Special::kSort:
      case Special::kSortDesc:
        return sorted(std::move(arguments[0].vector), what.function->special == Special::kSortDesc);
      case Special::kAbsent:
      case Special::kAbsentOverTime:
        if (!arguments[0].vector.empty() || !arguments[0].matrix.empty()) return vector(Vector{});
        return vector(Vector{{absent_labels(*what.arguments[0]), 1}});
      case Special::kHistogramQuantile:
        return vector(histogram_quantile(arguments[0].scalar, arguments[1].vector));
      case Special::kOfNativeHistograms:
        return vector(Vector{});
      case Special::kLabelReplace:
        return replaced(std::move(arguments));
      case Special::kLabelJoin:
        return joined(std::move(arguments));
      default:
        return Error{"'" + what.name.text + "' cannot be evaluated"};
    }
  }

  static Result<Value> clamped(Vector elements, double least, double most) {
    return changed(std::move(elements), [&](double v) { return clamp(v, least, most); });
  }

  static Result<Value> rounded(Vector elements, double step) {
    const double inverse = 1 / step;  // dividing by it keeps more digits of steps such as 0.1
    return changed(std::move(elements), [&](double v) { return std::floor(v * inverse + 0.5) / inverse; });
  }

  // NaN comes last in both directions.
  static Result<Value> sorted(Vector elements, bool descending) {
    std::stable_sort(elements.begin(), elements.end(), [descending](const Element& a, const Element& b) {
      if (std::isnan(a.value) || std::isnan(b.value)) return !std::isnan(a.value) && std::isnan(b.value);
      return descending ? a.value > b.value : a.value < b.value;
    });
    return vector(std::move(elements));
  }

  static Result<Value> replaced(std::vector<Value> arguments) {
    auto regex = Regex::compile(arguments[4].text);
    if (!regex) return Error{"bad regular expression: " + regex.error().message};
    const LabelReplace how{arguments[1].text, arguments[2].text, arguments[3].text, std::move(regex).value()};
    return vector(label_replace(how, std::move(arguments[0].vector)));
  }

  static Result<Value> joined(std::vector<Value> arguments) {
    std::vector<std::string> sources;
    for (std::size_t i = 3; i < arguments.size(); ++i) sources.push_back(arguments[i].text);
    return vector(label_join(arguments[1].text, arguments[2].text, sources, std::move(arguments[0].vector)));
  }

  const Store& store_;
  std::int64_t query_ms_;
  const EvaluateOptions& options_;
  std::unordered_map<const Selector*, std::vector<Store::Series>> selected_;
  std::size_t samples_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

Result<Value> evaluate(const Expression& expression, const Store& store, WallTime time,
                       const EvaluateOptions& options) {
  return Evaluator(store, time, options).run(expression, to_unix_ms(time));
}

}  // namespace hotspot::rules
