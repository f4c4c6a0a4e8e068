#include "actuator/rules/rule_reader.h"

#include <algorithm>

#include "actuator/rules/expression.h"
#include "actuator/rules/template.h"

namespace hotspot::rules {
namespace {

bool is_label_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
         std::string_view::npos;
}

class RuleReader {
 public:
  RuleReader(const YamlNode& node, Complaints& complaints)
      : complaints_(complaints),
        fields_(node, "a rule",
                {"hotspot", "alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations", "remedy",
                 "cooldown", "mode", "limit", "max_age"},
                complaints) {}

  Rule read() {
    rule_.file = complaints_.path();
    rule_.position = complaints_.position(fields_.map());
    read_name();
    read_expression();
    if (auto hold = fields_.read<Hold>("for", parse_hold)) rule_.hold = *hold;
    if (auto time = fields_.read<Milliseconds>("keep_firing_for", parse_duration)) rule_.keep_firing_for = *time;
    read_labels();
    read_annotations();
    read_limit();
    if (auto time = fields_.read<Milliseconds>("max_age", parse_duration)) read_max_age(*time);
    if (tells_only_)
      refuse_acting();
    else
      read_acting();
    return std::move(rule_);
  }

 private:
  std::string named() const { return rule_.name.empty() ? "the rule" : "rule " + quoted(rule_.name); }

  void read_name() {
    if (const YamlNode* record = fields_.key("record")) {
      complaints_.error(*record, "recording rules ('record') are not supported yet");
      recording_ = true;
      return;
    }
    const YamlNode* alert = fields_.key("alert");
    const YamlNode* hotspot = fields_.key("hotspot");
    if (alert != nullptr && hotspot != nullptr) {
      complaints_.error(*alert, "a rule has one name: either 'hotspot' or, if it only tells, 'alert'");
    }
    if (alert == nullptr && hotspot == nullptr) {
      if (fields_.misses("hotspot") && fields_.misses("alert"))
        complaints_.error(fields_.map(), "a rule needs a name: 'hotspot: NAME'");
      return;
    }
    tells_only_ = hotspot == nullptr;
    const char* key = tells_only_ ? "alert" : "hotspot";
    rule_.position = complaints_.position(*fields_.key(key));
    const YamlNode* name = fields_.text(key);
    if (name == nullptr) return;
    rule_.name = name->text;
    if (rule_.name.empty()) complaints_.error(*name, "the name of the rule is empty");
    if (rule_.name.find_first_of("\n\t\r") != std::string::npos) complaints_.error(*name, "a name is one line");
    if (rule_.name.size() > 200) complaints_.error(*name, "the name of the rule is longer than 200 bytes");
  }

  void read_expression() {
    if (fields_.misses("expr")) complaints_.error(fields_.map(), named() + " has no 'expr'");
    const YamlNode* node = fields_.text("expr");
    if (node == nullptr) return;
    rule_.expression_text = node->text;
    ParsedExpression parsed = parse_expression(node->text);
    if (parsed.expression) {
      facts_ = check_expression(*parsed.expression, parsed.problems);
      check_holds(*node, *parsed.expression);
    }
    const bool has_error = std::any_of(parsed.problems.begin(), parsed.problems.end(),
                                       [](const TextProblem& p) { return p.severity == Severity::kError; });
    for (TextProblem& problem : parsed.problems) complaints_.inside(*node, std::move(problem));
    rule_.subject = facts_.labels.has(Label::kDomain) ? SubjectKind::kDomain
                    : facts_.labels.has(Label::kNode) ? SubjectKind::kNode
                                                      : SubjectKind::kCluster;
    understood_ = parsed.expression != nullptr && facts_.type == ValueType::kVector && !has_error;
    rule_.expression = std::move(parsed.expression);
  }

