#include "collectd-plugin/dispatch/leader_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "collectd-plugin/dispatch/places.h"
#include "collectd-plugin/dispatch_lists.h"
#include "collectd-plugin/stored_name.h"
#include "telemetry/published_metrics.h"

namespace hotspot::collector {
namespace {

constexpr double kStepSeconds = 60;

using telemetry::ActionCounts;
using telemetry::Histogram;

// The maximum of DERIVE; a larger counter is forged.
std::int64_t counter_of(double value) {
  constexpr double kMost = 9e15;
  return static_cast<std::int64_t>(std::clamp(value, 0.0, kMost));
}
std::int64_t counter_of(std::uint64_t value) {
  return static_cast<std::int64_t>(
      std::min(value, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

std::string of_rule(const std::string& what, const std::string& rule) {
  const std::string shown = stored_name(what, Place::kWithin, kMostNameBytes / 2);
  return shown + "@" + stored_name(rule, Place::kWithin, kMostNameBytes - shown.size() - 1);
}

struct Buckets {
  const Histogram& histogram;
  std::string name;  // including its unit, "migrate_duration_ms"
  double scale;      // from the histogram's unit
};

}  // namespace

class LeaderValues::Lists {
 public:
  Lists(std::vector<ValueList>& out, LeaderValues& owner) : out_(out), owner_(owner) {}

  void begin(const char* plugin) { plugin_ = plugin; }
  void add(const char* type, const std::string& instance, Value value) {
    out_.push_back({.host = kFleetHost,
                    .plugin = plugin_,
                    .plugin_instance = owner_.cluster_,
                    .type = type,
                    .type_instance = instance,
                    .values = {value},
                    .interval_seconds = owner_.step_seconds_});
  }
  void add_of(const std::string& rule, const char* type, const std::string& what, Value value) {
    const std::string instance = of_rule(what, rule);
    const std::string name = std::string(plugin_) + "/" + type + "-" + instance;
    const bool is_known = owner_.named_.contains(name);
    if (!seen_.insert(name).second || (!is_known && owner_.named_.size() >= kMostNamed)) {
      ++owner_.left_out_;
      return;
    }
    owner_.named_.insert(name);
    add(type, instance, value);
  }
  void add_buckets(const Buckets& buckets) {
    const auto& counts = buckets.histogram.counts();
    const auto bounds = buckets.histogram.bounds();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::string bound = i == bounds.size() ? "inf" : std::to_string(std::llround(bounds[i] * buckets.scale));
      add("derive", buckets.name + "_le_" + bound, counter_of(counts[i]));
    }
  }

 private:
  std::vector<ValueList>& out_;
  LeaderValues& owner_;
  const char* plugin_ = "";
  std::set<std::string> seen_;  // names that include a rule, in this record
};

LeaderValues::LeaderValues(std::string cluster, double interval_seconds)
    : cluster_(stored_name(cluster, Place::kWithin, kMostNameBytes / 2)),
      step_seconds_(std::max(interval_seconds, kStepSeconds)) {}

void LeaderValues::add_health(const telemetry::Published& published, WallTime now, Lists& lists) {
  lists.add("gauge", "leader", 1.0);
  lists.add("duration", "leader_age", std::max(0.0, to_seconds(now - published.head.at)));
  lists.add("gauge", "left_out", static_cast<double>(published.left_out));
  for (const auto& [name, value] : published.metrics) {
    const telemetry::PublishedMetric* known = telemetry::find_published_metric(name);
    if (known == nullptr) continue;
    const bool counts = known->type == std::string_view("derive");
    lists.add(known->type, name, counts ? Value(counter_of(value)) : Value(value));
  }
  for (const char* outcome : {"act", "recommend", "nothing"}) {
    const auto found = published.decisions.find(outcome);
    if (found != published.decisions.end())
      lists.add("derive", std::string("decisions_") + outcome, counter_of(found->second));
  }
  for (const auto& [rule, subjects] : published.firing)
    lists.add_of(rule, "gauge", "firing", static_cast<double>(subjects));
}

// Histograms are summed over all rules: a file for each bound of each rule would be hundreds of files.
void LeaderValues::add_actions(const telemetry::Published& published, Lists& lists) {
  std::map<std::string, ActionCounts> by_kind;
  for (const ActionCounts& one : published.actions) {
    lists.add_of(one.rule, "derive", one.kind + "_begun", counter_of(one.begun));
    lists.add_of(one.rule, "derive", one.kind + "_done", counter_of(one.done));
    lists.add_of(one.rule, "derive", one.kind + "_failed", counter_of(one.failed));
    lists.add_of(one.rule, "derive", one.kind + "_aborted", counter_of(one.aborted));
    lists.add_of(one.rule, "derive", one.kind + "_skipped", counter_of(one.skipped));
    ActionCounts& sum = by_kind[one.kind];
    sum.duration.add_all(one.duration);
    sum.downtime.add_all(one.downtime);
    sum.prediction.add_all(one.prediction);
  }
  for (const auto& [kind, sum] : by_kind) {
    lists.add_buckets({sum.duration, kind + "_duration_ms", 1000});
    if (kind != "migrate") continue;
    lists.add_buckets({sum.downtime, kind + "_downtime_ms", 1000});
    lists.add_buckets({sum.prediction, kind + "_prediction_percent", 100});
  }
}

void LeaderValues::add_limit(const telemetry::PublishedLimit& limit, Lists& lists) {
  constexpr std::string_view kRatio = "_ratio", kNode = "node_";
  std::string_view metric = limit.metric;
  if (metric.starts_with(kNode)) metric.remove_prefix(kNode.size());
  const bool is_ratio = metric.ends_with(kRatio);
  if (is_ratio) metric.remove_suffix(kRatio.size());
  lists.add_of(limit.rule, is_ratio ? "percent" : "gauge", std::string(metric),
               is_ratio ? percent(limit.number) : limit.number);
}

std::vector<ValueList> LeaderValues::of(const telemetry::Published& published, WallTime now) {
  std::vector<ValueList> all;
  Lists lists(all, *this);
  lists.begin("actuator");
  add_health(published, now, lists);
  lists.begin("actions");
  add_actions(published, lists);
  lists.begin("limit");
  for (const telemetry::PublishedLimit& limit : published.limits) add_limit(limit, lists);
  return all;
}

std::vector<ValueList> LeaderValues::without_leader() const {
  return {{.host = kFleetHost,
           .plugin = "actuator",
           .plugin_instance = cluster_,
           .type = "gauge",
           .type_instance = "leader",
           .values = {0.0},
           .interval_seconds = step_seconds_}};
}

}  // namespace hotspot::collector
