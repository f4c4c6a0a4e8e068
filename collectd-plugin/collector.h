// From two readings to a snapshot: computes rates over the measured time between them.
//
// PURE. A domain is identified by its UUID. There is no rate (never a zero and never a spike) for a first reading, for
// a counter that went backwards, for a domain that was not running at both times or was restarted, and for a new vCPU
// or device. A group of statistics that was not read again keeps the rates of the previous snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

struct SnapshotContext {
  std::string cluster;
  std::string actuator_uri;
  double interval_seconds = 0;
  std::uint64_t sequence = 0;
  telemetry::CollectorSample collector;
  const telemetry::NodeSnapshot* earlier = nullptr;  // made from `before`
};

telemetry::NodeSnapshot make_snapshot(const Reading* before, const Reading& now, const SnapshotContext& context);

}  // namespace hotspot::collector
