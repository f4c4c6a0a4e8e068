// What the leader lets collectors know.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/loop.h"
#include "actuator/rules/evaluate/limits_of.h"
#include "common/text/visible.h"
#include "hotspot_version.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kPublishInterval{1000};
// Times the lease: so long it stays when the leader is gone, and no longer.
constexpr int kPublishedLeases = 3;

// A line for each rule and metric: of several the first one.
std::vector<telemetry::PublishedLimit> limits_in(const rules::RuleSet& set) {
  std::vector<telemetry::PublishedLimit> all;
  for (const rules::Rule& rule : set.rules) {
    if (rule.kind == rules::RuleKind::kRecord || rule.expression == nullptr) continue;
    const std::string name = text::visible(rule.name, telemetry::kMostPublishedName);
    for (const rules::Limit& limit : rules::limits_of(*rule.expression)) {
      const std::string metric(limit.metric);
      const bool is_there = std::any_of(all.begin(), all.end(), [&](const telemetry::PublishedLimit& one) {
        return one.rule == name && one.metric == metric;
      });
      if (all.size() >= telemetry::kMostPublishedItems) return all;
      if (!is_there)
        all.push_back(
            {.rule = name, .metric = metric, .comparison = rules::to_string(limit.comparison), .number = limit.value});
    }
  }
  return all;
}

}  // namespace

void Loop::note_rules(const rules::RuleSet& set) {
  publication_.loaded(set);
  limits_ = limits_in(set);
}

// Of the leader before.
void Loop::take_counts(const std::map<std::string, std::string>& state) {
  const auto field = state.find(kCountsField);
  const auto taken = publication_.take_lead(field == state.end() ? "" : field->second, leads_since_);
  if (!taken) log_(LogLevel::kWarning, "actions are counted anew: " + taken.error().message);
  publication_.loaded(rules_.rules());
}

// With the numbers of the status that was just saved.
void Loop::publish() {
  if (!leadership_.leads() || ports_.clock.steady() < next_publish_) return;
  next_publish_ = ports_.clock.steady() + kPublishInterval;
  const telemetry::Published record = publication_.record({.cluster = options_.cluster,
                                                           .nodes = {.cluster = intake_.cluster(),
                                                                     .freshness = intake_.freshness(),
                                                                     .now = ports_.clock.now(),
                                                                     .version = kVersion,
                                                                     .before = ""},
                                                           .metrics = numbers_,
                                                           .limits = limits_});
  check_write(ports_.journal.publish(leadership_.token(), telemetry::encode(record), options_.lease * kPublishedLeases),
              "what collectors may know");
}

void Loop::mark(ports::Event event) {
  event.cluster = options_.cluster;
  if (options_.dry_run && !event.action.empty()) event.sentence = "dry run: " + event.sentence;
  ports_.events->write(std::move(event));
}

// That it does not lead any more is said once.
void Loop::show_metrics(std::vector<MetricFamily> families) {
  const bool shows = !families.empty();
  if (!ports_.show_metrics || (!shows && !shows_metrics_)) return;
  shows_metrics_ = shows;
  ports_.show_metrics(std::move(families));
}

}  // namespace hotspot::loop
