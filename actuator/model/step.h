// A step: what an action changes of a domain. One struct per kind defines everything about the kind: its name, what it
// changes, its fields in records, its direction, its ends, its sentence.
//
// PURE. A new kind of step is added here. Its checks before and after: act/step_checks.cc. Its implementation:
// io/libvirt/steps.cc, and for simulated domains and tests sim/domain_steps.cc. All else uses the functions below.
//
// A kind has: kName, kChanges, fields(), ends(), describe(); and direction() if it makes a domain larger or smaller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "actuator/model/limits.h"
#include "telemetry/units.h"

namespace hotspot::model {

// What of a domain a step changes. Tuning: a limit or weight on the node that the guest does not see.
enum class Changes { kVcpus, kMemory, kNode, kTuning };

enum class Direction { kNone, kUp, kDown };
template <typename Number>
constexpr Direction direction_of(Number from, Number to) {
  return to > from ? Direction::kUp : to < from ? Direction::kDown : Direction::kNone;
}

// How a field is written in records. No int is negative, and no required text is empty.
enum class FieldUse {
  kRequired,  // always present; a step without it is invalid
  kAlways,    // always written; reading uses the default if it is missing
  kIfSet      // written if it differs from its default
};
template <typename Kind, typename Value>
struct Field {
  const char* name;
  Value Kind::*member;
  FieldUse use = FieldUse::kRequired;
};
// clang 14 deduces no arguments of aggregates.
template <typename Kind, typename Value>
Field(const char*, Value Kind::*) -> Field<Kind, Value>;
template <typename Kind, typename Value>
Field(const char*, Value Kind::*, FieldUse) -> Field<Kind, Value>;

// What a step changes, from what to what.
using StepValue = std::variant<std::int64_t, std::string>;
struct StepEnds {
  const char* measure;              // "vcpus", "balloon_bytes", "cpu_shares", "node", …
  std::optional<StepValue> before;  // empty: the step does not contain it
  StepValue wanted;
};

struct SetVcpus {
  static constexpr const char* kName = "set_vcpus";
  static constexpr Changes kChanges = Changes::kVcpus;
  int from = 0;
  int to = 0;
  bool persistent = false;  // in the domain's definition too

  static constexpr auto fields() {
    return std::tuple{Field{"from", &SetVcpus::from}, Field{"to", &SetVcpus::to},
                      Field{"persistent", &SetVcpus::persistent, FieldUse::kAlways}};
  }
  Direction direction() const { return direction_of(from, to); }
  StepEnds ends() const { return {"vcpus", from, to}; }
  std::string describe() const;
  bool operator==(const SetVcpus&) const = default;
};

struct SetBalloon {
  static constexpr const char* kName = "set_balloon";
  static constexpr Changes kChanges = Changes::kMemory;
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;

  static constexpr auto fields() {
    return std::tuple{Field{"from_bytes", &SetBalloon::from_bytes}, Field{"to_bytes", &SetBalloon::to_bytes},
                      Field{"persistent", &SetBalloon::persistent, FieldUse::kAlways}};
  }
  Direction direction() const { return direction_of(from_bytes, to_bytes); }
  StepEnds ends() const { return {"balloon_bytes", from_bytes, to_bytes}; }
  std::string describe() const;
  bool operator==(const SetBalloon&) const = default;
};

struct MigrateTo {
  static constexpr const char* kName = "migrate";
  static constexpr Changes kChanges = Changes::kNode;
  std::string target_uuid;
  std::string target_name;
  std::string target_uri;
  std::vector<std::string> copied_disks;  // target names of the disks that only the source has: their data are copied
  // Of the disks that are not copied, some are shared only by the operator's statement; libvirt considers them local.
  bool shared_by_statement = false;

  static constexpr auto fields() {
    return std::tuple{Field{"target_uuid", &MigrateTo::target_uuid, FieldUse::kAlways},
                      Field{"target_name", &MigrateTo::target_name, FieldUse::kAlways},
                      Field{"target_uri", &MigrateTo::target_uri},
                      Field{"copied_disks", &MigrateTo::copied_disks, FieldUse::kIfSet},
                      Field{"shared_by_statement", &MigrateTo::shared_by_statement, FieldUse::kIfSet}};
  }
  StepEnds ends() const { return {"node", std::nullopt, target_name}; }  // the action has the source
  std::string describe() const;
  bool operator==(const MigrateTo&) const = default;
};

// What all vCPUs together may use, in per cent of one CPU, divided equally among them. 0: no cap.
struct SetCpuCap {
  static constexpr const char* kName = "set_cpu_cap";
  static constexpr Changes kChanges = Changes::kTuning;
  int to_percent = 0;

  static constexpr auto fields() { return std::tuple{Field{"to_percent", &SetCpuCap::to_percent}}; }
  StepEnds ends() const { return {"cpu_cap_percent", std::nullopt, to_percent}; }
  std::string describe() const;
  bool operator==(const SetCpuCap&) const = default;
};

// The weight against other domains when CPU is short; a domain has 1024 by default.
struct SetCpuShares {
  static constexpr const char* kName = "set_cpu_shares";
  static constexpr Changes kChanges = Changes::kTuning;
  int to = 1024;

