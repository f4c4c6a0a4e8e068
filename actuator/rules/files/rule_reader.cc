#include "actuator/rules/files/rule_reader.h"

#include <algorithm>
#include <array>
#include <optional>

#include "actuator/rules/evaluate/aims_of.h"
#include "actuator/rules/evaluate/condition.h"
#include "actuator/rules/evaluate/cost.h"
#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/expression_units.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/template/template.h"

namespace hotspot::rules {
namespace {

bool is_series_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:") ==
         std::string_view::npos;
}

const LabelNames kOwnLabels{{"node", "domain", "vcpu", "device"}, false};

class RuleReader {
 public:
  RuleReader(const YamlNode& node, const ReadingContext& context, Complaints& complaints)
      : context_(context),
        complaints_(complaints),
        fields_(node, "a rule",
                {"hotspot", "alert", "record", "expr", "until", "for", "keep_firing_for", "labels", "annotations",
                 "remedy", "cooldown", "mode", "partial_window", "limit", "max_age"},
                complaints) {
    fields_.drop_empty({"for", "keep_firing_for", "labels", "annotations", "limit", "max_age"});
  }

  Rule read() {
    rule_.file = complaints_.path();
    rule_.position = complaints_.position(fields_.map());
    read_name();
    read_expression();
    if (auto clause = fields_.read<ForClause>("for", parse_for)) rule_.for_clause = *clause;
    if (auto time = fields_.read<Milliseconds>("keep_firing_for", parse_duration)) rule_.keep_firing_for = *time;
    read_labels();
    read_annotations();
    read_limit();
    if (auto time = fields_.read<Milliseconds>("max_age", parse_duration)) read_max_age(*time);
    read_until();
    if (understood_ && rule_.expression) rule_.aims = aims_of(*rule_.expression, rule_.until.get());
    if (rule_.kind == RuleKind::kRecord)
      refuse_for_records();
    else if (rule_.kind == RuleKind::kAlert)
      refuse_acting();
    else
      read_acting();
    return std::move(rule_);
  }

 private:
  std::string named() const { return rule_.name.empty() ? "the rule" : "rule " + quoted(rule_.name); }

  void read_name() {
    static constexpr std::array<std::pair<const char*, RuleKind>, 3> kKinds{
        {{"hotspot", RuleKind::kHotspot}, {"alert", RuleKind::kAlert}, {"record", RuleKind::kRecord}}};
    const char* key = nullptr;
    for (const auto& [name, kind] : kKinds) {
      if (fields_.key(name) == nullptr) continue;
      if (key != nullptr) {
        complaints_.error(*fields_.key(name),
                          "a rule has one name: 'hotspot', or 'alert' if it only reports, or 'record' for a series");
        continue;
      }
      key = name;
      rule_.kind = kind;
    }
    if (key == nullptr) {
      if (fields_.misses("hotspot") && fields_.misses("alert") && fields_.misses("record"))
        complaints_.error(fields_.map(), "a rule needs a name: 'hotspot: NAME'");
      return;
    }
    rule_.position = complaints_.position(*fields_.key(key));
    const YamlNode* name = fields_.text(key);
    if (name == nullptr) return;
    rule_.name = name->text;
    if (rule_.name.empty()) complaints_.error(*name, "the name of the rule is empty");
    if (rule_.name.find_first_of("\n\t\r") != std::string::npos) complaints_.error(*name, "a name is one line");
    if (rule_.name.size() > 200) complaints_.error(*name, "the name of the rule is longer than 200 bytes");
    if (rule_.kind == RuleKind::kRecord) check_record(*name);
  }

  void check_record(const YamlNode& name) {
    if (!rule_.name.empty() && !is_series_name(rule_.name)) {
      complaints_.error(name, quoted(rule_.name) + " is not a name for a series; letters, digits, _ and : make one");
    } else if (!context_.any_series && model::find_series(rule_.name) != nullptr) {
      complaints_.error(name,
                        quoted(rule_.name) + " is a series of the collector; a recorded one has a name of its own",
                        "rule:" + rule_.name);
    }
  }

