// What the leader believes, for people and programs: the field `status` of the hash `state`, written once a second.
//
// PURE. Words such as phases and modes are as they were written: a newer version may know others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/record/action_summary.h"
#include "actuator/record/hold.h"
#include "actuator/record/rest.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

struct Status {
  struct Rules {
    std::string fingerprint;
    WallTime since{};
    std::vector<std::string> files;
    std::size_t rules = 0;
    bool last_reload_ok = true;
    WallTime last_reload_at{};
    std::string last_reload_message;  // the diagnostics, if it was refused
    bool operator==(const Rules&) const = default;
  };
  // How far one metric reaches back.
  struct Window {
    std::string metric;
    Milliseconds reach{0};
    std::size_t tables = 0, full = 0;
    std::optional<WallTime> since_all, since;
    bool operator==(const Window&) const = default;
  };
  struct Windows {
    std::string state, message;
    std::optional<WallTime> asked_at, history_from, history_to;
    std::size_t history_samples = 0;
    std::vector<Window> list;
    bool operator==(const Windows&) const = default;
  };
  struct Store {
    std::size_t series = 0, samples = 0, bytes = 0;
    bool operator==(const Store&) const = default;
  };
  // Of a kind of bad snapshot.
  struct Bad {
    std::uint64_t count = 0;
    std::string last_message, last_stream_id;
    WallTime last_at{};
    bool operator==(const Bad&) const = default;
  };
  struct Intake {
    std::size_t nodes = 0, stale_nodes = 0;
    std::map<std::string, std::uint64_t> snapshots;  // "taken", "duplicate", …
    std::map<std::string, Bad> bad_snapshots;
    bool operator==(const Intake&) const = default;
  };
  struct Commands {
    std::uint64_t carried_out = 0, refused = 0, too_old = 0, of_the_future = 0, too_many = 0, unanswered = 0;
    bool operator==(const Commands&) const = default;
  };
  // An admitted node that does not count.
  struct Troubled {
    std::string id, standing, why;
    bool operator==(const Troubled&) const = default;
  };
  struct Refused {
    std::uint64_t count = 0;
    std::string last_message;
    WallTime last_at{};
    bool operator==(const Refused&) const = default;
  };
  struct Admission {
    std::size_t admitted = 0, waiting = 0, waiting_without_room = 0;
    std::size_t proven = 0, unproven = 0, keyless = 0, frozen = 0;
    std::vector<Troubled> troubled;          // the first of them
    std::map<std::string, Refused> refused;  // snapshots, by kind
    bool operator==(const Admission&) const = default;
  };
  struct Cut {  // a node without a connection to its libvirt
    std::string node_uuid;
    std::optional<std::string> node;
    std::string problem;
    WallTime since{};
    bool operator==(const Cut&) const = default;
  };
  struct Connections {
    std::size_t connected = 0, not_connected = 0;
    std::vector<Cut> troubles;  // the first of them
    bool operator==(const Connections&) const = default;
  };
  struct RedisMemory {
    std::int64_t used_bytes = 0;
    std::optional<std::int64_t> limit_bytes;
    std::string policy;
    bool operator==(const RedisMemory&) const = default;
  };
  struct Events {
    std::string to;
    std::uint64_t written = 0, dropped = 0, waiting = 0;
    std::string problem;
    bool operator==(const Events&) const = default;
  };
  struct Remark {
    WallTime at{};
    std::string sentence;
    bool operator==(const Remark&) const = default;
  };
  // A stream that was found ahead of the clock.
  struct Stream {
    std::string key, last_id;
    WallTime last_at{};
    bool mended = false, lasts = false;
    std::uint64_t times = 0, lost = 0;
    bool operator==(const Stream&) const = default;
  };
  struct Firing {
    std::string rule, phase;           // "pending", "firing"
    std::string subject, subject_key;  // "domain"
    std::map<std::string, std::string> labels, annotations;
    double value = 0;
    std::string held, waits_for;
    bool fresh = true;
    WallTime pending_since{}, first_sample_at{};
    std::optional<WallTime> firing_since;
    bool operator==(const Firing&) const = default;
    std::string label(const std::string& name) const;  // "" where there is none
  };
  struct Aside {  // a rule that costs too much
    std::string rule;
    WallTime since{}, until{};
    std::uint64_t operations = 0;
    bool operator==(const Aside&) const = default;
  };
  struct InFlight {
    ActionSummary action;
    std::string state;
    bool operator==(const InFlight&) const = default;
  };
  struct Cooldown {
    std::string domain;  // "" where an older version wrote it
    WallTime until{};
    int repetitions = 0;
    bool operator==(const Cooldown&) const = default;
  };
  using Hold = record::Hold;  // its for_a_time and length are not in the status
  using Rest = record::Rest;
  struct Staying {
    std::string domain, state;
    bool operator==(const Staying&) const = default;
  };
  struct Drain {
    std::string node, owner, reason;
    WallTime since{};
    // Known once the node has sent a snapshot, all three of them.
    std::optional<std::string> phase;
    std::optional<std::size_t> running;
    std::optional<std::vector<Staying>> staying;
    bool operator==(const Drain&) const = default;
  };
  struct TwoNodes {
    std::string domain, domain_uuid;
    std::vector<std::string> nodes;
    WallTime since{};
    bool certain = false;
    bool operator==(const TwoNodes&) const = default;
  };
  // What an action relieved: shares of the resource.
  struct Relief {
    std::string action, subject;  // id; "CPU of h1"
    WallTime at{};                // when it was measured
    double predicted = 0, measured = 0;
    bool operator==(const Relief&) const = default;
  };
  // A rule of which an action was measured, or could not be.
  struct RuleTrust {
    std::string rule;
    bool may_act = true;
    std::size_t measured = 0;            // of its newest actions
    std::vector<Relief> newest;          // these, the oldest first
    std::optional<double> relief_ratio;  // measured ÷ predicted, their median
    std::uint64_t not_counted = 0;
    std::string not_counted_why;      // of the newest of them
    std::optional<WallTime> lost_at;  // if it has lost its right to act
    std::string lost_why;
    bool operator==(const RuleTrust&) const = default;
  };
  struct TargetRefusal {
    std::string domain, domain_uuid, target, target_uuid, about, reason;
    int times = 0;
    WallTime at{}, until{};
    bool operator==(const TargetRefusal&) const = default;
  };
  struct TargetRefusals {
    std::vector<TargetRefusal> list;
    std::map<std::string, std::string> distrusted_nodes;  // UUID → why
    bool operator==(const TargetRefusals&) const = default;
  };

