#include "actuator/rules/testing/test_run.h"

#include <algorithm>
#include <cmath>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/testing/expectation_text.h"
#include "common/text/duration.h"

namespace hotspot::rules {
namespace {

// All groups are evaluated at every step, in the order that the file sets.
std::shared_ptr<const RuleSet> ordered(const RuleSet& rules, const std::vector<std::string>& order) {
  RuleSet set = rules;
  const auto rank = [&](const Rule& rule) {
    const auto place = std::find(order.begin(), order.end(), rule.group);
    return place == order.end() ? 0 : place - order.begin();
  };
  std::stable_sort(set.rules.begin(), set.rules.end(), [&](const Rule& a, const Rule& b) { return rank(a) < rank(b); });
  for (Rule& rule : set.rules) rule.interval = Milliseconds(0);
  return std::make_shared<const RuleSet>(std::move(set));
}

// The limit per test; this many take 320 MB.
constexpr std::uint64_t kMostSamples = 20'000'000;
// The number of samples that are added to the store at once.
constexpr std::size_t kMostAtOnce = 65'536;
// The limit for rules times steps per test, which takes minutes.
constexpr std::int64_t kMostEvaluations = 100'000'000;

// Adds the samples of the input series to the store, step by step.
class Feeder {
 public:
  explicit Feeder(const TestGroup& group) : interval_(group.interval) {
    for (const InputSeries& input : group.input)
      series_.push_back({LabelSet(input.labels), SequenceCursor(input.values)});
  }

  void feed(Store& store, Milliseconds until) {
    const std::int64_t last = until / interval_;
    std::vector<Sample> samples;
    for (Fed& one : series_) {
      samples.clear();
      for (auto place = one.values.place(); place && *place <= last; place = one.values.place()) {
        samples.push_back({(interval_ * *place).count(), one.values.take()});
        if (samples.size() < kMostAtOnce) continue;
        store.append_many(one.labels, samples);
        samples.clear();
      }
      if (!samples.empty()) store.append_many(one.labels, samples);
    }
  }

 private:
  struct Fed {
    LabelSet labels;
    SequenceCursor values;
  };
  Milliseconds interval_;
  std::vector<Fed> series_;
};

class GroupRun {
 public:
  GroupRun(const TestFile& file, const TestGroup& group, const std::shared_ptr<const RuleSet>& rules,
           TestGroupResult& result)
      : file_(file),
        group_(group),
        result_(result),
        engine_({.external_labels = group.external_labels,
                 .external_url = group.external_url,
                 .keep_all_samples = true,
                 .subquery_step = file.evaluation_interval}),
        feeder_(group) {
    if (rules) engine_.load(ordered(*rules, file.group_eval_order));
  }

  void run() {
    result_.checks = group_.alert_tests.size() + group_.expression_tests.size();
    if (!step_through()) return;
    for (const ExpressionTest& test : group_.expression_tests) check(test);
  }

 private:
  bool step_through() {
    const Milliseconds end = last();
    const bool has_rules = engine_.rules() != nullptr && !engine_.rules()->rules.empty();
    if (!can_be_held(end) || (has_rules && !can_be_evaluated(end))) return false;
    // Without rules only the last step matters.
    const Milliseconds begin = has_rules ? Milliseconds(0) : end - end % file_.evaluation_interval;
    for (Milliseconds time = begin; time <= end; time += file_.evaluation_interval) {
      feeder_.feed(engine_.store(), time);
      if (!has_rules) continue;
      const Evaluation evaluation = engine_.evaluate_store(WallTime(time));
      // A problem in a rule invalidates every later test.
      if (!record_problems(evaluation, time)) return false;
      record_alerts(evaluation, time);
      for (const AlertTest& test : group_.alert_tests) {
        if (time <= test.eval_time && test.eval_time < time + file_.evaluation_interval) check(test, evaluation);
      }
    }
    if (!has_rules) {
      for (const AlertTest& test : group_.alert_tests) check(test, {});
    }
    return true;
  }

  bool can_be_evaluated(Milliseconds end) {
    const std::int64_t steps = end / file_.evaluation_interval + 1;
    const auto rules = static_cast<std::int64_t>(engine_.rules()->rules.size());
    if (rules == 0 || steps <= kMostEvaluations / rules) return true;
    fail(group_.position, "    time: " + text::duration_source(end) + ", err: " + std::to_string(steps) +
                              " evaluations of " + std::to_string(rules) + " rules, one each " +
                              text::duration_source(file_.evaluation_interval) + ", are more than a test may take (" +
                              std::to_string(kMostEvaluations) +
                              " of one rule); a longer evaluation_interval or an earlier eval_time is needed");
    return false;
  }

  bool can_be_held(Milliseconds end) {
    const auto places = static_cast<std::uint64_t>(end / group_.interval) + 1;
    std::uint64_t left = kMostSamples;
    for (const InputSeries& input : group_.input) {
      const std::uint64_t count = values_within(input.values, places);
      if (count > left) {
        fail(group_.position, "    err: the input series have more than " + std::to_string(kMostSamples) +
                                  " values until the last eval_time, " + text::duration_source(end) +
                                  "; no more are held for one test");
        return false;
      }
      left -= count;
    }
    return true;
  }

