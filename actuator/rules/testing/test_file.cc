#include "actuator/rules/testing/test_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "actuator/rules/files/rule_reader.h"
#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/lexer.h"

namespace hotspot::rules {
namespace {

// Numbers in the notations of YAML and Go: 1e3, .inf, NaN, 0x1f, 1_000.
Parsed<double> parse_number(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  std::string_view rest = digits;
  double sign = 1;
  if (rest.starts_with("-") || rest.starts_with("+")) {
    sign = rest[0] == '-' ? -1 : 1;
    rest.remove_prefix(1);
  }
  const std::string word = lower_case(rest.starts_with(".") ? rest.substr(1) : rest);
  if (word == "inf" || word == "infinity") return sign * std::numeric_limits<double>::infinity();
  if (word == "nan") return std::nan("");
  const bool hex = word.starts_with("0x");
  if (hex) rest.remove_prefix(2);
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value,
                                            hex ? std::chars_format::hex : std::chars_format::general);
  if (error != std::errc() || end != rest.data() + rest.size()) {
    return TextProblem{0, quoted(text) + " is not a number", ""};
  }
  return sign * value;
}

class TestFileReader {
 public:
  TestFileReader(const SourceFile& source, std::vector<Diagnostic>& diagnostics)
      : complaints_(source.path, source.text, diagnostics) {
    file_.path = source.path;
  }

  TestFile read() {
    const auto tree = parse_yaml(complaints_.source());
    if (!tree) {
      complaints_.at(tree.error().offset, {0, tree.error().message, tree.error().suggestion});
    } else if (tree.value() == nullptr || tree.value()->kind != YamlNode::Kind::kMap) {
      complaints_.at(0, {0, "a file of rule tests begins with 'rule_files:' and 'tests:'", ""});
    } else {
      read_root(*tree.value());
    }
    return std::move(file_);
  }

 private:
  void read_root(const YamlNode& root) {
    Fields fields(root, "a file of rule tests", {"rule_files", "evaluation_interval", "group_eval_order", "tests"},
                  complaints_);
    fields.drop_empty({"rule_files", "evaluation_interval", "group_eval_order", "tests"});
    if (const YamlNode* files = fields.list("rule_files")) {
      for (const YamlNodePtr& item : files->items) {
        if (is_text(*item, "the path of a rule file")) {
          file_.rule_files.push_back({item->text, complaints_.position(*item)});
        }
      }
    }
    const auto interval = fields.read<Milliseconds>("evaluation_interval", parse_duration);
    if (interval && interval->count() > 0) file_.evaluation_interval = *interval;
    if (const YamlNode* order = fields.list("group_eval_order")) read_group_order(*order);
    const YamlNode* tests = fields.list("tests");
    if (tests == nullptr) return;
    for (const YamlNodePtr& item : tests->items) {
      if (item->kind == YamlNode::Kind::kMap) {
        read_group(*item);
      } else {
        complaints_.error(*item, std::string("a test must be a mapping, this is ") + describe(*item));
      }
    }
  }

  void read_group_order(const YamlNode& order) {
    std::set<std::string> names;
    for (const YamlNodePtr& item : order.items) {
      if (!is_text(*item, "the name of a group")) continue;
      if (!names.insert(item->text).second) complaints_.error(*item, "group " + quoted(item->text) + " twice");
      file_.group_eval_order.push_back(item->text);
    }
  }

  void read_group(const YamlNode& node) {
    Fields fields(
        node, "a test",
        {"interval", "name", "input_series", "alert_rule_test", "promql_expr_test", "external_labels", "external_url"},
        complaints_);
    fields.drop_empty({"interval", "name", "external_url"});
    TestGroup group;
    group.position = complaints_.position(node);
    group.interval = fields.read<Milliseconds>("interval", parse_duration).value_or(Milliseconds(0));
    if (group.interval.count() == 0) group.interval = file_.evaluation_interval;
    if (const YamlNode* name = fields.text("name")) group.name = name->text;
    if (const YamlNode* url = fields.text("external_url")) group.external_url = url->text;
    group.external_labels = texts(fields, "external_labels");
    each_map(fields, "input_series", [&](const YamlNode& item) { read_series(item, group); });
    each_map(fields, "alert_rule_test", [&](const YamlNode& item) { read_alert_test(item, group); });
    each_map(fields, "promql_expr_test", [&](const YamlNode& item) { read_expression_test(item, group); });
    file_.tests.push_back(std::move(group));
  }

  void read_series(const YamlNode& node, TestGroup& group) {
    Fields fields(node, "an input series", {"series", "values"}, complaints_);
    fields.drop_empty({"values"});
    InputSeries series;
    if (fields.misses("series")) complaints_.error(node, "the input series has no 'series'");
    // Without values, the series has no samples.
    if (auto labels = fields.read<SeriesLabels>("series", parse_series)) series.labels = std::move(*labels);
    if (auto values = fields.read<SequenceValues>("values", parse_values)) series.values = std::move(*values);
    // The last one counts, as in promtool.
    const auto other = std::find_if(group.input.begin(), group.input.end(),
                                    [&](const InputSeries& one) { return one.labels == series.labels; });
    if (series.labels.empty() || other == group.input.end()) return group.input.push_back(std::move(series));
    complaints_.warn(*fields.find("series"),
                     "series " + series_text(series.labels) + " twice in one test; the values of the last one count");
    *other = std::move(series);
  }

