// An action is one thing done to one domain. Also: the states that it goes through.
//
// PURE. The planner proposes actions, the executor carries them out and the journal records them. An action states
// where it starts as well as where it leads: the final check, just before it begins, compares its start with the
// current state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actuator/model/limits.h"
#include "telemetry/units.h"

namespace hotspot::model {

struct SetVcpus {
  int from = 0;
  int to = 0;
  bool persistent = false;  // in the domain's definition too
  bool operator==(const SetVcpus&) const = default;
};
struct SetBalloon {
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;
  bool operator==(const SetBalloon&) const = default;
};
struct MigrateTo {
  std::string target_uuid;
  std::string target_name;
  std::string target_uri;
  std::vector<std::string> copied_disks;  // target names of the disks that only the source has: their data are copied
  // Of the disks that are not copied, some are shared only by the operator's statement; libvirt considers them local.
  bool shared_by_statement = false;
  bool operator==(const MigrateTo&) const = default;
};
// What all vCPUs together may use, in per cent of one CPU, divided equally among them. 0: no cap.
struct SetCpuCap {
  int to_percent = 0;
  bool operator==(const SetCpuCap&) const = default;
};
// The weight against other domains when CPU is short; a domain has 1024 by default.
struct SetCpuShares {
  int to = 1024;
  bool operator==(const SetCpuShares&) const = default;
};
// Limits of one disk or interface, or of all if no device is named. A limit that is not given here is lifted.
struct SetDiskLimit {
  std::string device;  // "vda"
  DiskLimit to;
  bool operator==(const SetDiskLimit&) const = default;
};
struct SetNetworkLimit {
  std::string device;  // name on the node, "vnet0"
  NetworkLimit to;
  bool operator==(const SetNetworkLimit&) const = default;
};
// How much memory of a virtio-mem device the guest shall have plugged in.
struct SetVirtioMem {
  std::string device;  // "virtiomem0"
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;
  bool operator==(const SetVirtioMem&) const = default;
};
// Plugs in one more DIMM; both counts are over all DIMMs. A DIMM cannot be unplugged while the guest runs.
struct PlugDimm {
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool persistent = false;
  bool operator==(const PlugDimm&) const = default;
};
using Step = std::variant<SetVcpus, SetBalloon, MigrateTo, SetCpuCap, SetCpuShares, SetDiskLimit, SetNetworkLimit,
                          SetVirtioMem, PlugDimm>;
const char* step_name(const Step& step);  // "set_vcpus", "set_balloon", "migrate", "set_cpu_cap", …
bool is_tuning(const Step& step);         // a limit or weight on the node that the guest does not see

// A change of the guest's memory, by whichever device. Empty: the step does not change memory.
struct MemoryChange {
  std::int64_t from_bytes = 0, to_bytes = 0;
  bool persistent = false;
};
std::optional<MemoryChange> memory_change(const Step& step);
// The same step with another start and end; the step must be one that changes memory.
Step with_ends(Step step, std::int64_t from_bytes, std::int64_t to_bytes);
std::string describe(const Step& step);  // "vCPUs 1 → 2", "balloon 128 MiB → 228 MiB", "migrate to h2"

struct Action {
  std::string id;  // unique in the cluster, sortable by time
  std::string domain_uuid, domain_name;
  std::string node_uuid, node_name, node_uri;  // where the domain runs when the action begins
  Step step;
  std::string rule;         // that asked for it
  std::string decision_id;  // that chose it
  std::string reason;       // one sentence
  WallTime planned_at{};
  WallTime first_sample_at{};              // the first sample at which the rule's expression held
  Milliseconds cooldown{0};                // base value, from the rule
  std::string undoes;                      // the id of the action that this one rolls back; empty: it is no roll-back
  std::map<std::string, double> expected;  // predictions of the plan: name with unit → value (plan/migration_book.h)
  bool operator==(const Action&) const = default;
};

// intent ▶ started ▶ (progress …) ▶ verifying ▶ done; or, from any of them, failed, aborted or skipped.
enum class ActionState {
  kIntent,     // in the journal; nothing is touched yet
  kStarted,    // the final check passed; libvirt was called
  kProgress,   // progress of a migration
  kVerifying,  // libvirt reports success; the snapshots have to confirm it
  kDone,       // confirmed by libvirt and by the snapshots
  kFailed,     // attempted without success
  kAborted,    // stopped by us or by an operator; the domain runs where it was
  kSkipped     // no longer possible or needed just before it would have begun
};
const char* to_string(ActionState state);
std::optional<ActionState> action_state_from_string(std::string_view text);
bool is_final(ActionState state);

}  // namespace hotspot::model
