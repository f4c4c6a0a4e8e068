// Expands templates in labels and annotations: "{{ $labels.domain }} uses {{ $value | humanizePercentage }}".
//
// Go's text/template with Prometheus' functions (2.42, and toDuration, now and urlQueryEscape of 3.x). template/ has
// the implementation. A text with wrong syntax is refused when the file is read; an error during expansion becomes part
// of the text, as in Prometheus: "<error expanding template: …>". Bounded in time and size. PURE.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/language/labels.h"
#include "actuator/rules/language/quantity.h"
#include "actuator/rules/template/parser.h"

namespace hotspot::rules {

// By their text. Templates that cannot be parsed are kept too, as their error.
using ParsedTemplates =
    std::map<std::string, std::shared_ptr<const Result<templates::Template, TextProblem>>, std::less<>>;

// What templates can use besides the alert.
struct TemplateWorld {
  std::map<std::string, std::string> external_labels;
  std::string external_url;
  WallTime now{};
  // Evaluates an expression; empty: there is nothing to query.
  std::function<Result<Vector>(const std::string& expression)> query;
  // So that a rule's template is parsed once for all its alerts. Null: it is parsed each time.
  std::shared_ptr<ParsedTemplates> parsed;
};

struct TemplateAlert {
  std::string_view rule;  // its name
  double value = 0;
  const std::map<std::string, std::string>& labels;  // including __name__ if the expression keeps it
};

// The expressions that the template passes to `query`, as far as they are literal: texts, and formats of printf with
// their verbs filled in.
std::vector<std::string> queries_of(std::string_view text);

// The problems of the template, with offsets into the text. `possible`: the labels that values may have; using another
// one gives a warning, because it is always "".
std::vector<TextProblem> check_template(std::string_view text, const LabelNames& possible);

std::string expand_template(std::string_view text, const TemplateAlert& alert, const TemplateWorld& world);
std::string expand_template(std::string_view text, double value, const std::map<std::string, std::string>& labels);

// For TemplateWorld::query: evaluates with our own engine. The store and what the options point to must outlive it; all
// queries together cost at most `most_operations`.
std::function<Result<Vector>(const std::string&)> template_query(const Store& store, WallTime now,
                                                                 EvaluateOptions options, std::size_t most_operations);

// The metric name that all values of the expression keep: for `up == 0` it is `up`. "" if there is none.
std::string kept_name(const Expression& expression);

}  // namespace hotspot::rules