  void read_alert_test(const YamlNode& node, TestGroup& group) {
    const Fields fields(node, "an alert test", {"eval_time", "alertname", "exp_alerts"}, complaints_);
    AlertTest test;
    test.position = complaints_.position(node);
    test.eval_time = fields.read<Milliseconds>("eval_time", parse_duration).value_or(Milliseconds(0));
    if (fields.misses("alertname")) complaints_.error(node, "the alert test has no 'alertname': which rule is meant?");
    if (const YamlNode* name = fields.text("alertname")) test.rule = name->text;
    each_map(fields, "exp_alerts", [&](const YamlNode& item) { test.alerts.push_back(read_expected_alert(item)); });
    group.alert_tests.push_back(std::move(test));
  }

  ExpectedAlert read_expected_alert(const YamlNode& node) {
    const Fields fields(node, "an expected alert", {"exp_labels", "exp_annotations", "exp_remedies"}, complaints_);
    ExpectedAlert alert{texts(fields, "exp_labels"), texts(fields, "exp_annotations"), std::nullopt};
    const YamlNode* remedies = fields.list("exp_remedies");
    if (remedies == nullptr) return alert;
    alert.remedies.emplace();
    for (const YamlNodePtr& item : remedies->items) {
      if (auto remedy = read_remedy(*item, std::nullopt, complaints_)) {
        alert.remedies->push_back(std::move(*remedy));
      }
    }
    return alert;
  }

  void read_expression_test(const YamlNode& node, TestGroup& group) {
    const Fields fields(node, "an expression test", {"expr", "eval_time", "exp_samples"}, complaints_);
    ExpressionTest test;
    test.position = complaints_.position(node);
    test.expression_position = test.position;
    test.eval_time = fields.read<Milliseconds>("eval_time", parse_duration).value_or(Milliseconds(0));
    if (fields.misses("expr")) complaints_.error(node, "the expression test has no 'expr'");
    if (const YamlNode* expression = fields.text("expr")) {
      test.expression = expression->text;
      test.expression_position = complaints_.position(*expression);
    }
    each_map(fields, "exp_samples", [&](const YamlNode& item) {
      const Fields sample(item, "an expected sample", {"labels", "value"}, complaints_);
      ExpectedSample expected;
      if (auto labels = sample.read<SeriesLabels>("labels", parse_labels)) expected.labels = std::move(*labels);
      expected.value = sample.read<double>("value", parse_number).value_or(0);
      test.samples.push_back(std::move(expected));
    });
    group.expression_tests.push_back(std::move(test));
  }

  // Calls `use` for each mapping of a list; does nothing if there is no list, or a key without a value.
  template <typename Use>
  void each_map(const Fields& fields, std::string_view key, Use use) {
    const YamlNode* list = fields.find(key);
    if (list == nullptr || list->kind == YamlNode::Kind::kNull || (list = fields.list(key)) == nullptr) return;
    for (const YamlNodePtr& item : list->items) {
      if (item->kind == YamlNode::Kind::kMap) {
        use(*item);
      } else if (item->kind == YamlNode::Kind::kNull) {
        complaints_.error(*item, "an empty item of " + quoted(key));
      } else {
        complaints_.error(*item, "an item of " + quoted(key) + " must be a mapping, this is " + describe(*item));
      }
    }
  }

  std::map<std::string, std::string> texts(const Fields& fields, std::string_view key) {
    std::map<std::string, std::string> result;
    const YamlNode* map = fields.find(key);
    if (map == nullptr || map->kind == YamlNode::Kind::kNull || (map = fields.mapping(key)) == nullptr) return result;
    for (const auto& [name, value] : map->entries) {
      if (name->kind != YamlNode::Kind::kScalar || value->kind == YamlNode::Kind::kList ||
          value->kind == YamlNode::Kind::kMap) {
        complaints_.error(*value, std::string("a label or annotation is a text, this is ") + describe(*value));
      } else if (!result.try_emplace(name->text, value->text).second) {
        complaints_.error(*name, "duplicate key " + quoted(name->text));
      }
    }
    return result;
  }

  bool is_text(const YamlNode& node, const std::string& what) {
    if (node.kind == YamlNode::Kind::kScalar) return true;
    complaints_.error(node, what + " is wanted here, this is " + describe(node));
    return false;
  }

  Complaints complaints_;
  TestFile file_;
};

}  // namespace

CheckedTestFile read_test_file(const SourceFile& source) {
  CheckedTestFile checked;
  TestFile file = TestFileReader(source, checked.diagnostics).read();
  std::stable_sort(checked.diagnostics.begin(), checked.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.position < b.position; });
  const bool wrong = std::any_of(checked.diagnostics.begin(), checked.diagnostics.end(),
                                 [](const Diagnostic& one) { return one.severity == Severity::kError; });
  if (!wrong) checked.file = std::move(file);
  return checked;
}

}  // namespace hotspot::rules
