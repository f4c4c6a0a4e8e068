// Texts with values: "{{ $labels.domain }} uses {{ $value | humanizePercentage }}", in labels and annotations.
//
// Go's text/template with Prometheus' functions (2.42, and toDuration, now and urlQueryEscape of 3.x). template/ is the
// inside. A text whose syntax is wrong is refused when the file is read; what goes wrong while it is expanded, as in
// Prometheus, becomes part of the text: "<error expanding template: …>". Bounded in time and size. PURE.
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

// By their text. What cannot be parsed is kept too, as its error.
using ParsedTemplates =
    std::map<std::string, std::shared_ptr<const Result<templates::Template, TextProblem>>, std::less<>>;

// What templates see besides the alert.
struct TemplateWorld {
  std::map<std::string, std::string> external_labels;
  std::string external_url;
  WallTime now{};
  // The values of an expression; empty: there are none to ask for.
  std::function<Result<Vector>(const std::string& expression)> query;
  // So that a rule's template is parsed once for all its alerts. Null: it is parsed each time.
  std::shared_ptr<ParsedTemplates> parsed;
};

struct TemplateAlert {
  std::string_view rule;  // its name
  double value = 0;
  const std::map<std::string, std::string>& labels;  // with __name__ where the expression keeps it
};

// What `query` in the template asks for, as far as it stands there: texts, and printf's formats with their verbs
// filled.
std::vector<std::string> queries_of(std::string_view text);

// What is wrong in the template, with offsets into the text. `possible`: the labels that values may have; one that they
// never have is a warning, for it is always "".
std::vector<TextProblem> check_template(std::string_view text, const LabelNames& possible);

std::string expand_template(std::string_view text, const TemplateAlert& alert, const TemplateWorld& world);
std::string expand_template(std::string_view text, double value, const std::map<std::string, std::string>& labels);

// For TemplateWorld::query: by our own engine. The store and what the options point to must outlive it; all queries
// together cost at most `most_operations`.
std::function<Result<Vector>(const std::string&)> template_query(const Store& store, WallTime now,
                                                                 EvaluateOptions options, std::size_t most_operations);

// The metric's name that all values of the expression keep: of `up == 0` it is `up`. "" if there is none.
std::string kept_name(const Expression& expression);

}  // namespace hotspot::rules
