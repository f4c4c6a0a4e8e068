// The evidence that a report is made from: past and present firings, decisions, actions, and other news.
//
// PURE. Values from Redis; texts may be from strangers, and are cut to kMostText bytes.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"

namespace hotspot::ctl::report {

struct SeenFiring {
  std::string rule;
  std::string subject_key, subject;  // by UUIDs; for people
  std::string node_uuid, node;       // of the node, or of the domain's node at the beginning
  std::string domain_uuid, domain;   // empty unless the subject is a domain
  WallTime since{}, until{};         // until: when it ended; if it still fires, when that was last observed
  bool goes_on = false;
};

// The predicted CPU of a node, and what was stored after the action; other effects are not stored.
struct SeenEffect {
  std::string node;  // name
  std::optional<double> cpu_before, cpu_after;
};

// A decision about a firing: an action, a recommendation, or neither.
struct SeenDecision {
  std::string id;
  WallTime at{};
  std::string rule, subject_key, subject;
  std::string outcome;      // "act", "recommend", "nothing"
  std::string refused;      // for "nothing": the kind of the first refusal
  bool only_tells = false;  // the rule has no remedy
  std::string action, domain_uuid, domain, node_uuid, node;
  std::string kind, step;  // "migrate", "migrate to h2"
  int direction = 0;       // 1: vCPUs or memory grow, -1: they shrink
  std::string target_uuid, target;
  std::optional<double> seconds, downtime_seconds;  // predicted, for a migration
  std::vector<SeenEffect> effects;
};

// An action in its last recorded state.
struct SeenAction {
  model::Action action;
  model::ActionState state = model::ActionState::kIntent;
  WallTime at{};                        // of that state
  std::optional<WallTime> took_effect;  // when libvirt had done it, before the snapshots confirmed it
  std::string message;
  std::map<std::string, double> figures;
};

// Somebody else changed a domain, or a guest could not bear a shrink.
struct SeenNotice {
  WallTime at{};
  std::string subject;  // "domain web1 on h1"
  std::string sentence;
};

// The stored CPU of a node, in order of time.
struct StoredCpu {
  WallTime at{};
  double ratio = 0;
};

// How much of the requested time the data cover.
struct Reach {
  WallTime from{}, until{};                // asked
  std::optional<WallTime> oldest;          // among the decisions that Redis still has
  std::optional<WallTime> no_ends_until;   // until then an older hotspotd recorded no ends of firings
  std::optional<WallTime> led_until;       // when the leader last wrote; empty: there has been none
  std::size_t unreadable = 0;              // entries that could not be read
  std::size_t decisions = 0, entries = 0;  // number of entries read
  bool cut = false;                        // there was more than a report accepts: only the newest were read
};

struct Evidence {
  Reach reach;
  std::vector<SeenFiring> firings;
  std::vector<SeenDecision> decisions;
  std::vector<SeenAction> actions;
  std::vector<SeenNotice> changed_by_others, failed_shrinks;
  std::map<std::string, std::vector<StoredCpu>> node_cpu;  // by name; empty: no history was read
};

// Limits per kind of evidence, and for the length of a text.
inline constexpr std::size_t kMostOfAKind = 50'000;
inline constexpr std::size_t kMostText = 300;

}  // namespace hotspot::ctl::report