  void read_until() {
    const YamlNode* node = fields_.text("until");
    if (node == nullptr) return;
    rule_.until_text = node->text;
    ParsedExpression parsed = parse_expression(node->text);
    if (parsed.expression) {
      const ExpressionFacts facts = check_expression(*parsed.expression, parsed.problems, context_.known);
      check_holds(*node, *parsed.expression, facts);
      if (understood_ && !has_error(parsed) && subject_of(facts) != rule_.subject) {
        complaints_.inside(*node, {parsed.expression->offset,
                                   std::string("'until' speaks of ") + article(subject_of(facts)) + " and 'expr' of " +
                                       article(rule_.subject) + "; it could not say where the rule ends",
                                   ""});
      }
    }
    check_cost(*node, parsed);
    if (understood_ && !has_error(parsed)) check_until(*parsed.expression, parsed.problems);
    for (TextProblem& problem : parsed.problems) complaints_.inside(*node, std::move(problem));
    rule_.until = std::move(parsed.expression);
  }

  // If both hold at once, the rule would end while it still holds, and begin again.
  void check_until(const Expression& until, std::vector<TextProblem>& problems) const {
    const Conditions begins = conditions_of(*rule_.expression, rule_.expression_text);
    const Conditions ends = conditions_of(until, rule_.until_text);
    if (ends.empty()) return;
    for (const auto& [key, end] : ends) {
      const auto begin = begins.find(key);
      if (begin == begins.end() || end.interval.with(begin->second.interval).empty()) return;
    }
    problems.push_back({until.offset,
                        "'until' can hold while 'expr' does: the rule would end and begin again; it is the mark at "
                        "which the rule is over, on the other side of that of 'expr'",
                        "", Severity::kWarning});
  }

  static std::string article(SubjectKind kind) {
    return kind == SubjectKind::kCluster ? "the cluster" : std::string("a ") + to_string(kind);
  }

  static SubjectKind subject_of(const ExpressionFacts& facts) {
    return facts.labels.has("domain") ? SubjectKind::kDomain
           : facts.labels.has("node") ? SubjectKind::kNode
                                      : SubjectKind::kCluster;
  }

  static bool has_error(const ParsedExpression& parsed) {
    return std::any_of(parsed.problems.begin(), parsed.problems.end(),
                       [](const TextProblem& p) { return p.severity == Severity::kError; });
  }

  void read_expression() {
    if (fields_.misses("expr")) complaints_.error(fields_.map(), named() + " has no 'expr'");
    const YamlNode* node = fields_.text("expr");
    if (node == nullptr) return;
    rule_.expression_text = node->text;
    ParsedExpression parsed = parse_expression(node->text);
    if (parsed.expression) {
      facts_ = check_expression(*parsed.expression, parsed.problems, context_.known);
      if (rule_.kind != RuleKind::kRecord)
        check_holds(*node, *parsed.expression, facts_);
      else if (facts_.type == ValueType::kRange || facts_.type == ValueType::kString)
        complaints_.inside(
            *node,
            {parsed.expression->offset,
             std::string("the expression is ") + to_string(facts_.type) + "; a series cannot be made of it", ""});
    }
    const bool wrong = has_error(parsed);
    check_cost(*node, parsed);
    for (TextProblem& problem : parsed.problems) complaints_.inside(*node, std::move(problem));
    rule_.subject = subject_of(facts_);
    understood_ = parsed.expression != nullptr && facts_.type == ValueType::kVector && !wrong;
    rule_.expression = std::move(parsed.expression);
    if (rule_.expression == nullptr) return;
    for (const Selector* selector : selectors_of(*rule_.expression)) rule_.series.push_back(selector->name.text);
  }

