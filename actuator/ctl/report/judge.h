// Whether an action, or one that was only recommended, was good, useless or wrong: by what came after it.
//
// PURE. docs/report.md has each of these definitions for people.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ctl/report/evidence.h"

namespace hotspot::ctl::report {

// What comes so soon after an action is taken to come of it: a hot target, a way back, another move.
inline constexpr Milliseconds kAfterwards{std::chrono::minutes(30)};
// A firing that is over so soon after the action was cured by it.
inline constexpr Milliseconds kCureLimit{std::chrono::minutes(15)};
// Until an action pays off of which no duration was predicted: vCPUs, memory, caps, limits.
inline constexpr Milliseconds kUsualAction{std::chrono::seconds(30)};

enum class Fate { kGood, kUseless, kWrong, kUnjudged };

enum class Reason {
  kNone,         // good
  kOverBefore,   // useless: the firing ended before the action had paid off
  kTakenBack,    // useless: the same was taken back, or the domain moved again, within kAfterwards
  kTargetHot,    // wrong: a rule with remedies fired on the target node within kAfterwards
  kFailed,       // wrong: tried, and could not
  kAborted,      // wrong: begun, and ended before it was done
  kRolledBack,   // wrong: undone by Hotspot
  kKill,         // wrong: the guest could not bear the shrink
  kOthers,       // unjudged: somebody else changed the domain meanwhile
  kTooRecent,    // unjudged: kAfterwards is not over yet
  kEndNotKnown,  // unjudged: that the firing ended was not recorded
  kUnderWay,     // unjudged
  kSkipped       // unjudged: the world had moved on before anything was touched
};
const char* to_string(Reason reason);  // "over before it paid off", … as in a table

struct Judged {
  bool done = false;  // an action; false: it was only recommended
  Fate fate = Fate::kUnjudged;
  Reason reason = Reason::kNone;
  WallTime at{};                                  // planned, or recommended
  std::string id;                                 // of the action, or of the decision
  std::string rule, subject, domain, kind, step;  // "migrate", "migrate to h2"
  std::optional<Milliseconds> cured_after;        // of an action that was done: until the firing was over
  bool goes_on_hot = false;                       // it was done, and the firing lasted longer than kCureLimit
  Milliseconds could_avoid{0};                    // of a recommendation: a prediction, see docs/report.md
  std::string words;                              // of the journal, or which rule fired on the target
};

// The evidence by what is asked of it. It must outlive this.
class Index {
 public:
  explicit Index(const Evidence& evidence);

  // Of the rule on that subject at that time; null: none is known.
  const SeenFiring* firing_at(const std::string& rule, const std::string& subject_key, WallTime at) const;
  const SeenFiring* firing_of(const SeenDecision& decision) const;
  const SeenDecision* decision(const std::string& id) const;  // null: Redis has it no more
  const SeenFiring* firing_of(const SeenAction& action) const;
  // Of a rule with remedies on that node, within the time; null: none.
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
  // In which rules with remedies fired on a node, without a gap.
  struct HotSpan {
    const SeenFiring* first = nullptr;
    WallTime until{};
  };
  void index_nodes(const Evidence& evidence);
  std::map<Key, std::vector<const SeenFiring*>> firings_;                  // by rule and subject, in order of time
  std::map<std::string, std::vector<HotSpan>> on_nodes_;                   // by node UUID, one after the other
  std::map<std::string, const SeenDecision*> decisions_;                   // by id
  std::map<std::string, const SeenAction*> undoing_;                       // by the id of what it undoes
  std::map<std::string, std::vector<const SeenAction*>> actions_;          // by domain UUID
  std::map<std::string, std::vector<const SeenDecision*>> proposals_;      // likewise
  std::map<std::string, std::vector<WallTime>> changed_, failed_shrinks_;  // by domain's name
  std::set<std::string> remedial_;                                         // rules with remedies
  std::vector<const SeenAction*> no_actions_;
  std::vector<const SeenDecision*> no_proposals_;
  WallTime known_until_{};
};

// Not of roll-backs: these are the fate of what they undo.
Judged judge(const SeenAction& action, const Index& index);
// The first recommendation of a firing; later ones of the same firing are changes of it.
Judged judge(const SeenDecision& recommendation, const Index& index);

}  // namespace hotspot::ctl::report
