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
  bool operator==(const SetVcpus&) const = default;
};
struct SetBalloon {
  std::int64_t from_bytes = 0;
  std::int64_t to_bytes = 0;
  bool operator==(const SetBalloon&) const = default;
};
struct MigrateTo {
  std::string target_uuid;
  std::string target_name;
  std::string target_uri;
  bool operator==(const MigrateTo&) const = default;
};
using Step = std::variant<SetVcpus, SetBalloon, MigrateTo>;
const char* step_name(const Step& step);  // "set_vcpus", "set_balloon", "migrate"
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