  // Estimated for a small cluster: the cost in a large one is counted while the rule runs.
  void check_cost(const YamlNode& node, const ParsedExpression& parsed) {
    if (context_.any_series || parsed.expression == nullptr || has_error(parsed)) return;
    const CostModel model;
    const Cost cost = cost_of(*parsed.expression, model);
    if (cost.operations <= static_cast<double>(context_.most_operations)) {
      if (auto problem = too_many_steps(*parsed.expression)) complaints_.inside(node, *std::move(problem));
      return;
    }
    const Expression& dearest = cost.dearest != nullptr ? *cost.dearest : *parsed.expression;
    complaints_.inside(
        node,
        {dearest.offset,
         "this is too dear: one evaluation takes " + large_number(cost.operations / model.domains) +
             " operations for each domain, " + large_number(cost.operations) + " for 100 domains, and " +
             large_number(static_cast<double>(context_.most_operations)) +
             " are allowed (limits.rule_operations); take a shorter range or a larger step, or record the inner part",
         ""});
  }

  void check_holds(const YamlNode& node, const Expression& expression, const ExpressionFacts& facts) {
    if (facts.type != ValueType::kVector) {
      const std::string what = facts.type == ValueType::kScalar ? "a number" : to_string(facts.type);
      if (context_.any_series && facts.type == ValueType::kScalar) return;
      return complaints_.inside(node, {expression.offset, "the expression is " + what + "; a rule needs a series", ""});
    }
    if (facts.filters) return;
    const auto* binary = std::get_if<Binary>(&expression.what);
    const bool is_bool = binary != nullptr && binary->returns_bool;
    complaints_.inside(node, {expression.offset,
                              is_bool ? "this always holds: with 'bool' a comparison that fails gives 0 and stays"
                                      : "this always holds: nothing in it compares",
                              "", Severity::kWarning});
  }

  void read_labels() {
    const YamlNode* labels = fields_.mapping("labels");
    if (labels == nullptr) return;
    read_texts(*labels, rule_.labels);
    for (const auto& [key, value] : labels->entries) {
      if (value->kind == YamlNode::Kind::kNull)
        complaints_.warn(*key, quoted(key->text) + " has no value: it counts as left out");
      if (key->text == kNameLabel) {
        complaints_.error(*key, "the label '__name__' is the name of the series, which " +
                                    std::string(rule_.kind == RuleKind::kRecord ? "'record' gives" : "a rule keeps"));
      } else if (!is_label_name(key->text)) {
        complaints_.error(*key, quoted(key->text) + " is not a name for a label; letters, digits and _ make one");
      } else if (!context_.any_series && kOwnLabels.has(key->text)) {
        complaints_.error(*key, "the label " + quoted(key->text) + " comes from the series and cannot be set here");
      }
    }
  }

  void read_annotations() {
    const YamlNode* annotations = fields_.mapping("annotations");
    if (annotations == nullptr) return;
    read_texts(*annotations, rule_.annotations);
    for (const auto& [key, value] : annotations->entries) {
      if (value->kind == YamlNode::Kind::kNull && key->kind == YamlNode::Kind::kScalar) {
        rule_.annotations.try_emplace(key->text);  // as in Prometheus
        complaints_.warn(*key, quoted(key->text) + " has no value: it is an empty text");
      }
      if (key->kind != YamlNode::Kind::kScalar || is_label_name(key->text)) continue;
      complaints_.error(*key, quoted(key->text) + " is not a name for an annotation; letters, digits and _ make one" +
                                  (key->text.find("{{") == std::string::npos ? "" : ", and no template"));
    }
  }

  void read_texts(const YamlNode& map, std::map<std::string, std::string>& texts) {
    for (const auto& [key, value] : map.entries) {
      if (key->kind != YamlNode::Kind::kScalar) {
        complaints_.error(*key, std::string("a key must be a word, this is ") + describe(*key));
      } else if (value->kind == YamlNode::Kind::kNull) {
        continue;  // each caller reports it
      } else if (value->kind != YamlNode::Kind::kScalar) {
        if (complaints_.is_bare_template(*value)) continue;
        complaints_.error(*value, quoted(key->text) + " must be " + describe(YamlNode::Kind::kScalar) + ", this is " +
                                      describe(*value));
      } else if (!texts.try_emplace(key->text, value->text).second) {
        complaints_.error(*key, "duplicate key " + quoted(key->text));
      } else {
        read_template(*value);
      }
    }
  }

