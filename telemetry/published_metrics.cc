#include "telemetry/published_metrics.h"

#include <algorithm>
#include <array>

namespace hotspot::telemetry {
namespace {

constexpr std::array kPublishedMetrics{
    PublishedMetric{"actions_in_flight", "gauge"},
    PublishedMetric{"cooldowns", "gauge"},
    PublishedMetric{"domains_on_two_nodes", "gauge"},
    PublishedMetric{"evaluation", "duration"},
    PublishedMetric{"evaluations", "derive"},
    PublishedMetric{"firing", "gauge"},
    PublishedMetric{"mode", "gauge"},
    PublishedMetric{"nodes_fresh", "gauge"},
    PublishedMetric{"nodes_stale", "gauge"},
    PublishedMetric{"nodes_waiting", "gauge"},
    PublishedMetric{"pending", "gauge"},
    PublishedMetric{"plans", "derive"},
    PublishedMetric{"redis_memory", "bytes"},
    PublishedMetric{"redis_memory_limit", "bytes"},
    PublishedMetric{"redis_memory_used", "percent"},
    PublishedMetric{"rule_reloads_refused", "derive"},
    PublishedMetric{"rules", "gauge"},
    PublishedMetric{"rules_aside", "gauge"},
    PublishedMetric{"rules_refused", "gauge"},
    PublishedMetric{"shrinks_failed", "derive"},
    PublishedMetric{"snapshot_lag", "duration"},
    PublishedMetric{"snapshots_refused", "derive"},
    PublishedMetric{"snapshots_taken", "derive"},
    PublishedMetric{"ticks", "derive"},
};

constexpr std::array<std::string_view, 9> kPublishedActions{"migrate",           "plug_dimm",      "set_balloon",
                                                            "set_cpu_cap",       "set_cpu_shares", "set_disk_limit",
                                                            "set_network_limit", "set_vcpus",      "set_virtio_mem"};

}  // namespace

std::span<const PublishedMetric> published_metrics() { return kPublishedMetrics; }

bool is_published_action(std::string_view kind) {
  return std::find(kPublishedActions.begin(), kPublishedActions.end(), kind) != kPublishedActions.end();
}

const PublishedMetric* find_published_metric(std::string_view name) {
  const auto found = std::find_if(kPublishedMetrics.begin(), kPublishedMetrics.end(),
                                  [&](const PublishedMetric& one) { return name == one.name; });
  return found == kPublishedMetrics.end() ? nullptr : &*found;
}

}  // namespace hotspot::telemetry
