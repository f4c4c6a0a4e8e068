// What a simulation begins with: nodes, domains, what these want over time, and how the simulator judges.
//
// Values. They come from a cluster file (scenario_file.h) or from recorded snapshots (recording.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actuator/sim/demand.h"
#include "telemetry/snapshot.h"
#include "telemetry/units.h"

namespace hotspot::simulation {

inline constexpr double kBitsPerByte = 8;

struct NodeModel {
  std::string name;
  std::string uuid;
  int cpus = 0;
  std::int64_t memory_bytes = 0;
  double own_cores = 0.1;                // what the node uses itself
  std::int64_t own_bytes = kGibibyte;    // likewise
  double link_bytes_per_second = 125e6;  // each direction
  std::vector<double> watts;             // at equal distances of its CPU use from 0 to 100 %; empty: not known
};

struct DomainModel {
  std::string name;
  std::string uuid;
  std::size_t node = 0;  // where it begins: an index
  int vcpus = 1, vcpus_max = 1;
  std::int64_t memory_bytes = 0, memory_max_bytes = 0;  // its balloon, and the balloon's limit
  std::int64_t resident_bytes = 0;                      // 0: all of its balloon
  Demand cores;                                         // CPU, in cores
  Demand used_bytes;                                    // memory in use in the guest
  Demand receive, transmit;                             // bytes per second
  double dirty_bytes_per_second = 0;                    // while it runs as fast as it wants
  telemetry::Policy policy;
};

// A node is hot while its use is above: a share of its CPU, its memory, its link's busier direction.
struct HotMarks {
  double cpu = 0.9, memory = 0.9, network = 0.9;
};

struct MigrationModel {
  double bytes_per_second = 110.0 * 1024 * 1024;  // at most; the links' speeds bound it too
  double cores = 0.5;                             // that a migration uses on each of its two nodes
};

struct Scenario {
  std::vector<NodeModel> nodes;
  std::vector<DomainModel> domains;
  HotMarks marks;
  MigrationModel migration;
  WallTime begins = from_unix_ms(1'767'225'600'000);  // 2026-01-01 00:00 UTC
  Milliseconds recorded{0};                           // how long the recording is that it comes from; 0: it has none
};

// Watts at a share of the CPU of 0 to 1: a straight line between two of the values. 0 without values.
double watts_at(const std::vector<double>& watts, double cpu_ratio);

// A UUID that follows from the text.
std::string uuid_from(const std::string& text);

// The same machine again and again: NAME1, NAME2, … Their UUIDs follow from the names.
std::string numbered(const std::string& name, std::size_t number);

}  // namespace hotspot::simulation
