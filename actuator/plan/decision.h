// A decision: what was concluded about one firing, and why. "Nothing, because" is a decision too.
//
// PURE. A decision keeps the refusals met on the way, so that the question why nothing was done has an answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/rules/aim.h"
#include "actuator/rules/firing.h"

namespace hotspot::plan {

enum class Outcome {
  kAct,        // do the action
  kRecommend,  // it would be done, but the mode is recommend
  kNothing     // no remedy is possible, or the rule has none; the refusals say why
};
const char* to_string(Outcome outcome);

// Something that was considered and refused: a whole remedy, or one domain or target for it.
struct Considered {
  std::string remedy;  // "migrate"
  std::string domain;  // name; empty: the whole remedy
  std::string target;  // node name; empty if none
  model::Refusal refusal;
};

// A move that was possible. During planning this includes the chosen one; a decision keeps only the worse ones.
struct Alternative {
  std::string domain, target;                          // names
  std::optional<double> cpu_ratio, memory_used_ratio;  // of the target, after the move
  double seconds = 0, downtime_seconds = 0;            // predicted
  double promised_ratio = 0;                           // as in Effect
  double score = 0;                                    // by which domains were compared; less is better
  bool cures = false;                                  // the move alone cures the node's hotspot
  bool chosen = false;
};

// Figures of the domain that is moved or changed, at the time of the decision.
struct SubjectFigures {
  std::string domain;  // name
  std::optional<double> cores_used;
  std::optional<double> cores_stolen;  // that it waits for besides
  std::optional<int> vcpus;
  std::optional<std::int64_t> balloon_bytes;
  std::optional<double> seconds, downtime_seconds;  // predicted, for a migration
  double score = 0;                                 // as in Alternative
  bool cures = false;
};

// The expected effect of the action, by projection.
struct Effect {
  std::string node;  // name
  std::optional<double> cpu_ratio_before, cpu_ratio_after;
  std::optional<double> memory_used_ratio_before, memory_used_ratio_after;
  std::optional<double> net_used_ratio_before, net_used_ratio_after;  // only if the rule is about the network
  double stolen_ratio = 0;  // of the CPU before: what its domains wait for, so that CPU means demand
  // What the balloons of its domains may take, ÷ its memory; empty for a node that gets no domain.
  std::optional<double> memory_promised_ratio_after;
};

// Of a plan of the remedy `balance`: what it does to the score, and what it takes.
struct BalanceFigures {
  double score_before = 0, score_after = 0;  // Σ weight × deviation; less is more even
  struct Term {
    std::string name;                          // "CPU"
    double weight = 1, before = 0, after = 0;  // deviations, as in cluster_imbalance_ratio
  };
  std::vector<Term> terms;
  struct Move {
    std::string domain, from, to;  // names
  };
  std::vector<Move> moves;  // of the plan, in order
  std::int64_t bytes = 0;   // of memory that all of them move
  double seconds = 0;       // predicted, one after the other
};
// "0.21 → 0.09 (CPU 15 % → 5 %, memory 6 % → 4 %, network 0 % → 0 %), 12 GiB within 2 min".
std::string score_change_text(const BalanceFigures& figures);

struct Decision {
  std::string id;
  WallTime at{};
  std::string rule;
  std::string subject;  // for people: "domain vm-cpu on h1", "node h1"
  std::string subject_key;
  std::string expression;  // of the rule
  double value = 0;
  // taken_at of the newest sample of the subject's node; for the cluster, of the fresh node that sent longest ago.
  std::optional<WallTime> measured_at;
  std::string held;  // from the firing
  Outcome outcome = Outcome::kNothing;
  rules::Mode mode = rules::Mode::kObserve;  // the most careful of daemon, rule and domain
  std::optional<model::Action> action;       // for kAct and kRecommend
  std::optional<SubjectFigures> figures;     // of the action's domain
  std::vector<Considered> considered;
  std::map<std::string, int> more;  // refusals that are not listed in `considered`: kind → count
  std::vector<Alternative> alternatives;
  int more_alternatives = 0;  // beyond those listed
  std::vector<Effect> effects;
  std::vector<std::string> followers;  // names of domains that belong with the one that is moved, and move after it
  rules::AimedAt about = rules::AimedAt::kCpu;  // the resource by which a move was judged
  std::string about_text;                       // why it is CPU although the rule is not about that; empty: it is
  std::string mistrust;                   // why the rule recommends although its mode is enforce; empty: it does not
  std::optional<BalanceFigures> balance;  // of a move that is one of those of `balance`
  std::string plan;  // of a move that is one of several, or that does not cure: how many there are, and what remains
  std::string sentence;  // the whole decision, for the log

  // Same conclusion for the same reasons: a decision that only repeats is not recorded again. Amounts of the step may
  // differ by a tenth, and of the reasons only the kinds count: figures vary from read to read.
  bool repeats(const Decision& before) const;
};

// ", h1 CPU 90 % → 65 %, h2 CPU 10 % → 35 %": in the resource that the action is about.
std::string effects_text(const Decision& decision);

// For an operator, several lines.
std::string explain(const Decision& decision);

}  // namespace hotspot::plan
