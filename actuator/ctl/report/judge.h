// Judges whether an action or a recommendation was good, useless or wrong, by what happened afterwards.
//
// PURE. docs/report.md explains each of these definitions.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ctl/report/evidence.h"

namespace hotspot::ctl::report {

// Within this time after an action, a hot target, a reversal or another move is attributed to it.
inline constexpr Milliseconds kAfterwards{std::chrono::minutes(30)};
// A firing that ends within this time after the action was cured by it.
inline constexpr Milliseconds kCureLimit{std::chrono::minutes(15)};
// How long an action takes to pay off if no duration was predicted: vCPUs, memory, caps, limits.
inline constexpr Milliseconds kUsualAction{std::chrono::seconds(30)};

enum class Fate { kGood, kUseless, kWrong, kUnjudged };

enum class Reason {
  kNone,         // good
  kOverBefore,   // useless: the firing ended before the action had paid off
  kTakenBack,    // useless: it was reversed, or the domain moved again, within kAfterwards
  kTargetHot,    // wrong: a rule with remedies fired on the target node within kAfterwards
  kFailed,       // wrong: attempted without success
  kAborted,      // wrong: ended before it was done
  kRolledBack,   // wrong: rolled back by Hotspot
  kKill,         // wrong: the guest could not bear the shrink
  kOthers,       // unjudged: somebody else changed the domain in the meantime
  kTooRecent,    // unjudged: kAfterwards is not over yet
  kEndNotKnown,  // unjudged: the end of the firing was not recorded
  kUnderWay,     // unjudged
  kSkipped       // unjudged: no longer possible or needed before anything was touched
};
const char* to_string(Reason reason);  // for the table: "over before it paid off", …

struct Judged {
  bool done = false;  // an action; false: a recommendation
  Fate fate = Fate::kUnjudged;
  Reason reason = Reason::kNone;
  WallTime at{};                                  // when it was planned or recommended
  std::string id;                                 // of the action, or of the decision
  std::string rule, subject, domain, kind, step;  // "migrate", "migrate to h2"
  std::optional<Milliseconds> cured_after;        // for an action that was done: until the firing ended
  bool goes_on_hot = false;                       // it was done, and the firing lasted longer than kCureLimit
  Milliseconds could_avoid{0};                    // for a recommendation: a prediction, see docs/report.md
  std::string words;                              // from the journal, or which rule fired on the target
};

// Indexes the evidence for lookups. The evidence must outlive it.
class Index {
 public:
  explicit Index(const Evidence& evidence);

  // The firing of the rule on that subject at that time; null: none is known.
  const SeenFiring* firing_at(const std::string& rule, const std::string& subject_key, WallTime at) const;
  const SeenFiring* firing_of(const SeenDecision& decision) const;
  const SeenDecision* decision(const std::string& id) const;  // null: no longer in Redis
  const SeenFiring* firing_of(const SeenAction& action) const;
  // A firing of a rule with remedies on that node within the time; null: none.
  const SeenFiring* hot_node(const std::string& node_uuid, WallTime from, WallTime to) const;
  const SeenAction* undone_by(const std::string& action) const;
  const std::vector<const SeenAction*>& actions_on(const std::string& domain_uuid) const;
  const std::vector<const SeenDecision*>& recommended_for(const std::string& domain_uuid) const;
  bool changed_by_others(const std::string& domain, WallTime from, WallTime to) const;
  bool shrink_failed(const std::string& domain, WallTime from, WallTime to) const;
  WallTime known_until() const { return known_until_; }
  bool has_remedies(const std::string& rule) const { return remedial_.contains(rule); }

 private:
  using Key = std::pair<std::string, std::string>;
  // A period in which rules with remedies fired on a node without a gap.
  struct HotSpan {
    const SeenFiring* first = nullptr;
    WallTime until{};
  };
  void index_nodes(const Evidence& evidence);
  std::map<Key, std::vector<const SeenFiring*>> firings_;                  // by rule and subject, in order of time
  std::map<std::string, std::vector<HotSpan>> on_nodes_;                   // by node UUID, one after the other
  std::map<std::string, const SeenDecision*> decisions_;                   // by id
  std::map<std::string, const SeenAction*> undoing_;                       // by the id of the action that is undone
  std::map<std::string, std::vector<const SeenAction*>> actions_;          // by domain UUID
  std::map<std::string, std::vector<const SeenDecision*>> proposals_;      // likewise
  std::map<std::string, std::vector<WallTime>> changed_, failed_shrinks_;  // by domain's name
  std::set<std::string> remedial_;                                         // rules with remedies
  std::vector<const SeenAction*> no_actions_;
  std::vector<const SeenDecision*> no_proposals_;
  WallTime known_until_{};
};

// Not for roll-backs: they count as the outcome of the action that they undo.
Judged judge(const SeenAction& action, const Index& index);
// The first recommendation of a firing; later ones for the same firing count as changes of it.
Judged judge(const SeenDecision& recommendation, const Index& index);

}  // namespace hotspot::ctl::report
