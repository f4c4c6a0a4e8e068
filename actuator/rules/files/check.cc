// Checks all files of a set: groups, rules, and what must be unique among them.
#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/evaluate/lookback.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/files/recorded.h"
#include "actuator/rules/files/rule_reader.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/store/condition_samples.h"
#include "common/text/duration.h"

namespace hotspot::rules {
namespace {

// Per set; with YAML aliases a small file can have many rules.
constexpr std::size_t kMostRules = 20'000;
constexpr std::size_t kMostDiagnostics = 1000;
// How much state the rules of a set may have for 100 domains that are pending in all of them.
constexpr double kMostMemory = 256.0 * kMebibyte;

class SetReader {
 public:
  SetReader(const std::vector<SourceFile>& files, const CheckOptions& options) : files_(files), options_(options) {}

  CheckedRules read() {
    std::vector<Result<YamlNodePtr, YamlProblem>> trees;
    std::vector<YamlNodePtr> roots;
    for (const SourceFile& file : files_) {
      trees.push_back(parse_yaml(SourceText(file.text)));
      if (trees.back()) roots.push_back(trees.back().value());
    }
    known_ = find_recorded(roots, {.any_name = options_.any_series, .recorded = {}});
    for (std::size_t i = 0; i < files_.size(); ++i) read_file(files_[i], trees[i]);
    order();
    const bool errors = std::any_of(diagnostics_.begin(), diagnostics_.end(),
                                    [](const Diagnostic& d) { return d.severity == Severity::kError; });
    if (errors) return {nullptr, std::move(diagnostics_)};
    set_.fingerprint = fingerprint();
    return {std::make_shared<const RuleSet>(std::move(set_)), std::move(diagnostics_)};
  }

 private:
  void read_file(const SourceFile& file, const Result<YamlNodePtr, YamlProblem>& tree) {
    set_.files.push_back(file.path);
    Complaints complaints(file.path, file.text, diagnostics_);
    const std::size_t rules_before = set_.rules.size();
    const std::size_t problems_before = diagnostics_.size();
    if (!tree) return complaints.at(tree.error().offset, {0, tree.error().message, tree.error().suggestion});
    if (tree.value() != nullptr && tree.value()->kind != YamlNode::Kind::kNull) read_root(*tree.value(), complaints);
    if (set_.rules.size() == rules_before && diagnostics_.size() == problems_before) {
      complaints.at(0, {0, "there are no rules in this file", "", Severity::kWarning});
    }
  }

  void read_root(const YamlNode& root, Complaints& complaints) {
    if (root.kind != YamlNode::Kind::kMap) {
      return complaints.error(root, std::string("a rule file begins with 'groups:', this is ") + describe(root));
    }
    const Fields fields(root, "a rule file", {"groups"}, complaints);
    const YamlNode* groups = fields.list("groups");
    if (groups == nullptr) return;
    std::map<std::string, int> lines;
    for (const YamlNodePtr& group : groups->items) {
      if (is_enough()) return;
      if (group->kind == YamlNode::Kind::kMap)
        read_group(*group, lines, complaints);
      else
        complaints.error(*group, std::string("a group must be a mapping, this is ") + describe(*group));
    }
  }

  void read_group(const YamlNode& node, std::map<std::string, int>& lines, Complaints& complaints) {
    Fields fields(node, "a group", {"name", "interval", "limit", "rules"}, complaints);
    const YamlNode* written = fields.find("rules");
    const bool empty_rules = written != nullptr && written->kind == YamlNode::Kind::kNull;
    fields.drop_empty({"interval", "limit", "rules"});
    std::string name;
    if (fields.misses("name")) complaints.error(node, "the group has no 'name'");
    if (const YamlNode* text = fields.text("name")) {
      name = text->text;
      if (name.empty()) complaints.error(*text, "the name of the group is empty");
      const auto [first, is_new] = lines.try_emplace(name, complaints.position(*text).line);
      if (!is_new) {
        complaints.error(*text,
                         "duplicate group name " + quoted(name) + ", first in line " + std::to_string(first->second));
      }
    }
    const Milliseconds interval = fields.read<Milliseconds>("interval", parse_duration).value_or(Milliseconds(0));
    const std::optional<int> limit = fields.number("limit");
    if (limit && *limit < 0)
      complaints.error(*fields.find("limit"), "a limit is a number of subjects; 0 means no limit");
    if (fields.misses("rules") && !empty_rules) complaints.warn(node, "the group has no 'rules'");
    const YamlNode* rules = fields.list("rules");
    if (rules == nullptr) return;
    for (const YamlNodePtr& item : rules->items) {
      if (is_enough()) return;
      if (item->kind == YamlNode::Kind::kMap)
        add_rule(*item, {name, interval, limit}, complaints);
      else
        complaints.error(*item, std::string("a rule must be a mapping, this is ") + describe(*item));
    }
  }

  // Warnings alone do not end the check: every rule of an accepted set was read.
  bool is_enough() {
    for (; counted_ < diagnostics_.size(); ++counted_)
      errors_ += diagnostics_[counted_].severity == Severity::kError ? 1 : 0;
    return told_too_many_ || errors_ >= kMostDiagnostics;
  }

