#include "actuator/ctl/live_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <set>

#include "actuator/client/admitted.h"
#include "actuator/ctl/commands.h"
#include "actuator/model/text.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/reach.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/humanize.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/language/source_text.h"

namespace hotspot::ctl {

namespace {

constexpr Milliseconds kTogether{1000};

// Applies snapshots in the order of their arrival and evaluates recording rules as hotspotd did: once per moment.
class Follower {
 public:
  Follower(LiveData& live, const model::Freshness& freshness, const model::Freshness& lenient)
      : live_(live), freshness_(freshness), lenient_(lenient) {
    const auto& all = live.engine.rules()->rules;
    records_ =
        std::any_of(all.begin(), all.end(), [](const auto& rule) { return rule.kind == rules::RuleKind::kRecord; });
  }

  void take(ports::Arrival arrival) {
    const std::string uuid = arrival.snapshot.node.uuid;
    // The arrival, or the time when it was taken if that is earlier: a clock that is ahead does not count.
    const WallTime received_at = arrival.received_at;
    const WallTime at = std::max(newest_, std::min(received_at, arrival.snapshot.taken_at));
    if (!batch_.empty() && (batch_.contains(uuid) || at >= began_ + kTogether)) evaluate();
    if (live_.cluster.apply(std::move(arrival.snapshot), received_at, lenient_) != model::Ingest::kTaken) return;
    if (batch_.empty()) began_ = at;
    newest_ = at;
    batch_.insert(uuid);
  }

  void evaluate() {
    if (batch_.empty()) return;
    batch_.clear();
    live_.engine.observe(live_.cluster, newest_);
    if (records_) live_.engine.step(live_.cluster, newest_, freshness_);
  }

 private:
  LiveData& live_;
  const model::Freshness& freshness_;
  const model::Freshness& lenient_;
  bool records_ = false;
  std::set<std::string> batch_;
  WallTime began_{}, newest_{};
};

}  // namespace

std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all, const rules::Rule& rule) {
  rules::RuleSet set;
  for (const rules::Rule& one : all.rules) {
    if (one.kind == rules::RuleKind::kRecord && &one != &rule) set.rules.push_back(one);
  }
  set.rules.push_back(rule);
  return std::make_shared<const rules::RuleSet>(std::move(set));
}

std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all,
                                                  std::shared_ptr<const rules::Expression> expression) {
  rules::Rule rule;
  rule.kind = rules::RuleKind::kAlert;
  rule.name = "asked";
  rule.subject = rules::SubjectKind::kCluster;
  rule.expression = std::move(expression);
  return records_and(all, rule);
}

std::unique_ptr<LiveData> no_data(Session& session, std::shared_ptr<const rules::RuleSet> rules) {
  auto live = std::make_unique<LiveData>(LiveData{
      .cluster = {},
      .engine = rules::Engine(
          {.keep_all_samples = true, .freshness = session.config().freshness, .margins = session.config().margins}),
      .now = session.now(),
      .unreadable = 0,
      .options = {}});
  live->engine.load(std::move(rules));
  return live;
}

Result<std::unique_ptr<LiveData>> read_live(Session& session, std::shared_ptr<const rules::RuleSet> rules) {
  const rules::Reach reach = rules::reach_of(*rules);
  const Milliseconds lookback = std::max(reach.longest(), reach.recorded);
  auto live = no_data(session, std::move(rules));
  live->cluster.set_draining(drained_nodes(session));
  const model::Freshness& freshness = session.config().freshness;
  model::Freshness lenient = freshness;
  lenient.max_clock_skew = Milliseconds(std::chrono::hours(24 * 365));
  auto newest = client::newest_of_admitted(session.connection(), kLiveWindow);
  if (!newest) return newest.error();
  live->unreadable = newest->newest.unreadable;
  std::vector<ports::Arrival> arrivals = std::move(newest->newest.snapshots);
  if (lookback.count() > 0) {
    auto recent = client::all_of_admitted(session.connection(), lookback + freshness.min_max_age);
    if (!recent) return recent.error();
    auto& all = recent->newest.snapshots;
    std::move(all.begin(), all.end(), std::back_inserter(arrivals));
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const auto& a, const auto& b) { return a.snapshot.taken_at < b.snapshot.taken_at; });
  Follower follower(*live, freshness, lenient);
  for (ports::Arrival& arrival : arrivals) follower.take(std::move(arrival));
  follower.evaluate();
  live->engine.observe(live->cluster, live->now);
  live->engine.step(live->cluster, live->now, freshness);
  live->options = live->engine.evaluate_options();
  return live;
}

