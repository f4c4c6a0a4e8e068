#include "actuator/client/status.h"

#include "actuator/client/history.h"
#include "actuator/client/status_record.h"

namespace hotspot::client {
namespace {

Hold hold_of(const record::Status::Hold& hold) {
  return {.id = hold.id,
          .on = hold.on,
          .name = hold.name,
          .owner = hold.owner,
          .reason = hold.reason,
          .since = hold.since,
          .until = hold.until};
}

Firing firing_of(const record::Status::Firing& firing) {
  return {.rule = firing.rule,
          .phase = firing.phase,
          .labels = firing.labels,
          .value = firing.value,
          .held = firing.held,
          .fresh = firing.fresh,
          .since = firing.firing_since.value_or(firing.pending_since)};
}

Drain drain_of(const record::Status::Drain& drain) {
  return {
      .node = drain.node, .owner = drain.owner, .reason = drain.reason, .since = drain.since, .running = drain.running};
}

}  // namespace

Result<Status> read_short_status(Connection& connection) {
  const auto record = read_status(connection);
  if (!record) return record.error();
  const auto lease = connection.redis().lease();
  if (!lease) return lease.error();
  Status status;
  status.leader = lease->holder;
  if (!record->led) return status;
  const record::Status& told = record->status;
  status.version = told.version;
  status.at = told.at;
  status.mode = told.mode;
  status.dry_run = told.dry_run;
  status.firing = told.firing_count.value_or(0);
  status.pending = told.pending_count.value_or(0);
  for (const record::Status::Firing& one : told.firings) status.firings.push_back(firing_of(one));
  for (const record::Status::InFlight& one : told.in_flight)
    status.in_flight.push_back(action_of(one.action, one.state));
  for (const record::Status::Hold& one : told.holds)
    is_pause(one) ? void(status.pause = hold_of(one)) : status.holds.push_back(hold_of(one));
  for (const record::Status::Drain& one : told.drains) status.drains.push_back(drain_of(one));
  return status;
}

}  // namespace hotspot::client