  static constexpr auto fields() { return std::tuple{Field{"to", &SetCpuShares::to}}; }
  StepEnds ends() const { return {"cpu_shares", std::nullopt, to}; }
  std::string describe() const;
  bool operator==(const SetCpuShares&) const = default;
};

// Limits of one disk or interface, or of all if no device is named. A limit that is not given here is lifted.
struct SetDiskLimit {
  static constexpr const char* kName = "set_disk_limit";
  static constexpr Changes kChanges = Changes::kTuning;
  std::string device;  // "vda"
  DiskLimit to;

  static constexpr auto fields() {
    return std::tuple{Field{"device", &SetDiskLimit::device, FieldUse::kAlways}, Field{"to", &SetDiskLimit::to}};
  }
  StepEnds ends() const { return {"disk_limit", std::nullopt, limit_text(to)}; }
  std::string describe() const;
  bool operator==(const SetDiskLimit&) const = default;
};

struct SetNetworkLimit {
  static constexpr const char* kName = "set_network_limit";
  static constexpr Changes kChanges = Changes::kTuning;
  std::string device;  // name on the node, "vnet0"
  NetworkLimit to;

  static constexpr auto fields() {
    return std::tuple{Field{"device", &SetNetworkLimit::device, FieldUse::kAlways}, Field{"to", &SetNetworkLimit::to}};
  }
  StepEnds ends() const { return {"network_limit", std::nullopt, limit_text(to)}; }
  std::string describe() const;
  bool operator==(const SetNetworkLimit&) const = default;
};

// How much memory of a virtio-mem device the guest shall have plugged in.
struct SetVirtioMem {
  static constexpr const char* kName = "set_virtio_mem";
  static constexpr Changes kChanges = Changes::kMemory;
  std::string device;  // "virtiomem0"
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;

  static constexpr auto fields() {
    return std::tuple{Field{"device", &SetVirtioMem::device}, Field{"from_bytes", &SetVirtioMem::from_bytes},
                      Field{"to_bytes", &SetVirtioMem::to_bytes},
                      Field{"persistent", &SetVirtioMem::persistent, FieldUse::kAlways}};
  }
  Direction direction() const { return direction_of(from_bytes, to_bytes); }
  StepEnds ends() const { return {"virtio_mem_bytes", from_bytes, to_bytes}; }
  std::string describe() const;
  bool operator==(const SetVirtioMem&) const = default;
};

// Plugs in one more DIMM; both counts are over all DIMMs. A DIMM cannot be unplugged while the guest runs.
struct PlugDimm {
  static constexpr const char* kName = "plug_dimm";
  static constexpr Changes kChanges = Changes::kMemory;
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;

  static constexpr auto fields() {
    return std::tuple{Field{"from_bytes", &PlugDimm::from_bytes}, Field{"to_bytes", &PlugDimm::to_bytes},
                      Field{"persistent", &PlugDimm::persistent, FieldUse::kAlways}};
  }
  Direction direction() const { return direction_of(from_bytes, to_bytes); }
  StepEnds ends() const { return {"dimm_bytes", from_bytes, to_bytes}; }
  std::string describe() const;
  bool operator==(const PlugDimm&) const = default;
};

using Step = std::variant<SetVcpus, SetBalloon, MigrateTo, SetCpuCap, SetCpuShares, SetDiskLimit, SetNetworkLimit,
                          SetVirtioMem, PlugDimm>;

const char* step_name(const Step& step);                // "set_vcpus", "set_balloon", "migrate", "set_cpu_cap", …
std::optional<Step> step_named(std::string_view name);  // with all fields at their defaults
Changes changes(const Step& step);
bool is_tuning(const Step& step);
Direction direction(const Step& step);
StepEnds ends(const Step& step);
std::string describe(const Step& step);  // "vCPUs 1 → 2", "balloon 128 MiB → 228 MiB", "migrate to h2"
// In the domain's definition too?
bool is_persistent(const Step& step);

// A change of the guest's memory, by whichever device. Empty: the step does not change memory.
struct MemoryChange {
  std::int64_t from_bytes = 0, to_bytes = 0;
  bool persistent = false;
  bool operator==(const MemoryChange&) const = default;
};
std::optional<MemoryChange> memory_change(const Step& step);
// The same step with another start and end; the step must be one that changes memory.
Step with_ends(Step step, std::int64_t from_bytes, std::int64_t to_bytes);

// Calls visit(name, value, use) for each field of the step, in the order of its kind's fields(). If the step is not
// const, the values can be changed.
template <typename AnyStep, typename Visit>
void for_each_field(AnyStep& step, const Visit& visit) {
  std::visit(
      [&](auto& kind) {
        std::apply([&](const auto&... field) { (visit(field.name, kind.*field.member, field.use), ...); },
                   kind.fields());
      },
      step);
}

}  // namespace hotspot::model