std::shared_ptr<const rules::Expression> read_expression(const std::string& text, const rules::RuleSet& all) {
  rules::KnownSeries known;
  for (const rules::Rule& rule : all.rules) {
    if (rule.kind == rules::RuleKind::kRecord) known.recorded[rule.name].possible_labels.any = true;
    known.labels.any = known.labels.any || rule.kind == rules::RuleKind::kRecord;
  }
  rules::ParsedExpression parsed = rules::parse_expression(text);
  if (parsed.expression) rules::check_expression(*parsed.expression, parsed.problems, known);
  const rules::SourceFile file{"EXPR", text};
  const rules::SourceText source(file.text);
  std::vector<rules::Diagnostic> errors;
  for (rules::TextProblem& problem : parsed.problems) {
    if (problem.severity != rules::Severity::kError) continue;
    errors.push_back({file.path, source.position(problem.offset), problem.severity, std::move(problem.message),
                      std::move(problem.suggestion)});
  }
  if (errors.empty() && parsed.expression) return std::move(parsed.expression);
  std::fputs(rules::format(errors, {file}).c_str(), stderr);
  return nullptr;
}

nlohmann::json json_number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(rules::number_text(value));
}

std::string value_cell(double value, std::optional<model::Unit> unit) {
  if (!std::isfinite(value)) return rules::number_text(value);
  if (unit == model::Unit::kRatio) return model::ratio_text(value);
  if (unit == model::Unit::kBytes && std::abs(value) < 9e18) {
    return model::bytes_text(static_cast<std::int64_t>(std::llround(value)));
  }
  if (unit == model::Unit::kSeconds) return rules::humanize_duration(value);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::optional<model::Unit> unit_of(const rules::Expression& expression) {
  if (const auto* selector = std::get_if<rules::Selector>(&expression.what)) {
    return selector->series == nullptr ? std::nullopt : std::optional(selector->series->unit);
  }
  if (const auto* binary = std::get_if<rules::Binary>(&expression.what)) {
    const bool keeps =
        (rules::is_comparison(binary->op) && !binary->returns_bool) || rules::is_set_operation(binary->op);
    return keeps ? unit_of(*binary->left) : std::nullopt;
  }
  if (const auto* aggregation = std::get_if<rules::Aggregation>(&expression.what)) {
    using Op = rules::Aggregation::Op;
    const bool keeps = aggregation->op == Op::kSum || aggregation->op == Op::kAvg || aggregation->op == Op::kMin ||
                       aggregation->op == Op::kMax || aggregation->op == Op::kTopk || aggregation->op == Op::kBottomk ||
                       aggregation->op == Op::kQuantile;
    return keeps ? unit_of(*aggregation->operand) : std::nullopt;
  }
  if (const auto* call = std::get_if<rules::Call>(&expression.what)) {
    for (const char* same : {"avg_over_time", "min_over_time", "max_over_time", "last_over_time", "quantile_over_time",
                             "predict_linear", "predict_ar", "sort", "sort_desc"}) {
      if (call->name.text != same) continue;
      for (const auto& argument : call->arguments) {
        if (argument->type != rules::ValueType::kScalar) return unit_of(*argument);
      }
    }
  }
  return std::nullopt;
}

}  // namespace hotspot::ctl
