// The members of an action in short, as status and decisions have them in JSON. For record/ alone. PURE.
#pragma once

#include "actuator/record/action_summary.h"
#include "actuator/record/json_members.h"

namespace hotspot::record {

template <typename Archive>
void members(Archive& archive, As<Archive, ActionSummary>& one) {
  archive("id", one.id);
  archive("domain", one.domain);
  archive("domain_uuid", one.domain_uuid);
  archive("node", one.node);
  archive("node_uuid", one.node_uuid);
  archive("kind", one.kind);
  archive("step", one.step);
  archive("rule", one.rule);
  archive("reason", one.reason);
  archive("planned_at", one.planned_at);
}
template <typename Archive>
void members(Archive& archive, As<Archive, DecidedAction>& one) {
  members(archive, one.action);
  archive.if_known("from", one.from);
  archive.if_known("to", one.to);
  archive.if_known("target", one.target);
  archive.if_known("target_uuid", one.target_uuid);
  archive.if_known("approved_by", one.approved_by);
}

}  // namespace hotspot::record
