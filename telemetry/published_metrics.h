// The leader's own numbers that collectors may store: their names, and what they are to collectd.
//
// A record's other names are skipped, so no record makes files of names that are not here. docs/metrics.md lists them.
#pragma once

#include <span>
#include <string_view>

namespace hotspot::telemetry {

struct PublishedMetric {
  const char* name;
  const char*
      type;  // of collectd's own types.db: "gauge", "derive" (a counter), "duration" (seconds), "bytes", "percent"
};

std::span<const PublishedMetric> published_metrics();
// "migrate", "set_vcpus", …: model::step_name() of every step.
bool is_published_action(std::string_view kind);
const PublishedMetric* find_published_metric(std::string_view name);  // null: there is none

}  // namespace hotspot::telemetry
