#include "actuator/loop/publisher.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/published_numbers.h"
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

Publisher::Publisher(const Options& options, Ports ports)
    : cluster_(options.cluster),
      dry_run_(options.dry_run),
      lasts_(options.lease * kPublishedLeases),
      ports_(std::move(ports)) {
  if (ports_.events != nullptr) publication_.on_news([this](ports::Event event) { mark(std::move(event)); });
}

void Publisher::loaded(const rules::RuleSet& set) {
  publication_.loaded(set);
  limits_ = limits_in(set);
}

std::vector<MetricFamily> Publisher::gather(const Status& status, const Meters& meters) {
  numbers_ = publication_.carry_on(published_numbers(status, meters));
  return metric_families(status, meters);
}

Written Publisher::publish(const Intake& intake, std::int64_t token) {
  if (ports_.clock.steady() < next_publish_) return Write::kNothing;
  next_publish_ = ports_.clock.steady() + kPublishInterval;
  const telemetry::Published record = publication_.record({.cluster = cluster_,
                                                           .nodes = {.cluster = intake.cluster(),
                                                                     .freshness = intake.freshness(),
                                                                     .now = ports_.clock.now(),
                                                                     .version = kVersion,
                                                                     .before = ""},
                                                           .metrics = numbers_,
                                                           .limits = limits_});
  return done_or_error(ports_.journal.publish(token, telemetry::encode(record), lasts_));
}

void Publisher::mark(ports::Event event) {
  event.cluster = cluster_;
  if (dry_run_ && !event.action.empty()) event.sentence = "dry run: " + event.sentence;
  ports_.events->write(std::move(event));
}

std::optional<ports::EventsStatus> Publisher::events() const {
  return ports_.events == nullptr ? std::nullopt : std::optional(ports_.events->status());
}

// That it does not lead any more is said once.
void Publisher::show(std::vector<MetricFamily> families) {
  const bool shows = !families.empty();
  if (!ports_.show_metrics || (!shows && !shows_)) return;
  shows_ = shows;
  ports_.show_metrics(std::move(families));
}

}  // namespace hotspot::loop
