// How each series is read: the catalogue's rows with the function that takes the value out of a sample.
//
// Private to the model: others use series.h.
#pragma once

#include "actuator/model/series.h"

namespace hotspot::model {

// What a reader may look at. Fields that the scope does not have are null.
struct Reading {
  const Node& node;
  const DomainSample* domain = nullptr;
  const telemetry::VcpuSample* vcpu = nullptr;
  const telemetry::DiskSample* disk = nullptr;
  const telemetry::InterfaceSample* interface = nullptr;
  WallTime now{};
};

enum class Device { kNone, kDisk, kInterface };

struct SeriesReader {
  SeriesInfo info;
  Device device = Device::kNone;  // for Scope::kDevice
  bool of_stale_nodes = false;    // speaks of the data themselves
  std::optional<double> (*read)(const Reading&);
};

std::span<const SeriesReader> series_readers();  // sorted by name

}  // namespace hotspot::model
