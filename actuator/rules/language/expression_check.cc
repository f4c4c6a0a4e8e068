// Checks an expression: resolves series and labels, and determines what each part returns.
#include "actuator/rules/language/expression_check.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "actuator/model/cluster_series.h"
#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/check_notes.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_units.h"
#include "actuator/rules/language/functions.h"
#include "actuator/rules/language/grammar_words.h"
#include "actuator/rules/language/meant_words.h"
#include "common/text/nearest.h"
#include "common/text/words.h"

namespace hotspot::rules {
namespace {

class Checker {
 public:
  // Without a destination, problems that are expensive to find are not searched for.
  Checker(std::vector<TextProblem>* problems, const KnownSeries& known) : notes_(problems), known_(known) {}

  ExpressionFacts check(Expression& expression) {
    const ExpressionFacts facts = std::visit([&](auto& what) { return facts_of(expression, what); }, expression.what);
    expression.type = facts.type;
    return facts;
  }

 private:
  ExpressionFacts facts_of(Expression&, NumberLiteral&) { return {}; }

  ExpressionFacts facts_of(Expression&, StringLiteral&) { return {.type = ValueType::kString}; }

  ExpressionFacts facts_of(Expression& whole, Selector& what) {
    ExpressionFacts facts = facts_of_series(what);
    facts.type = what.range ? ValueType::kRange : ValueType::kVector;
    facts.has_series = true;
    for (LabelMatcher& matcher : what.matchers) check_matcher(matcher, what, facts.possible_labels);
    if (what.timing.at && !known_.any_name) {
      notes_.warn(whole.offset, "'@' with a fixed time: samples are not kept for longer than the rules look back");
    }
    return facts;
  }

  ExpressionFacts facts_of_series(Selector& what) {
    const LabelNames any{{}, true};
    if (known_.any_name || what.name.text.empty()) return {.possible_labels = any};
    if (const auto recorded = known_.recorded.find(what.name.text); recorded != known_.recorded.end()) {
      return {.labels = recorded->second.labels, .possible_labels = recorded->second.possible_labels};
    }
    what.series = model::find_series(what.name.text);
    if (what.series == nullptr) {
      unknown_series(what.name);
      return {.possible_labels = {{"node", "domain", "vcpu", "device"}, false}};
    }
    const LabelNames labels = labels_of(what.series->scope);
    return {.labels = labels, .possible_labels = labels};
  }

  static LabelNames labels_of(model::Scope scope) {
    if (scope == model::Scope::kCluster) return {};
    if (scope == model::Scope::kResource) return {{"resource"}, false};
    LabelNames labels{{"node"}, false};
    if (scope != model::Scope::kNode) labels.names.insert("domain");
    if (scope == model::Scope::kVcpu) labels.names.insert("vcpu");
    if (scope == model::Scope::kDevice) labels.names.insert("device");
    return labels;
  }

  // The labels that a rule may use in by(…) and on(…).
  LabelNames universe() const {
    const LabelNames ours{{"node", "domain", "vcpu", "device", "resource"}, known_.any_name};
    return ours.with(known_.labels).with(made_);
  }

  void unknown_series(const Word& name) {
    if (!notes_.wanted()) return;
    std::vector<std::string_view> names;
    for (const model::SeriesInfo& series : model::series_catalog()) names.push_back(series.name);
    for (const auto& [recorded, facts] : known_.recorded) names.push_back(recorded);
    const std::string meant = meant_series(name.text, names);
    const std::string near = meant.empty() ? text::nearest(name.text, names) : meant;
    std::string more;
    if (near.empty()) {
      const auto alike = begin_alike(name.text, names);
      if (!alike.empty()) more = "; there are " + text::listed(alike);
      more += "; docs/metrics.md lists all there are";
    }
    notes_.add(name.offset, "unknown series " + quoted(name.text) + more, near);
  }

  // "domain_cpu_usage" may stand for any series that starts with "domain_cpu_".
  static std::vector<std::string_view> begin_alike(std::string_view name, const std::vector<std::string_view>& names) {
    constexpr std::size_t kMost = 8;
    const std::size_t first = name.find('_');
    const std::size_t second = first == std::string_view::npos ? first : name.find('_', first + 1);
    std::vector<std::string_view> alike;
    if (second == std::string_view::npos) return alike;
    std::copy_if(names.begin(), names.end(), std::back_inserter(alike),
                 [&](std::string_view known) { return known.starts_with(name.substr(0, second + 1)); });
    if (alike.size() > kMost) alike.resize(kMost);
    return alike;
  }

