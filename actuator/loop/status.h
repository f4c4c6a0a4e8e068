// The daemon's view for the `state` hash; hotspotctl and the console show it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/command_desk.h"
#include "actuator/loop/drains.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/node_connections.h"
#include "actuator/loop/publication.h"
#include "actuator/loop/stream_watch.h"
#include "actuator/loop/windows.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/store_meter.h"
#include "actuator/record/heard_node.h"
#include "actuator/record/status.h"
#include "actuator/record/two_nodes.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/rule_set.h"
#include "telemetry/histogram.h"

namespace hotspot::loop {

struct RulesStatus {
  std::string fingerprint;
  WallTime since{};
  std::vector<std::string> files;
  std::size_t rules = 0;
  bool last_reload_ok = true;
  WallTime last_reload_at{};
  std::string last_reload_message;  // the diagnostics, if it was refused
};

// Something odd that was found in the store.
struct StoreRemark {
  WallTime at{};
  std::string sentence;
};

struct Status {
  std::string holder;
  std::int64_t token = 0;
  WallTime at{};
  WallTime started_at{};
  WallTime leads_since{};
  rules::Mode mode = rules::Mode::kObserve;
  rules::Mode configured_mode = rules::Mode::kObserve;
  bool dry_run = false;
  RulesStatus rules;
  const Intake* intake = nullptr;
  record::Status::Admission admission;                  // admission_summary()
  const NodeConnections* connections = nullptr;         // null: nothing is known of them
  const std::vector<rules::Firing>* firings = nullptr;  // in phase firing
  std::size_t firing_count = 0;                         // all of them
  std::vector<rules::AsideRule> aside;                  // rules that cost too much
  std::vector<rules::Firing> pending;                   // the first of them
  std::size_t pending_count = 0;                        // all of them
  WindowsStatus windows;
  const Drains* drains = nullptr;
  rules::Store::Size store;
  std::vector<plan::InFlight> in_flight;
  const std::map<std::string, plan::Cooldown>* cooldowns = nullptr;
  const std::vector<plan::Hold>* holds = nullptr;
  const std::map<std::string, plan::DomainRest>* rests = nullptr;  // by domain UUID
  std::vector<record::OnTwoNodes> two_nodes;
  const plan::TargetRefusals* refusals = nullptr;
  record::Status::Recommendations recommendations;
  const plan::Trust* trust = nullptr;  // null: nothing was measured
  std::uint64_t ticks = 0;
  const telemetry::Histogram* round_cpu = nullptr;  // seconds; null: it is not measured
  std::uint64_t plans = 0;
  std::size_t postponed_decisions = 0;  // of the newest round: they are recorded in a later one
  std::size_t waiting_nodes = 0;        // to be admitted
  std::size_t dropped_arrivals = 0;
  DeskCounts commands = {};
  std::optional<ports::StoreMemory> memory;   // of Redis; none: it is not known
  std::optional<ports::EventsStatus> events;  // none: they are written nowhere
  const Publication* publication = nullptr;   // null: nothing is counted of actions
  const std::vector<StoreRemark>* remarks = nullptr;
  const std::map<std::string, WatchedStream>* streams = nullptr;  // those that were ahead of the clock, by key
};

// As it is written for others to read.
record::Status status_record(const Status& status);
// When each node was last heard. Outlives the snapshots of nodes that fell silent.
record::HeardNodes heard_nodes(const model::Cluster& cluster);

}  // namespace hotspot::loop
