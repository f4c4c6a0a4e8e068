// How each series is read: the rows of the catalogue, each with the function that extracts the value from a sample.
//
// Private to the model; other code uses series.h.
#pragma once

#include "actuator/model/series.h"

namespace hotspot::model {

// What a reader may access. Fields that the scope does not have are null.
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
  Device device = Device::kNone;                  // for Scope::kDevice
  bool of_stale_nodes = false;                    // describes the data themselves
  std::optional<double> (*read)(const Reading&);  // null for series of the cluster: cluster_series.h
};

std::span<const SeriesReader> series_readers();  // sorted by name

}  // namespace hotspot::model
