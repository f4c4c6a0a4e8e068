// A decision: what was concluded about one firing, and why. "Nothing, because" is a decision too.
//
// PURE. A decision holds every refusal that was met on the way, so that "why did it not?" has an answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/rules/firing.h"

namespace hotspot::plan {

enum class Outcome {
  kAct,        // the action shall be done
  kRecommend,  // it would be done, but a mode says recommend
  kNothing     // no remedy is possible, or none is named; the refusals say why
};
const char* to_string(Outcome outcome);

// One thing that was considered and refused: a remedy as a whole, or one domain or target for it.
struct Considered {
  std::string remedy;  // "migrate"
  std::string domain;  // name; empty: the remedy as a whole
  std::string target;  // node name; empty if none
  model::Refusal refusal;
};

// A move that was possible. While planning also the chosen one; in a decision only those that were worse.
struct Alternative {
  std::string domain, target;                          // names
  std::optional<double> cpu_ratio, memory_used_ratio;  // of the target, after it
  double seconds = 0, downtime_seconds = 0;            // predicted
  bool cures = false;                                  // the node's hot spot, by itself
  bool chosen = false;
};

// What was moved or changed, as it was when that was decided.
struct SubjectFigures {
  std::string domain;  // name
  std::optional<double> cores_used;
  std::optional<int> vcpus;
  std::optional<std::int64_t> balloon_bytes;
  std::optional<double> seconds, downtime_seconds;  // predicted, of a migration
};

// What is expected of the action, by projection.
struct Effect {
  std::string node;  // name
  std::optional<double> cpu_ratio_before, cpu_ratio_after;
  std::optional<double> memory_used_ratio_before, memory_used_ratio_after;
};

struct Decision {
  std::string id;
  WallTime at{};
  std::string rule;
  std::string subject;  // for people: "domain vm-cpu on h1", "node h1"
  std::string subject_key;
  std::string expression;  // of the rule
  double value = 0;
  std::optional<WallTime> measured_at;  // taken_at of the newest sample of the subject's node; empty for the cluster
  std::string held;                     // from the firing
  Outcome outcome = Outcome::kNothing;
  rules::Mode mode = rules::Mode::kObserve;  // the most careful of the three
  std::optional<model::Action> action;       // for kAct and kRecommend
  std::optional<SubjectFigures> figures;     // of the action's domain
  std::vector<Considered> considered;
  std::map<std::string, int> more;  // refusals beyond those in `considered`: kind → how many
  std::vector<Alternative> alternatives;
  int more_alternatives = 0;  // beyond those that are listed
  std::vector<Effect> effects;
  std::string sentence;  // the whole of it for the log

  // Same conclusion for the same reasons; a decision that only repeats is not recorded again.
  bool repeats(const Decision& before) const;
};

// As an operator reads it, several lines.
std::string explain(const Decision& decision);

}  // namespace hotspot::plan
