// The leader's own metrics that collectors may store: their names and collectd types.
//
// Other names in a record are skipped, so that no record creates files of unknown names. docs/metrics.md lists them.
#pragma once

#include <span>
#include <string_view>

namespace hotspot::telemetry {

struct PublishedMetric {
  const char* name;
  const char*
      type;  // from collectd's own types.db: "gauge", "derive" (a counter), "duration" (seconds), "bytes", "percent"
};

std::span<const PublishedMetric> published_metrics();
// "migrate", "set_vcpus", …: model::step_name() of every step.
bool is_published_action(std::string_view kind);
const PublishedMetric* find_published_metric(std::string_view name);  // null if there is none

}  // namespace hotspot::telemetry
