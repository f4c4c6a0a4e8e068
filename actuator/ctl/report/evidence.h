// What a report is made of: firings that are over or go on, decisions, actions, and what was told besides.
//
// PURE. Values, as Redis had them; texts are as strangers wrote them, cut to kMostText bytes.
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
  std::string node_uuid, node;       // of a node, or of the domain's node when it began
  std::string domain_uuid, domain;   // empty unless the subject is a domain
  WallTime since{}, until{};         // until: when it was over; of one that goes on, when that was seen last
  bool goes_on = false;
};

// What a plan expects of a node's CPU, and what was stored of it after the action; of the rest nothing is stored yet.
struct SeenEffect {
  std::string node;  // name
  std::optional<double> cpu_before, cpu_after;
};

// A decision about a firing: an action, one that was only recommended, or none.
struct SeenDecision {
  std::string id;
  WallTime at{};
  std::string rule, subject_key, subject;
  std::string outcome;      // "act", "recommend", "nothing"
  std::string refused;      // of nothing: the kind of the first refusal
  bool only_tells = false;  // the rule names no remedy
  std::string action, domain_uuid, domain, node_uuid, node;
  std::string kind, step;  // "migrate", "migrate to h2"
  int direction = 0;       // 1: vCPUs or memory grow, -1: they shrink
  std::string target_uuid, target;
  std::optional<double> seconds, downtime_seconds;  // predicted, of a migration
  std::vector<SeenEffect> effects;
};

// An action as the journal has it at last.
struct SeenAction {
  model::Action action;
  model::ActionState state = model::ActionState::kIntent;
  WallTime at{};                        // of that state
  std::optional<WallTime> took_effect;  // libvirt had done it; the snapshots had yet to show it
  std::string message;
  std::map<std::string, double> figures;
};

// Somebody else changed a domain, or a guest could not bear a shrink.
struct SeenNotice {
  WallTime at{};
  std::string subject;  // "domain web1 on h1"
  std::string sentence;
};

// The CPU of a node as it was stored, in order of time.
struct StoredCpu {
  WallTime at{};
  double ratio = 0;
};

// How much of what was asked for there was.
struct Reach {
  WallTime from{}, until{};                // asked
  std::optional<WallTime> oldest;          // of the decisions that Redis still has
  std::optional<WallTime> no_ends_until;   // up to then a hotspotd of before recorded no ends of firings
  std::optional<WallTime> led_until;       // when the leader wrote last; empty: nobody has led
  std::size_t unreadable = 0;              // entries that could not be read
  std::size_t decisions = 0, entries = 0;  // that were read
  bool cut = false;                        // there was more than a report takes in: the newest count
};

struct Evidence {
  Reach reach;
  std::vector<SeenFiring> firings;
  std::vector<SeenDecision> decisions;
  std::vector<SeenAction> actions;
  std::vector<SeenNotice> changed_by_others, failed_shrinks;
  std::map<std::string, std::vector<StoredCpu>> node_cpu;  // by name; empty: no history was read
};

// Of each kind a report takes in so many, and no text is longer.
inline constexpr std::size_t kMostOfAKind = 50'000;
inline constexpr std::size_t kMostText = 300;

}  // namespace hotspot::ctl::report
