#include "actuator/rules/advice/advice.h"

#include <algorithm>
#include <cmath>

#include "actuator/rules/advice/condition.h"
#include "actuator/rules/humanize.h"
#include "actuator/rules/wording.h"

namespace hotspot::rules {
namespace {

Diagnostic warning(const Rule& rule, std::string message, std::string suggestion = "") {
  return {rule.file, rule.position, Severity::kWarning, std::move(message), std::move(suggestion)};
}

// Why the expression can never have a value; empty if it can, or if that is not certain.
std::string why_never(const Expression& expression, std::string_view text) {
  for (const auto& [key, condition] : conditions_of(expression, text)) {
    if (condition.interval.empty()) return "nothing can be what it asks of " + quoted(key) + " at once";
    const model::SeriesInfo* series = model::find_series(condition.series);
    if (series == nullptr || condition.interval.from > 1.05) continue;  // check() warns of a mark such as 90
    if (condition.interval.with(possible_values(*series)).empty()) {
      return quoted(condition.series) + " is never below 0";
    }
  }
  return "";
}

// How much a rule gives or takes in one step, by its first remedy of the kind; 0 if it has none.
double step_of(const Rule& rule, bool memory) {
  for (const Remedy& remedy : rule.remedies) {
    if (const auto* vcpus = std::get_if<ScaleVcpus>(&remedy); vcpus != nullptr && !memory) return vcpus->by;
    if (const auto* bytes = std::get_if<ScaleMemory>(&remedy); bytes != nullptr && memory) {
      return static_cast<double>(bytes->by_bytes);
    }
  }
  return 0;
}

// The least number of vCPUs that a domain has when the rule takes one away from it.
int least_vcpus(const Rule& rule) {
  for (const Remedy& remedy : rule.remedies) {
    if (const auto* vcpus = std::get_if<ScaleVcpus>(&remedy)) return std::max(1, vcpus->min.value_or(1));
  }
  return 1;
}

// By series, without what narrows the domains down: two rules over other domains are told apart by their matchers.
std::map<std::string, Interval> by_series(const Rule& rule) {
  std::map<std::string, Interval> result;
  for (const auto& [key, condition] : conditions_of(*rule.expression, rule.expression_text)) {
    const auto [place, is_new] = result.try_emplace(condition.series, condition.interval);
    if (!is_new) place->second = place->second.with(condition.interval);
  }
  return result;
}

// Do both ask for other nodes or domains by name?
bool speak_of_others(const Rule& a, const Rule& b) {
  for (const Selector* left : selectors_of(*a.expression)) {
    for (const Selector* right : selectors_of(*b.expression)) {
      for (const LabelMatcher& mine : left->matchers) {
        for (const LabelMatcher& other : right->matchers) {
          if (mine.name.text == other.name.text && mine.value.text != other.value.text) return true;
          const bool opposite = mine.op != other.op;
          if (mine.name.text == other.name.text && opposite) return true;
        }
      }
    }
  }
  return false;
}

std::string place_of(const Rule& rule) {
  return quoted(rule.name) + " (" + rule.file + ":" + std::to_string(rule.position.line) + ")";
}

// `gives` adds and `takes` takes away: does the one bring about what the other acts on?
std::string why_undone(const Rule& gives, const Rule& takes, bool memory) {
  if (speak_of_others(gives, takes)) return "";
  const auto low = by_series(takes);
  for (const auto& [series, high] : by_series(gives)) {
    const auto found = low.find(series);
    if (found == low.end()) continue;
    if (!high.with(found->second).empty()) {
      return place_of(takes) + " undoes it: both hold when " + quoted(series) + " is in between";
    }
    // From n vCPUs to n + by, the same work is n ÷ (n + by) of them.
    const int vcpus = least_vcpus(takes);
    const double after = high.from * vcpus / (vcpus + step_of(gives, memory));
    if (memory || series != "domain_cpu_ratio" || !std::isfinite(after) || found->second.to <= after) continue;
    return place_of(takes) + " undoes it: a domain of " + std::to_string(vcpus) + " vCPU at " +
           humanize_percentage(high.from) + " is at " + humanize_percentage(after) +
           " after the step, which is below " + humanize_percentage(found->second.to);
  }
  return "";
}

void order(std::vector<Diagnostic>& all, const std::vector<SourceFile>& files) {
  const auto place = [&](const Diagnostic& one) {
    return std::find_if(files.begin(), files.end(), [&](const SourceFile& file) { return file.path == one.file; }) -
           files.begin();
  };
  std::stable_sort(all.begin(), all.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return place(a) != place(b) ? place(a) < place(b) : a.position < b.position;
  });
}

bool fits_any(const LabelMatcher& matcher, const std::set<std::string>& values) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) { return matcher.matches(value); });
}

}  // namespace

std::vector<Diagnostic> advise(const RuleSet& rules, const std::vector<SourceFile>& files) {
  std::vector<Diagnostic> all;
  for (const Rule& rule : rules.rules) {
    const std::string never = why_never(*rule.expression, rule.expression_text);
    if (!never.empty()) all.push_back(warning(rule, quoted(rule.name) + " can never fire: " + never));
  }
  for (const Rule& gives : rules.rules) {
    for (const Rule& takes : rules.rules) {
      for (const bool memory : {false, true}) {
        if (step_of(gives, memory) <= 0 || step_of(takes, memory) >= 0) continue;
        const std::string why = why_undone(gives, takes, memory);
        if (!why.empty()) all.push_back(warning(gives, why));
      }
    }
  }
  order(all, files);
  return all;
}

std::vector<Diagnostic> advise_labels(const RuleSet& rules, const std::vector<SourceFile>& files,
                                      const LabelValues& values) {
  std::vector<Diagnostic> all;
  for (const Rule& rule : rules.rules) {
    for (const Selector* selector : selectors_of(*rule.expression)) {
      for (const LabelMatcher& matcher : selector->matchers) {
        const auto known = values.find(matcher.name.text);
        const bool wants = matcher.op == LabelMatcher::Op::kEqual || matcher.op == LabelMatcher::Op::kMatch;
        if (known == values.end() || !wants || matcher.value.text.empty() || fits_any(matcher, known->second)) continue;
        const bool exact = matcher.op == LabelMatcher::Op::kEqual;
        const std::vector<std::string_view> names(known->second.begin(), known->second.end());
        all.push_back(warning(rule,
                              "no " + matcher.name.text + (exact ? " is called " : " fits ") +
                                  quoted(matcher.value.text) + " now: " + quoted(rule.name) + " looks at nothing",
                              exact ? nearest(matcher.value.text, names) : ""));
      }
    }
  }
  order(all, files);
  return all;
}

}  // namespace hotspot::rules