  void check_matcher(LabelMatcher& matcher, const Selector& what, const LabelNames& labels) {
    if (!notes_.wanted()) return;
    if (matcher.name.text == kNameLabel) {
      if (!what.name.text.empty()) notes_.add(matcher.name.offset, "the name of the series is given twice");
    } else if (!labels.has(matcher.name.text) && !what.name.text.empty()) {
      const auto names = label_names(labels);
      const std::string near = nearest_label(matcher.name.text, names);
      notes_.add(matcher.name.offset,
                 quoted(what.name.text) + " has no label " + quoted(matcher.name.text) +
                     (near.empty() ? (names.empty() ? "" : "; it has " + text::listed(names)) : ""),
                 near);
    }
    if (matcher.op == LabelMatcher::Op::kEqual || matcher.op == LabelMatcher::Op::kNotEqual) {
      const std::string& text = matcher.value.text;
      check_resource(matcher, what);
      if (text.find(".*") == std::string::npos && text.find(".+") == std::string::npos) return;
      const std::string sign = matcher.op == LabelMatcher::Op::kEqual ? "=" : "!";
      notes_.warn(matcher.value.offset,
                  quoted(text) + " is compared literally; for a pattern write " + quoted(sign + "~"));
      return;
    }
    auto regex = Regex::compile(matcher.value.text);
    if (regex) {
      matcher.regex = std::make_shared<const Regex>(std::move(regex).value());
    } else {
      // After the quote; exact if the string has no escape before that position.
      notes_.add(matcher.value.offset + 1 + regex.error().offset, "bad regular expression: " + regex.error().message);
    }
  }

  // The only label whose values are known beforehand.
  void check_resource(const LabelMatcher& matcher, const Selector& what) {
    const auto& known = model::kImbalanceResources;
    if (what.series == nullptr || what.series->scope != model::Scope::kResource || matcher.name.text != "resource")
      return;
    if (matcher.value.text.empty() || std::find(known.begin(), known.end(), matcher.value.text) != known.end()) return;
    notes_.add(unknown_word({.what = "resource", .word = matcher.value.text, .offset = matcher.value.offset + 1},
                            {known.begin(), known.end()}));
  }

  // "EXPR needs a set of series, this is a number".
  void want(const Expression& part, const ExpressionFacts& facts, ValueType wanted, const std::string& who) {
    if (facts.type == wanted) return;
    std::string message = who + " needs " + to_string(wanted) + ", this is " + to_string(facts.type);
    if (wanted == ValueType::kRange && facts.type == ValueType::kVector) {
      message += std::holds_alternative<Selector>(part.what) ? "; write how far back, such as [5m]"
                                                             : "; take a subquery, such as (…)[5m:30s]";
    }
    notes_.add(part.offset, message);
  }

  ExpressionFacts facts_of(Expression&, Unary& what) {
    ExpressionFacts facts = check(*what.operand);
    if (facts.type == ValueType::kRange || facts.type == ValueType::kString) {
      notes_.add(what.operand->offset,
                 std::string("a sign needs a number or a set of series, this is ") + to_string(facts.type));
    }
    return facts;
  }

  ExpressionFacts facts_of(Expression&, Subquery& what) {
    ExpressionFacts facts = check(*what.operand);
    want(*what.operand, facts, ValueType::kVector, "a subquery");
    facts.type = ValueType::kRange;
    return facts;
  }

  ExpressionFacts facts_of(Expression& whole, Aggregation& what) {
    LabelNames added;
    if (what.parameter) {
      const ExpressionFacts parameter = check(*what.parameter);
      const bool is_text = what.op == Aggregation::Op::kCountValues;
      want(*what.parameter, parameter, is_text ? ValueType::kString : ValueType::kScalar, quoted(to_string(what.op)));
      const auto* text = std::get_if<StringLiteral>(&what.parameter->what);
      if (is_text && text != nullptr) added.names.insert(text->value);
    }
    const ExpressionFacts inside = check(*what.operand);
    made_ = made_.with(added);
    check_labels(what.labels);
    const LabelNames named = names_of(what.names);
    if (inside.type == ValueType::kScalar)
      notes_.add(whole.offset, "there is only one value to aggregate, a number; a series is needed");
    else
      want(*what.operand, inside, ValueType::kVector, quoted(to_string(what.op)));
    const bool keeps = what.op == Aggregation::Op::kTopk || what.op == Aggregation::Op::kBottomk;
    ExpressionFacts facts{ValueType::kVector, {}, {}, inside.filters, inside.has_series};
    facts.labels = keeps ? inside.labels : what.without ? inside.labels.without(named) : inside.labels.only(named);
    facts.possible_labels = keeps          ? inside.possible_labels
                            : what.without ? inside.possible_labels.without(named)
                                           : inside.possible_labels.only(named);
    facts.labels = facts.labels.with(added);
    facts.possible_labels = facts.possible_labels.with(added);
    if (keeps) facts.filters = true;
    return facts;
  }

  void check_labels(const std::vector<Word>& words) {
    if (!notes_.wanted() || words.empty()) return;
    const LabelNames all = universe();
    for (const Word& word : words) {
      if (word.text == kNameLabel || all.has(word.text)) continue;
      const auto names = label_names(all);
      TextProblem problem = unknown_word({.what = "label", .word = word.text, .offset = word.offset}, names);
      const std::string meant = meant_label(word.text, names);
      if (!meant.empty()) problem = {word.offset, "unknown label " + quoted(word.text), meant};
      notes_.add(std::move(problem));
    }
  }

