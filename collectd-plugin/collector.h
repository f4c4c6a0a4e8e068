// From two readings to a snapshot: rates over the time that was measured between them.
//
// PURE. A domain is compared with itself by its UUID. A first reading, a counter that went backwards, a domain that was
// not running at either time or was started anew, a vCPU or device that is new: no rate, never a zero and never a
// spike. A group of statistics that was not read anew keeps the rates of the snapshot before.
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
  const telemetry::NodeSnapshot* earlier = nullptr;  // made of `before`
};

telemetry::NodeSnapshot make_snapshot(const Reading* before, const Reading& now, const SnapshotContext& context);

}  // namespace hotspot::collector