  struct Group {
    std::string name;
    Milliseconds interval{0};
    std::optional<int> limit;
  };

  void add_rule(const YamlNode& node, const Group& group, Complaints& complaints) {
    if (set_.rules.size() >= kMostRules) {
      if (!std::exchange(told_too_many_, true))
        complaints.error(node, "more than " + std::to_string(kMostRules) + " rules in one set");
      return;
    }
    Rule rule = read_rule(node, {known_, options_.any_series, options_.most_operations}, complaints);
    rule.group = group.name;
    rule.interval = group.interval;
    if (!rule.limit && group.limit.value_or(0) > 0) rule.limit = group.limit;
    if (rule.kind != RuleKind::kRecord && !options_.any_series) check_unique(rule);
    if (!options_.any_series) check_memory(rule, node, complaints);
    check_interval(rule, node, complaints);
    set_.rules.push_back(std::move(rule));
  }

  // A range shorter than the time between two evaluations leaves out samples that are then never read.
  void check_interval(const Rule& rule, const YamlNode& node, Complaints& complaints) const {
    if (options_.any_series || rule.expression == nullptr || rule.interval <= Milliseconds(0)) return;
    const auto expr = std::find_if(node.entries.begin(), node.entries.end(),
                                   [](const auto& entry) { return entry.first->text == "expr"; });
    if (expr == node.entries.end()) return;
    for (const Selector* selector : selectors_of(*rule.expression)) {
      if (!selector->range || *selector->range >= rule.interval) continue;
      return complaints.inside(
          *expr->second,
          {selector->name.offset,
           "the window of " + text::duration_source(*selector->range) + " is shorter than the interval of the group, " +
               text::duration_source(rule.interval) + ": what is in between is never looked at",
           "", Severity::kWarning});
    }
  }

  // Reported once, for the rule at which the sum exceeds the limit.
  void check_memory(const Rule& rule, const YamlNode& node, Complaints& complaints) {
    const auto* counted = std::get_if<ForSamples>(&rule.for_clause);
    if (counted == nullptr || counted->n < 1) return;
    const CostModel model;
    const double subjects = rule.subject == SubjectKind::kNode      ? model.nodes
                            : rule.subject == SubjectKind::kCluster ? 1
                                                                    : model.domains;
    const double before = memory_;
    memory_ += subjects * static_cast<double>(ConditionSamples::bytes_for(static_cast<std::size_t>(counted->n)));
    if (before > kMostMemory || memory_ <= kMostMemory) return;
    complaints.error(node,
                     "up to this rule, those that count samples would remember more than 256 MiB for 100 domains; "
                     "count fewer samples, or use 'for' with a time");
  }

  void check_unique(const Rule& rule) {
    const auto [first, is_new] = places_.try_emplace(rule.name, Place{rule.file, rule.position});
    if (!is_new && !rule.name.empty()) {
      diagnostics_.push_back({rule.file, rule.position, Severity::kError,
                              "duplicate rule name " + quoted(rule.name) + ", first in " + first->second.file + ":" +
                                  std::to_string(first->second.position.line),
                              ""});
    }
  }

  // By file, as given, and position within it.
  void order() {
    std::map<std::string, std::size_t> file_order;
    for (std::size_t i = 0; i < files_.size(); ++i) file_order.try_emplace(files_[i].path, i);
    std::stable_sort(diagnostics_.begin(), diagnostics_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
      const std::size_t file_a = file_order[a.file], file_b = file_order[b.file];
      return file_a != file_b ? file_a < file_b : a.position < b.position;
    });
  }

  // FNV-1a, 64 bit: distinguishes sets, but does not resist attacks.
  std::string fingerprint() const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const SourceFile& file : files_) {
      for (const std::string* text : {&file.path, &file.text}) {
        for (const char c : *text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        hash = (hash ^ 0xff) * 0x100000001b3ULL;  // not valid in UTF-8: marks the end of each text
      }
    }
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
  }

  struct Place {
    std::string file;
    Position position;
  };

  const std::vector<SourceFile>& files_;
  const CheckOptions& options_;
  KnownSeries known_;
  bool told_too_many_ = false;
  std::size_t counted_ = 0, errors_ = 0;  // of diagnostics_: how many were counted, and how many are errors
  RuleSet set_;
  std::vector<Diagnostic> diagnostics_;
  std::map<std::string, Place> places_;
  double memory_ = 0;  // bytes
};

}  // namespace

CheckedRules check(const std::vector<SourceFile>& files, const CheckOptions& options) {
  return SetReader(files, options).read();
}

std::map<std::string, Milliseconds, std::less<>> lookback_of(const RuleSet& rules) {
  Lookback lookback;
  for (const Rule& rule : rules.rules) {
    EvaluateOptions options;
    if (rule.max_age) options.lookback = *rule.max_age;
    add_lookback(*rule.expression, options, lookback);
    if (rule.until) add_lookback(*rule.until, options, lookback);
  }
  return lookback;
}

}  // namespace hotspot::rules
