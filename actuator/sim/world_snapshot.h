// The snapshot of a simulated node, as its collector would send it.
//
// What is not simulated is not measured in it: single vCPUs, disks, pressure. Thread rule: as World.
#pragma once

#include <cstdint>
#include <string>

#include "actuator/sim/world.h"
#include "telemetry/snapshot.h"

namespace hotspot::simulation {

// Of its snapshots and its address.
struct CollectorModel {
  std::string cluster;
  Milliseconds interval{0};
};

std::string uri_of(const NodeModel& node);
telemetry::NodeSnapshot snapshot_of(const World& world, std::size_t node, const CollectorModel& collector,
                                    const SimulatedClock& clock);

}  // namespace hotspot::simulation