  // Those that wait for an operator.
  struct Recommendations {
    std::size_t standing = 0;
    std::size_t refused = 0;               // by an operator, and not recommended again for some time
    std::optional<WallTime> next_expires;  // of the first that expires
    bool operator==(const Recommendations&) const = default;
  };

  std::string version, holder;
  std::int64_t token = 0;
  WallTime at{}, started_at{};
  std::optional<WallTime> leads_since;
  std::string mode, configured_mode;
  bool dry_run = false;
  Rules rules;
  Windows windows;
  Store store;
  Intake intake;
  Commands commands;
  std::optional<Admission> admission;
  std::optional<Connections> connections;
  std::optional<RedisMemory> redis_memory;
  std::optional<Events> graphite_events;
  std::vector<Remark> store_remarks;
  std::vector<Stream> streams_ahead;
  std::vector<Firing> firings;  // the first of those that fire, then of those that are pending
  std::optional<std::size_t> firing_count, pending_count;  // all of them
  std::size_t postponed_decisions = 0;
  std::vector<Aside> rules_aside;
  std::vector<InFlight> in_flight;
  std::map<std::string, Cooldown> cooldowns;  // by domain UUID, as the rests
  std::vector<Hold> holds;
  std::map<std::string, Rest> foreign_rests;
  std::vector<Drain> drains;
  std::vector<TwoNodes> domains_on_two_nodes;
  TargetRefusals target_refusals;
  Recommendations recommendations;
  std::vector<RuleTrust> rule_trust;
  std::uint64_t ticks = 0, plans = 0, dropped_arrivals = 0;
  bool operator==(const Status&) const = default;
};

inline constexpr std::size_t kMostStatusBytes = 32 << 20;

std::string to_json(const Status& status);
// What is absent has its default: an older version may have written it. The error is a sentence that names the member.
Result<Status> status_from_json(std::string_view json);

}  // namespace hotspot::record
