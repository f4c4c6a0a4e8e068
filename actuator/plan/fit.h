// Where a machine of a given size would go, and why not elsewhere.
//
// PURE. The answer is the planner's: what refuses a node to a domain that is moved refuses it to the machine, on the
// same projection, and the places come in the order in which a target is chosen. The machine has no needs besides its
// size: no devices, networks, CPU model or affinity.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/planner.h"

namespace hotspot::plan {

struct MachineSize {
  int vcpus = 1;
  std::int64_t memory_bytes = 0;           // its balloon; what QEMU needs comes to it
  double busy_ratio = 1;                   // of its vCPUs: what it is taken to use, since nothing was measured yet
  std::optional<std::int64_t> disk_bytes;  // empty: not asked
  std::optional<std::int64_t> iops;        // as above; what a node's disks can do is not known of any
};

// Of a node. Empty: not measured.
struct Room {
  std::optional<double> cpu_ratio;  // demand, 0 to 1 and more
  std::optional<std::int64_t> memory_available_bytes;
  double promised_ratio = 0;  // see placement.h
  bool operator==(const Room&) const = default;
};

struct FitPlace {
  std::string node, node_uuid;
  std::int64_t memory_bytes = 0;
  Room before, after;
  // Of its roomiest file system, what disks may use: less than is free. Empty: not measured.
  std::optional<std::int64_t> disk_room_bytes;
  std::string disk_path;             // where that is mounted
  std::optional<double> iops;        // of its domains, now
  std::vector<std::string> unknown;  // of what was asked: "disk", "iops"
  std::vector<std::string> notes;    // why it comes last, or what would delay a migration there
};

struct FitRefusals {
  std::string node, node_uuid;
  std::vector<model::Refusal> refusals;  // at least one
};

struct FitAnswer {
  std::vector<FitPlace> places;        // the best first; room for all of it that is measured
  std::vector<FitRefusals> elsewhere;  // the other nodes, by name
};

FitAnswer find_fit(const PlanInput& input, const MachineSize& size);

// Private to the planner: the same on what a round has changed already.
class Planning;
FitAnswer find_fit(const Planning& planning, const MachineSize& size);
void assume_machine(Planning& planning, const MachineSize& size, const model::Node& node);

}  // namespace hotspot::plan
