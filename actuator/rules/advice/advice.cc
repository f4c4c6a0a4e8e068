#include "actuator/rules/advice/advice.h"

#include <algorithm>
#include <cmath>

#include "actuator/model/projection.h"
#include "actuator/rules/advice/node_marks.h"
#include "actuator/rules/evaluate/condition.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/humanize.h"
#include "actuator/rules/language/wording.h"
#include "common/text/nearest.h"

namespace hotspot::rules {
namespace {

Diagnostic warning(const Rule& rule, std::string message, std::string suggestion = "") {
  return {rule.file, rule.position, Severity::kWarning, std::move(message), std::move(suggestion)};
}

// Why the expression can never have a value; empty if it can, or if that is not certain.
std::string why_never(const Expression& expression, std::string_view text) {
  for (const auto& [key, condition] : conditions_of(expression, text)) {
    if (condition.interval.empty()) return "no value of " + quoted(key) + " meets all that it asks";
    const model::SeriesInfo* series = model::find_series(condition.series);
    if (series == nullptr || condition.interval.from > 1.05) continue;  // check() warns of a threshold such as 90
    if (condition.interval.with(possible_values(*series)).empty()) {
      return quoted(condition.series) + " is never below 0";
    }
  }
  return "";
}

// How much a rule adds or removes in one step, by its first remedy of the kind; 0 if it has none.
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

// What advice needs to know about one rule when it is compared with others.
struct Outline {
  explicit Outline(const Rule& of);
  const Rule& rule;
  std::map<std::string, Interval> series;
  std::vector<const Selector*> selectors;
};

// Per rule: further warnings would say nothing new, and thousands of similar rules have millions of pairs.
constexpr std::size_t kMostOfOneRule = 5;

// By series, without label matchers: whether two rules concern different domains is decided by their matchers.
std::map<std::string, Interval> by_series(const Rule& rule) {
  std::map<std::string, Interval> result;
  for (const auto& [key, condition] : conditions_of(*rule.expression, rule.expression_text)) {
    const auto [place, is_new] = result.try_emplace(condition.series, condition.interval);
    if (!is_new) place->second = place->second.with(condition.interval);
  }
  return result;
}

Outline::Outline(const Rule& of) : rule(of), series(by_series(of)), selectors(selectors_of(*of.expression)) {}

// Do the rules name different nodes or domains?
bool speak_of_others(const Outline& a, const Outline& b) {
  for (const Selector* left : a.selectors) {
    for (const Selector* right : b.selectors) {
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

// `gives` adds and `takes` removes: does one bring about the condition of the other?
std::string why_undone(const Outline& first, const Outline& second, bool memory) {
  if (speak_of_others(first, second)) return "";
  const Rule &gives = first.rule, &takes = second.rule;
  const auto& low = second.series;
  for (const auto& [series, high] : first.series) {
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

// The least memory of a domain that the rule shrinks, by the rule's own text; empty: it does not say.
std::optional<double> least_memory(const Outline& outline) {
  const Rule& rule = outline.rule;
  std::optional<double> least;
  const auto& conditions = outline.series;
  const auto balloon = conditions.find("domain_memory_balloon_bytes");
  if (balloon != conditions.end() && balloon->second.from > 0) least = balloon->second.from;
  for (const Remedy& remedy : rule.remedies) {
    const auto* memory = std::get_if<ScaleMemory>(&remedy);
    if (memory == nullptr || memory->by_bytes >= 0 || !memory->min_bytes) continue;
    // A whole step, down to the minimum that the remedy leaves.
    least = std::max(least.value_or(0), static_cast<double>(*memory->min_bytes - memory->by_bytes));
  }
  return least;
}

// `takes` removes memory: is the domain then above the threshold at which `gives` adds it again?
std::string why_given_back(const Outline& first, const Outline& second) {
  constexpr const char* kSeries = "domain_memory_used_ratio";
  if (speak_of_others(first, second)) return "";
  const Rule &gives = first.rule, &takes = second.rule;
  const auto &high = first.series, &low = second.series;
  const auto mark = high.find(kSeries), below = low.find(kSeries);
  const auto least = least_memory(second);
  if (mark == high.end() || below == low.end() || !least) return "";
  const double left = *least + step_of(takes, true);
  if (left <= 0 || mark->second.from <= 0 || !std::isfinite(mark->second.from)) return "";
  const double after = below->second.to * *least / left;
  if (!std::isfinite(after) || after <= mark->second.from) return "";
  return place_of(gives) + " gives back what it takes: a domain of " + humanize_1024(*least) + "B that uses " +
         humanize_percentage(below->second.to) + " is at " + humanize_percentage(after) +
         " after the step, which is above " + humanize_percentage(mark->second.from) + "; less is taken then";
}

// A cap, shares or limits: the rule's first remedy of that name; null if it has none.
const Remedy* tuning_of(const Rule& rule, std::string_view name) {
  for (const Remedy& remedy : rule.remedies)
    if (remedy_name(remedy) == name) return &remedy;
  return nullptr;
}

bool lifts(const Remedy& remedy) {
  return remedy == Remedy(CapCpu{}) || remedy == Remedy(LimitDisk{}) || remedy == Remedy(LimitNetwork{}) ||
         remedy == Remedy(CpuShares{});
}

std::optional<double> number(const std::optional<std::int64_t>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

// The highest value of a series after the remedy has set its limit, for a domain with one vCPU; empty: no bound.
std::optional<double> most_after(const Remedy& remedy, const std::string& series) {
  if (const auto* cap = std::get_if<CapCpu>(&remedy))
    return series == "domain_cpu_ratio" ? std::optional(cap->to_percent / 100.0) : std::nullopt;
  if (const auto* disk = std::get_if<LimitDisk>(&remedy)) {
    const model::DiskLimit& to = disk->to;
    if (series == "domain_block_read_bytes_per_second")
      return number(to.read_bytes_per_second ? to.read_bytes_per_second : to.total_bytes_per_second);
    if (series == "domain_block_write_bytes_per_second")
      return number(to.write_bytes_per_second ? to.write_bytes_per_second : to.total_bytes_per_second);
    if (series == "domain_block_read_ops_per_second")
      return number(to.read_ops_per_second ? to.read_ops_per_second : to.total_ops_per_second);
    if (series == "domain_block_write_ops_per_second")
      return number(to.write_ops_per_second ? to.write_ops_per_second : to.total_ops_per_second);
  }
  if (const auto* network = std::get_if<LimitNetwork>(&remedy)) {
    const bool receives = series == "domain_net_receive_bytes_per_second";
    const auto& flow = receives ? network->to.receive : network->to.transmit;
    if (flow && (receives || series == "domain_net_transmit_bytes_per_second"))
      return static_cast<double>(flow->average_bytes_per_second);
  }
  return std::nullopt;
}

// Two rules set different values, or one sets a value and the other lifts it: while both hold, they alternate. A limit
// may also bring about the condition that lifts it.
std::string why_they_take_turns(const Outline& sets, const Remedy& limit, const Outline& second, const Remedy& its) {
  if (limit == its || speak_of_others(sets, second)) return "";
  const Rule& other = second.rule;
  const auto& theirs = second.series;
  for (const auto& [series, mine] : sets.series) {
    const auto found = theirs.find(series);
    if (found == theirs.end()) continue;
    if (!mine.with(found->second).empty())
      return place_of(other) + (lifts(its) ? " lifts what it sets" : " sets it to something else") +
             ": both hold when " + quoted(series) + " is in between";
    const auto after = most_after(limit, series);
    if (!lifts(its) || !after || found->second.to <= *after) continue;
    const bool ratio = series == "domain_cpu_ratio";
    const auto text = [&](double value) { return ratio ? humanize_percentage(value) : humanize_1024(value); };
    return place_of(other) + " lifts what it sets: once it is set, " + quoted(series) + " is at most " + text(*after) +
           ", which is below " + text(found->second.to);
  }
  return "";
}

void advise_on_tuning(const std::vector<Outline>& rules, const char* name, std::vector<Diagnostic>& all) {
  for (const Outline& sets : rules) {
    const Remedy* limit = tuning_of(sets.rule, name);
    if (limit == nullptr || lifts(*limit)) continue;
    std::size_t told = 0;
    for (const Outline& other : rules) {
      const Remedy* its = tuning_of(other.rule, name);
      // If both rules set a value, the warning is given for the later one.
      if (its == nullptr || &other == &sets || (!lifts(*its) && &other < &sets)) continue;
      const std::string why = why_they_take_turns(sets, *limit, other, *its);
      if (why.empty()) continue;
      all.push_back(warning(sets.rule, why));
      if (++told == kMostOfOneRule) break;
    }
  }
}

// Among rules that change vCPUs or memory: does one undo what another does?
void advise_on_steps(const std::vector<Outline>& rules, bool memory, std::vector<Diagnostic>& all) {
  std::map<const Rule*, std::size_t> told_back;
  for (const Outline& gives : rules) {
    if (step_of(gives.rule, memory) <= 0) continue;
    std::size_t told = 0;
    for (const Outline& takes : rules) {
      if (step_of(takes.rule, memory) >= 0) continue;
      const std::string why = told < kMostOfOneRule ? why_undone(gives, takes, memory) : "";
      if (!why.empty()) {
        all.push_back(warning(gives.rule, why));
        ++told;
        continue;
      }
      if (!memory || told_back[&takes.rule] >= kMostOfOneRule) continue;
      const std::string back = why_given_back(gives, takes);
      if (back.empty()) continue;
      all.push_back(warning(takes.rule, back));
      ++told_back[&takes.rule];
    }
  }
}

// consolidate fills a node to this share of the ceiling only (docs/planner.md).
constexpr double kPackedShareOfCeiling = 0.8;

// What a conjunction asks of a node's series; `… and on(node) node_cpu_ratio < 60%` is about the domain's own node.
Interval asked_of_node(const Expression& expression, std::string_view text, std::string_view series) {
  const auto* binary = std::get_if<Binary>(&expression.what);
  if (binary != nullptr && binary->op == BinaryOp::kAnd)
    return asked_of_node(*binary->left, text, series).with(asked_of_node(*binary->right, text, series));
  Interval all;
  for (const auto& [key, condition] : conditions_of(expression, text))
    if (condition.series == series) all = all.with(condition.interval);
  return all;
}

// How far a rule fills the CPU or memory of nodes, as a ratio: up to the default margins of hotspotd.yaml, or as far as
// its own condition goes. Empty: it adds nothing to nodes.
std::optional<double> fills_to(const Outline& outline, bool memory) {
  const Rule& rule = outline.rule;
  const model::Margins usual;
  const bool packs = std::any_of(rule.remedies.begin(), rule.remedies.end(),
                                 [](const Remedy& remedy) { return std::holds_alternative<Consolidate>(remedy); });
  double most = memory ? 1 - usual.node_memory_margin_ratio : usual.node_cpu_ceiling_ratio;
  if (packs) return memory ? most : most * kPackedShareOfCeiling;  // its condition is about the node that is emptied
  if (step_of(rule, memory) <= 0) return std::nullopt;
  const char* series = memory ? "node_memory_used_ratio" : "node_cpu_ratio";
  return std::min(most, asked_of_node(*rule.expression, rule.expression_text, series).to);
}

// Does a rule fill nodes to above the threshold at which another relieves them?
void advise_on_filling(const std::vector<Outline>& rules, bool memory, std::vector<Diagnostic>& all) {
  for (const Outline& fills : rules) {
    const auto to = fills_to(fills, memory);
    std::size_t told = 0;
    for (const Outline& relieves : rules) {
      if (!to || told == kMostOfOneRule) break;
      const auto above = (memory ? node_memory_mark_of(relieves.rule) : node_cpu_mark_of(relieves.rule));
      if (!above || *above >= *to || speak_of_others(fills, relieves)) continue;
      all.push_back(warning(fills.rule, place_of(relieves.rule) + " is in its way: it relieves nodes above " +
                                            humanize_percentage(*above) + " of " + (memory ? "memory" : "CPU") +
                                            ", and this rule fills them to " + humanize_percentage(*to) +
                                            "; it adds nothing above " + humanize_percentage(*above)));
      ++told;
    }
  }
}

bool enforces(const Rule& rule, std::string_view remedy) {
  return rule.mode == Mode::kEnforce && std::any_of(rule.remedies.begin(), rule.remedies.end(),
                                                    [&](const Remedy& one) { return remedy_name(one) == remedy; });
}

// One rule evens nodes out, the other fills some and empties others.
void advise_on_evening_out(const RuleSet& rules, std::vector<Diagnostic>& all) {
  const auto first_with = [&](std::string_view remedy) {
    return std::find_if(rules.rules.begin(), rules.rules.end(), [&](const Rule& one) { return enforces(one, remedy); });
  };
  const auto empties = first_with("consolidate");
  if (empties == rules.rules.end()) return;
  for (const Rule& evens : rules.rules)
    if (enforces(evens, "balance"))
      all.push_back(warning(evens, place_of(*empties) + " works against it: it makes the cluster uneven by emptying "
                                                        "nodes; let only one of them enforce"));
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
  std::vector<Outline> acting;
  for (const Rule& rule : rules.rules) {
    if (!rule.remedies.empty()) acting.emplace_back(rule);
  }
  for (const char* name : {"cap_cpu", "cpu_shares", "limit_disk", "limit_network"}) advise_on_tuning(acting, name, all);
  for (const bool memory : {false, true}) {
    advise_on_steps(acting, memory, all);
    advise_on_filling(acting, memory, all);
  }
  advise_on_evening_out(rules, all);
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
                              exact ? text::nearest(matcher.value.text, names) : ""));
      }
    }
  }
  order(all, files);
  return all;
}

}  // namespace hotspot::rules
