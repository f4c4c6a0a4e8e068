// An action: one thing done to one domain. And the states through which it goes.
//
// PURE. The planner proposes actions, the executor carries them out, the journal keeps them. An action says from where
// it starts as well as where it goes: the second look just before acting compares the two with what is there by then.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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
  bool operator==(const MigrateTo&) const = default;
};
// What all vCPUs together may use, in per cent of one CPU, shared out equally among them. 0: no cap.
struct SetCpuCap {
  int to_percent = 0;
  bool operator==(const SetCpuCap&) const = default;
};
// The weight against other domains where CPU is short; 1024 is what a domain has at first.
struct SetCpuShares {
  int to = 1024;
  bool operator==(const SetCpuShares&) const = default;
};
using Step = std::variant<SetVcpus, SetBalloon, MigrateTo, SetCpuCap, SetCpuShares>;
const char* step_name(const Step& step);  // "set_vcpus", "set_balloon", "migrate", "set_cpu_cap", "set_cpu_shares"
bool is_tuning(const Step& step);         // a limit or weight of the node's, of which the guest sees nothing
std::string describe(const Step& step);   // "vCPUs 1 → 2", "balloon 128 MiB → 228 MiB", "migrate to h2"

struct Action {
  std::string id;  // unique in the cluster, sortable by time
  std::string domain_uuid, domain_name;
  std::string node_uuid, node_name, node_uri;  // where the domain runs before
  Step step;
  std::string rule;         // that asked for it
  std::string decision_id;  // that chose it
  std::string reason;       // one sentence
  WallTime planned_at{};
  WallTime first_sample_at{};              // the first sample at which the rule's expression held
  Milliseconds cooldown{0};                // base, from the rule
  std::string undoes;                      // the id of the action that this one rolls back; empty: none
  std::map<std::string, double> expected;  // what the plan expects: name with unit → value (plan/migration_book.h)
  bool operator==(const Action&) const = default;
};

// intent ▶ started ▶ (progress …) ▶ verifying ▶ done; or, from any of them, failed, aborted or skipped.
enum class ActionState {
  kIntent,     // in the journal; nothing is touched yet
  kStarted,    // the second look found all as expected; libvirt was asked
  kProgress,   // news of a migration
  kVerifying,  // libvirt says done; the snapshots have to say so too
  kDone,       // seen in libvirt and in the snapshots
  kFailed,     // tried, and could not
  kAborted,    // stopped by us or by an operator; the domain runs where it was
  kSkipped     // the world moved on before we began
};
const char* to_string(ActionState state);
std::optional<ActionState> action_state_from_string(std::string_view text);
bool is_final(ActionState state);

}  // namespace hotspot::model