  void check_holds(const YamlNode& node, const Expression& expression) {
    if (facts_.type == ValueType::kScalar) {
      return complaints_.inside(node, {expression.offset, "the expression is a number; a rule needs a series", ""});
    }
    if (facts_.filters || recording_) return;
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
      if (!is_label_name(key->text)) {
        complaints_.error(*key, quoted(key->text) + " is not a name for a label; letters, digits and _ make one");
      } else if (label_from_string(key->text)) {
        complaints_.error(*key, "the label " + quoted(key->text) + " comes from the series and cannot be set here");
      }
    }
  }

  void read_annotations() {
    if (const YamlNode* annotations = fields_.mapping("annotations")) read_texts(*annotations, rule_.annotations);
  }

  void read_texts(const YamlNode& map, std::map<std::string, std::string>& texts) {
    for (const auto& [key, value] : map.entries) {
      if (key->kind != YamlNode::Kind::kScalar) {
        complaints_.error(*key, std::string("a key must be a word, this is ") + describe(*key));
      } else if (value->kind != YamlNode::Kind::kScalar) {
        complaints_.error(
            value->kind == YamlNode::Kind::kNull ? *key : *value,
            quoted(key->text) + " must be " + describe(YamlNode::Kind::kScalar) + ", this is " + describe(*value));
      } else if (!texts.try_emplace(key->text, value->text).second) {
        complaints_.error(*key, "duplicate key " + quoted(key->text));
      } else {
        for (TextProblem& problem : check_template(value->text, understood_ ? facts_.possible_labels : kAllLabels)) {
          complaints_.inside(*value, std::move(problem));
        }
      }
    }
  }

  void read_limit() {
    rule_.limit = fields_.number("limit");
    if (rule_.limit && *rule_.limit < 1) complaints_.error(*fields_.find("limit"), "a limit below 1 lets nothing fire");
  }

  void read_max_age(Milliseconds time) {
    rule_.max_age = time;
    if (time <= Milliseconds(0)) complaints_.error(*fields_.find("max_age"), "no data are ever so young");
  }

  void refuse_acting() {
    for (const char* key : {"remedy", "cooldown", "mode"}) {
      if (const YamlNode* found = fields_.key(key)) {
        complaints_.error(*found,
                          quoted(key) + " is for rules that act; name the rule with 'hotspot' instead of 'alert'");
      }
    }
  }

  void read_acting() {
    if (auto time = fields_.read<Milliseconds>("cooldown", parse_duration)) rule_.cooldown = *time;
    if (const YamlNode* mode = fields_.text("mode")) {
      if (const auto known = mode_from_string(mode->text))
        rule_.mode = *known;
      else
        complaints_.inside(*mode, unknown_word(0, "mode", mode->text, {"observe", "recommend", "enforce"}));
    }
    const YamlNode* remedies = fields_.list("remedy");
    if (remedies == nullptr || recording_) return;
    const SubjectKind subject = understood_ ? rule_.subject : SubjectKind::kDomain;
    if (understood_ && !remedies->items.empty() && is_mixed()) {
      complaints_.error(*fields_.key("remedy"),
                        "some values of the expression have other labels than others; a remedy "
                        "could not tell what it is for");
    }
    for (const YamlNodePtr& item : remedies->items) {
      if (const auto remedy = read_remedy(*item, subject, complaints_)) rule_.remedies.push_back(*remedy);
    }
  }

  bool is_mixed() const {
    return facts_.possible_labels.has(Label::kDomain) != facts_.labels.has(Label::kDomain) ||
           (!facts_.labels.has(Label::kDomain) &&
            facts_.possible_labels.has(Label::kNode) != facts_.labels.has(Label::kNode));
  }

  Complaints& complaints_;
  Fields fields_;
  Rule rule_;
  ExpressionFacts facts_;
  bool tells_only_ = false;
  bool recording_ = false;
  bool understood_ = false;  // the labels of the expression are known
};

}  // namespace

Rule read_rule(const YamlNode& node, Complaints& complaints) { return RuleReader(node, complaints).read(); }

}  // namespace hotspot::rules
