// Evaluates expressions over series, both as JSON, for promql_test.py.
//
//   evaluate_json < {"series": [{"labels": {…}, "samples": [[unix_ms, value or "NaN"…]]}],
//                    "queries": [{"expr": "…", "time_ms": 0}]}
// Prints a list with one {"error": "…"} or {"values": [[labels, value as text]]} for each query.
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"

namespace {

using namespace hotspot::rules;
using Json = nlohmann::json;

double number(const Json& json) {
  if (json.is_number()) return json.get<double>();
  const std::string text = json.get<std::string>();
  return text == "stale" ? stale_marker() : std::stod(text);
}

std::string text_of(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

Json labels_json(const LabelSet& labels) {
  Json all = labels.map();
  if (all.is_null()) all = Json::object();
  if (labels.has_name()) all["__name__"] = labels.name();
  return all;
}

Json answer(const Json& query, const Store& store) {
  ParsedExpression parsed = parse_expression(query.at("expr").get<std::string>());
  if (parsed.expression) check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
  for (const TextProblem& problem : parsed.problems) {
    if (problem.severity == Severity::kError) return {{"error", problem.message}};
  }
  const auto value =
      evaluate(*parsed.expression, store, hotspot::from_unix_ms(query.at("time_ms").get<std::int64_t>()));
  if (!value) return {{"error", value.error().message}};
  Json values = Json::array();
  if (value->type == ValueType::kScalar) values.push_back({Json::object(), text_of(value->scalar)});
  for (const Element& element : value->vector) values.push_back({labels_json(element.labels), text_of(element.value)});
  return {{"values", values}};
}

}  // namespace

int main() {
  const Json input = Json::parse(std::cin);
  Store store;
  for (const Json& series : input.at("series")) {
    const LabelSet labels(series.at("labels").get<std::map<std::string, std::string>>());
    std::vector<Sample> samples;
    for (const Json& sample : series.at("samples"))
      samples.push_back({sample[0].get<std::int64_t>(), number(sample[1])});
    store.append_many(labels, samples);
  }
  Json answers = Json::array();
  for (const Json& query : input.at("queries")) answers.push_back(answer(query, store));
  std::cout << answers.dump() << "\n";
}
