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

#include "actuator/model/step.h"
#include "telemetry/units.h"

namespace hotspot::model {

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
  std::string approved_by;                 // who applied the recommendation or, if rule is empty, ordered the step
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
