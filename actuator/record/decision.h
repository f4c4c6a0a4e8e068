// A decision: the field `decision` of an entry of the stream `decisions`. Most conclude something about a firing;
// others record that a firing ended, or a notice such as a new hold.
//
// PURE. One writer, one reader. Words such as outcomes and modes are kept as they were written: a newer version may use
// others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actuator/record/action_summary.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr std::size_t kMostDecisionBytes = 256 * 1024;  // hotspotd never writes longer ones

// Figures of the domain that is moved or changed, at the time of the decision.
struct SubjectFigures {
  std::string domain;  // name
  std::optional<double> cores_used;
  std::optional<int> vcpus;
  std::optional<std::int64_t> balloon_bytes;
  std::optional<double> predicted_total_seconds, predicted_downtime_seconds;  // of a migration
  bool operator==(const SubjectFigures&) const = default;
};

// A remedy, domain or target that was considered and refused.
struct Considered {
  std::string remedy, domain, target;  // names; empty where it is about none
  std::string refusal, message;        // the kind of refusal, and a sentence
  bool operator==(const Considered&) const = default;
};

// A move that was possible, but worse.
struct Alternative {
  std::string domain, target;                          // names
  std::optional<double> cpu_ratio, memory_used_ratio;  // of the target, after the move
  double total_seconds = 0, downtime_seconds = 0;      // predicted
  bool cures = false;                                  // the move alone cures the node's hotspot
  bool operator==(const Alternative&) const = default;
};

// The predicted effect of the action on a node.
struct Effect {
  std::string node;  // name
  std::optional<double> cpu_ratio_before, cpu_ratio_after;
  std::optional<double> memory_used_ratio_before, memory_used_ratio_after;
  bool operator==(const Effect&) const = default;
};

// What was concluded about a firing, and from what.
struct Conclusion {
  std::string expression;  // of the rule
  double value = 0;
  std::optional<WallTime> measured_at;
  std::string held, mode;
  std::optional<DecidedAction> action;
  std::optional<SubjectFigures> figures;
  std::vector<Considered> considered;
  std::map<std::string, int> more_refused;  // kind → number, beyond those in `considered`
  std::vector<Alternative> alternatives;
  int more_alternatives = 0;
  std::vector<Effect> effects;
  // SHA-256 of what the planner had before it (docs/decisions.md), or why that was not stored. Versions before, and
  // decisions that nothing is done, have neither.
  std::optional<std::string> input_sha256, input_not_stored;
  bool operator==(const Conclusion&) const = default;
};

// The end of a firing. Where its subject was when it began; empty where it had none.
struct EndedFiring {
  std::string node, node_uuid, domain, domain_uuid;
  std::optional<WallTime> firing_since;
  bool operator==(const EndedFiring&) const = default;
};

enum class DecisionKind { kAct, kRecommend, kNothing, kResolved, kChangedByOthers, kShrinkFailed, kOther };
const char* to_string(DecisionKind kind);  // "act", "recommend", …; kOther: ""

struct Decision {
  std::string id;
  WallTime at{};
  std::string rule, subject;                                    // subject for people: "domain web on h1"
  std::optional<std::string> subject_key;                       // for programs: "domain:<uuid>"; notices have none
  std::string outcome;                                          // a DecisionKind, or another word
  std::string sentence, explanation;                            // one line; several lines
  std::variant<std::monostate, Conclusion, EndedFiring> about;  // by kind(); a notice has neither

  DecisionKind kind() const;
  const Conclusion* conclusion() const { return std::get_if<Conclusion>(&about); }
  const EndedFiring* ended() const { return std::get_if<EndedFiring>(&about); }
  bool operator==(const Decision&) const = default;
};

std::string to_json(const Decision& decision);
// An error if it is not a JSON object, or too long. Unknown members are skipped; absent ones, and those of another
// type than expected, have their defaults.
Result<Decision> decision_from_json(std::string_view json);

}  // namespace hotspot::record