  void read_template(const YamlNode& value) {
    if (rule_.kind == RuleKind::kRecord) {
      if (value.text.find("{{") != std::string::npos)
        complaints_.inside(
            value, {value.text.find("{{"), "labels of a recorded series are no templates; this stays as it is", "",
                    Severity::kWarning});
      return;
    }
    for (TextProblem& problem : check_template(value.text, possible_labels()))
      complaints_.inside(value, std::move(problem));
    for (const std::string& query : queries_of(value.text)) {
      ParsedExpression parsed = parse_expression(query);
      if (parsed.expression) check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
      if (parsed.expression && !has_error(parsed)) rule_.asked.push_back(std::move(parsed.expression));
    }
  }

  LabelNames possible_labels() const {
    if (context_.any_series) return {{}, true};
    return understood_ ? facts_.possible_labels : kOwnLabels;
  }

  void read_limit() {
    rule_.limit = fields_.number("limit");
    if (rule_.limit && *rule_.limit < 1) complaints_.error(*fields_.find("limit"), "a limit below 1 lets nothing fire");
  }

  void read_max_age(Milliseconds time) {
    rule_.max_age = time;
    if (time <= Milliseconds(0)) complaints_.error(*fields_.find("max_age"), "max_age must be positive");
  }

  void refuse_acting() {
    for (const char* key : {"remedy", "cooldown", "mode", "partial_window"}) {
      if (const YamlNode* found = fields_.key(key)) {
        complaints_.error(*found,
                          quoted(key) + " is for rules that act; name the rule with 'hotspot' instead of 'alert'");
      }
    }
  }

  void refuse_for_records() {
    for (const char* key :
         {"until", "for", "keep_firing_for", "annotations", "remedy", "cooldown", "mode", "partial_window"}) {
      if (const YamlNode* found = fields_.key(key)) {
        complaints_.error(*found, quoted(key) + " is for rules that fire; 'record' makes a series");
      }
    }
  }

  void read_acting() {
    if (auto time = fields_.read<Milliseconds>("cooldown", parse_duration)) rule_.cooldown = *time;
    if (const YamlNode* mode = fields_.text("mode")) {
      if (const auto known = mode_from_string(mode->text))
        rule_.mode = *known;
      else
        complaints_.inside(*mode,
                           unknown_word({.what = "mode", .word = mode->text}, {"observe", "recommend", "enforce"}));
    }
    if (const YamlNode* partial = fields_.text("partial_window")) {
      rule_.acts_on_partial_ranges = partial->text == "allow";
      if (partial->text != "allow" && partial->text != "wait")
        complaints_.inside(*partial,
                           unknown_word({.what = "partial_window", .word = partial->text}, {"wait", "allow"}));
    }
    const YamlNode* remedies = fields_.list("remedy");
    if (remedies == nullptr) return;
    // Of an expression that is wrong nobody knows what it speaks of.
    const auto subject = understood_ ? std::optional(rule_.subject) : std::nullopt;
    if (understood_ && !remedies->items.empty() && is_mixed()) {
      complaints_.error(*fields_.key("remedy"),
                        "some values of the expression have other labels than others; it is not "
                        "clear what a remedy applies to");
    }
    for (const YamlNodePtr& item : remedies->items) {
      if (const auto remedy = read_remedy(*item, subject, complaints_)) rule_.remedies.push_back(*remedy);
    }
  }

  bool is_mixed() const {
    const LabelNames& sure = facts_.labels;
    const LabelNames& possible = facts_.possible_labels;
    return possible.has("domain") != sure.has("domain") ||
           (!sure.has("domain") && possible.has("node") != sure.has("node"));
  }

  const ReadingContext& context_;
  Complaints& complaints_;
  Fields fields_;
  Rule rule_;
  ExpressionFacts facts_;
  bool understood_ = false;  // the labels of the expression are known
};

}  // namespace

Rule read_rule(const YamlNode& node, const ReadingContext& context, Complaints& complaints) {
  return RuleReader(node, context, complaints).read();
}

}  // namespace hotspot::rules