  // Prometheus' own series about alerts; rules see those of the previous evaluation.
  void record_alerts(const Evaluation& evaluation, Milliseconds time) {
    std::map<SeriesLabels, double> now;
    for (const Firing& firing : evaluation.firings) {
      SeriesLabels labels = firing.labels;
      labels["alertname"] = firing.rule->name;
      labels["__name__"] = "ALERTS_FOR_STATE";
      now[labels] = to_unix_seconds(firing.pending_since);
      labels["__name__"] = "ALERTS";
      labels["alertstate"] = firing.phase == Phase::kFiring ? "firing" : "pending";
      now[labels] = 1;
    }
    for (const auto& [labels, value] : alerts_) {
      if (!now.contains(labels)) engine_.store().append(LabelSet(labels), WallTime(time), stale_marker());
    }
    for (const auto& [labels, value] : now) engine_.store().append(LabelSet(labels), WallTime(time), value);
    alerts_ = std::move(now);
  }

  bool record_problems(const Evaluation& evaluation, Milliseconds time) {
    bool right = true;
    for (const std::string& problem : evaluation.problems) {
      // The rule asked for the limit: a test may expect that nothing fires then.
      if (problem.find("more than its limit") != std::string::npos) continue;
      fail(group_.position, "    time: " + text::duration_source(time) + ", err: " + problem);
      right = false;
    }
    return right;
  }

  Milliseconds last() const {
    Milliseconds last{0};
    for (const AlertTest& test : group_.alert_tests) last = std::max(last, test.eval_time);
    for (const ExpressionTest& test : group_.expression_tests) last = std::max(last, test.eval_time);
    return last;
  }

  void fail(Position position, std::string text) {
    const std::string name = group_.name.empty() ? "" : "    name: " + group_.name + ",\n";
    result_.failures.push_back({position, name + std::move(text)});
  }

  void check(const AlertTest& test, const Evaluation& evaluation) {
    std::vector<AlertText> expected, got;
    for (const ExpectedAlert& alert : test.alerts) {
      AlertText text{alert.labels, alert.annotations, alert.remedies};
      text.labels["alertname"] = test.rule;
      expected.push_back(std::move(text));
    }
    for (const Firing& firing : evaluation.firings) {
      if (firing.phase != Phase::kFiring || firing.rule->name != test.rule) continue;
      AlertText text{firing.labels, firing.annotations, firing.rule->remedies};
      text.labels["alertname"] = test.rule;
      got.push_back(std::move(text));
    }
    if (same_alerts(expected, got)) return;
    fail(test.position, "    alertname: " + test.rule + ", time: " + text::duration_source(test.eval_time) +
                            ",\n        exp:" + alerts_text(expected, got) +
                            ",\n        got:" + alerts_text(got, expected));
  }

  void check(const ExpressionTest& test) {
    const std::string head =
        "    expr: " + go_quoted(test.expression) + ", time: " + text::duration_source(test.eval_time) + ",";
    const auto value = value_of(test);
    if (!value) return fail(test.position, head + " err: " + value.error().message);
    std::vector<ExpectedSample> got;
    if (value->type == ValueType::kScalar) {
      got.push_back({{}, value->scalar});
    } else if (value->type == ValueType::kVector) {
      for (const Element& element : value->vector) got.push_back({series_labels(element.labels), element.value});
    } else {
      return fail(test.position, head + " err: the result is neither a number nor a set of series");
    }
    if (same_samples(test.samples, got)) return;
    fail(test.position, head + "\n        exp: " + samples_text(test.samples) + "\n        got: " + samples_text(got));
  }

  static SeriesLabels series_labels(const LabelSet& labels) {
    SeriesLabels result = labels.map();
    if (labels.has_name()) result[std::string(kNameLabel)] = labels.name();
    return result;
  }

  Result<Value> value_of(const ExpressionTest& test) const {
    ParsedExpression parsed = parse_expression(test.expression);
    KnownSeries any;
    any.any_name = true;
    if (parsed.expression) check_expression(*parsed.expression, parsed.problems, any);
    for (const TextProblem& problem : parsed.problems) {
      if (problem.severity == Severity::kError) return Error{problem.message};
    }
    EvaluateOptions options;
    options.subquery_step = file_.evaluation_interval;
    return evaluate(*parsed.expression, engine_.store(), WallTime(test.eval_time), options);
  }

  const TestFile& file_;
  const TestGroup& group_;
  TestGroupResult& result_;
  Engine engine_;
  Feeder feeder_;
  std::map<SeriesLabels, double> alerts_;  // ALERTS and ALERTS_FOR_STATE as last recorded
};

}  // namespace

std::size_t TestFileResult::checks() const {
  std::size_t sum = 0;
  for (const TestGroupResult& group : groups) sum += group.checks;
  return sum;
}

std::size_t TestFileResult::failures() const {
  std::size_t sum = 0;
  for (const TestGroupResult& group : groups) sum += group.failures.size();
  return sum;
}

TestFileResult run_tests(const TestFile& file, const std::shared_ptr<const RuleSet>& rules) {
  TestFileResult result{.path = file.path, .groups = {}, .problems = {}};
  for (const TestGroup& group : file.tests) {
    TestGroupResult& one = result.groups.emplace_back();
    one.name = group.name.empty() ? "test " + std::to_string(result.groups.size()) : group.name;
    one.position = group.position;
    GroupRun(file, group, rules, one).run();
  }
  return result;
}

}  // namespace hotspot::rules
