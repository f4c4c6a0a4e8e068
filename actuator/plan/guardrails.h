// What keeps a planner from doing too much: modes, cooldowns, limits on simultaneous actions.
//
// PURE. One cooldown mechanism for all remedies, per domain, doubling with each repetition (as in OpenShift's
// descheduler: base × 2^(n−1) for n actions within the window, up to a maximum).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::plan {

using rules::Mode;

// When a recommendation gives way to another one: figures that vary by a few per cent must not make it change.
struct Standing {
  double margin_ratio = 0.10;  // the other one's score must be better by this share
  int rounds = 3;              // in so many rounds with fresh data, one after the other
  bool operator==(const Standing&) const = default;
};

struct Limits {
  int migrations_in_per_node = 1;
  int migrations_out_per_node = 1;
  int migrations_per_cluster = 2;
  int actions_per_cluster = 16;  // of all kinds together
  Milliseconds cooldown_cap{std::chrono::hours(6)};
  Milliseconds cooldown_window{std::chrono::hours(24)};  // older repetitions do not count
  // After an action on a node, its figures are used again only when this many snapshots from after the action have
  // come.
  int settle_samples = 2;
  // After a growth, a domain is not shrunk for this long; after a move, it does not return to the node it left. Growing
  // never waits.
  Milliseconds reversal_rest{std::chrono::minutes(3)};
  Milliseconds return_rest{std::chrono::minutes(10)};
  Standing standing;
  bool operator==(const Limits&) const = default;
};
// The longest after a move that a domain which belongs with the moved one may still follow: affinity_unit.h.
Milliseconds followed_within(const Limits& limits);

struct Cooldown {
  WallTime until{};
  WallTime until_growth{};  // growth may come sooner: it does not wait for the cooldown after a shrink
  WallTime until_drain{};   // so may an operator's drain: it does not wait for the cooldown after a successful scaling
  int repetitions = 0;      // counted actions within the window: moves, and actions without success
  WallTime last_action{};
  bool operator==(const Cooldown&) const = default;
};

// The cooldown of a domain after an action. After a successful scaling it is always the base, so that a guest can be
// followed up and down; after moves and failures it grows with each repetition. Growing does not wait for the cooldown
// after a shrink: a guest that is short of memory must not suffer because too much was taken. A failed shrink gets
// twice the base from the first time on. An operator's drain waits only after moves and failures.
struct CooldownTerms {
  bool doubles = true;
  bool holds_growth = true;
  bool starts_doubled = false;
  bool holds_drain = true;
  bool operator==(const CooldownTerms&) const = default;
};
CooldownTerms cooldown_after(const model::Action& action, model::ActionState end);
bool grows(const model::Step& step);
bool shrinks(const model::Step& step);

enum class Wish { kAny, kGrow, kDrain };

class CooldownBook {
 public:
  // An action on the domain that ended.
  struct Ended {
    std::string domain_uuid;
    WallTime at{};
    Milliseconds base{0};  // the cooldown of the rule that asked for it
    CooldownTerms rest = {};
  };
  // Records it. Doubles if there were others within the window.
  void note(const Ended& ended, const Limits& limits);
  std::optional<model::Refusal> refusal(const std::string& domain_uuid, WallTime now, Wish wish = Wish::kAny) const;
  const std::map<std::string, Cooldown>& entries() const { return entries_; }
  // Also corrects what would be in the future because a clock was set back.
  void forget_expired(WallTime now, const Limits& limits);

  void restore(std::map<std::string, Cooldown> entries) { entries_ = std::move(entries); }
  // From the text of versions before JSON: one line per domain with UUID, until, repetitions, last action, until for
  // growth, until for a drain. Times are in Unix milliseconds.
  Result<void> restore(const std::string& text);

 private:
  std::map<std::string, Cooldown> entries_;
};

// When an action last ended on a node; see Limits::settle_samples.
struct NodeSettling {
  WallTime action_ended{};
};

}  // namespace hotspot::plan