  ExpressionFacts facts_of(Expression& whole, Call& what) {
    const Function& function = *what.function;
    check_count(whole, what);
    std::vector<ExpressionFacts> arguments;
    ExpressionFacts facts;
    for (std::size_t i = 0; i < what.arguments.size(); ++i) {
      arguments.push_back(check(*what.arguments[i]));
      const bool known = function.most != 0 && (function.most < 0 || i < static_cast<std::size_t>(function.most));
      if (known) want(*what.arguments[i], arguments[i], function.argument(i), quoted(function.name));
      facts.has_series = facts.has_series || arguments[i].has_series;
      const bool has_labels = arguments[i].type == ValueType::kVector || arguments[i].type == ValueType::kRange;
      if (!has_labels || function.result != ValueType::kVector) continue;
      facts.labels = arguments[i].labels;
      facts.possible_labels = arguments[i].possible_labels;
      facts.filters = arguments[i].filters;
    }
    facts.type = function.result;
    special_facts(what, facts);
    return facts;
  }

  void check_count(const Expression& whole, const Call& what) {
    const Function& function = *what.function;
    const auto count = static_cast<int>(what.arguments.size());
    if (count >= function.least && (function.most < 0 || count <= function.most)) return;
    std::string wanted = std::to_string(function.least);
    if (function.most < 0) wanted += " or more";
    if (function.most > function.least) wanted += " or " + std::to_string(function.most);
    notes_.add(whole.offset, quoted(function.name) + " takes " + wanted + (wanted == "1" ? " argument" : " arguments") +
                                 ", here are " + std::to_string(count));
  }

  static const std::string* text_argument(const Call& what, std::size_t index) {
    if (index >= what.arguments.size()) return nullptr;
    const auto* text = std::get_if<StringLiteral>(&what.arguments[index]->what);
    return text == nullptr ? nullptr : &text->value;
  }

  void special_facts(const Call& what, ExpressionFacts& facts) {
    switch (what.function->special) {
      case Special::kAbsent:
      case Special::kAbsentOverTime:
        facts.filters = true;
        facts.labels = {};
        if (!what.arguments.empty()) {
          const LabelSet known = absent_labels(*what.arguments[0]);
          for (const auto& [name, value] : known.labels()) facts.labels.names.insert(name);
        }
        facts.possible_labels = facts.labels;
        return;
      case Special::kHistogramQuantile:
        facts.labels = facts.labels.without({{"le"}, false});
        facts.possible_labels = facts.possible_labels.without({{"le"}, false});
        return;
      case Special::kOfNativeHistograms:
        notes_.warn(what.name.offset,
                    quoted(what.function->name) +
                        " never has a result: it is for native histograms, and samples here are numbers");
        return;
      case Special::kLabelReplace:
        if (const std::string* pattern = text_argument(what, 4); pattern != nullptr && notes_.wanted()) {
          if (const auto regex = Regex::compile(*pattern); !regex) {
            notes_.add(what.arguments[4]->offset + 1 + regex.error().offset,
                       "bad regular expression: " + regex.error().message);
          }
        }
        return made_label(what, facts);
      case Special::kLabelJoin:
        return made_label(what, facts);
      default:
        return;
    }
  }

  void made_label(const Call& what, ExpressionFacts& facts) {
    const std::string* name = text_argument(what, 1);
    if (name == nullptr) return;
    if (!is_label_name(*name))
      return notes_.add(what.arguments[1]->offset, quoted(*name) + " is not a name for a label");
    facts.possible_labels.names.insert(*name);
    // A replacement may also remove the label.
    if (what.function->special == Special::kLabelReplace) facts.labels = facts.labels.without({{*name}, false});
    made_.names.insert(*name);
  }

  ExpressionFacts facts_of(Expression&, Binary& what) {
    const ExpressionFacts left = check(*what.left);
    const ExpressionFacts right = check(*what.right);
    check_labels(what.matching.labels);
    check_labels(what.matching.include);
    return check_binary(what, left, right, notes_);
  }

  CheckNotes notes_;
  const KnownSeries& known_;
  LabelNames made_;  // by label_replace and label_join
};

}  // namespace

// The most familiar labels first.
std::vector<std::string_view> label_names(const LabelNames& labels) {
  std::vector<std::string_view> names;
  for (const std::string_view known : {"node", "domain", "vcpu", "device"}) {
    if (labels.names.contains(known)) names.push_back(known);
  }
  for (const std::string& name : labels.names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

LabelNames names_of(const std::vector<std::string>& words) { return {{words.begin(), words.end()}, false}; }

ExpressionFacts check_expression(Expression& expression, std::vector<TextProblem>& problems, const KnownSeries& known) {
  const ExpressionFacts facts = Checker(&problems, known).check(expression);
  if (!known.any_name) warn_of_units(expression, problems);
  return facts;
}

ExpressionFacts facts_of_expression(Expression& expression, const KnownSeries& known) {
  return Checker(nullptr, known).check(expression);
}

}  // namespace hotspot::rules
