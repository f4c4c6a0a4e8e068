// What keeps a planner from doing too much: modes, cooldowns, limits on what is under way.
//
// PURE. One cooldown mechanism for all remedies, per domain, doubling on repetition (as openshift's descheduler does:
// base × 2^(n−1), n actions within the window, up to a cap).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::plan {

using rules::Mode;

struct Limits {
  int migrations_in_per_node = 1;
  int migrations_out_per_node = 1;
  int migrations_per_cluster = 2;
  int actions_per_cluster = 16;  // of all kinds
  Milliseconds cooldown_cap{std::chrono::hours(6)};
  Milliseconds cooldown_window{std::chrono::hours(24)};  // older repetitions are forgotten
  // After an action on a node, its figures say nothing until fresh snapshots of after the action have come.
  int settle_samples = 2;
  // A domain that was given more is not taken from for so long, and does not go back where it was; growing never waits.
  Milliseconds reversal_rest{std::chrono::minutes(3)};
  Milliseconds return_rest{std::chrono::minutes(10)};
  bool operator==(const Limits&) const = default;
};

struct Cooldown {
  WallTime until{};
  WallTime until_growth{};  // growing may come sooner: it does not wait for the rest after a shrink
  WallTime until_drain{};   // an operator's drain too: it does not wait for the rest after a scaling that went well
  int repetitions = 0;      // actions within the window that count: moves, and what did not succeed
  WallTime last_action{};
  bool operator==(const Cooldown&) const = default;
};

// How a domain rests after an action. What was scaled and was well afterwards rests for the base each time, so that a
// guest can be followed up and down; moves, and what did not succeed, rest longer with each repetition. Growing does
// not wait for the rest after a shrink: a guest that lacks memory must not pay for one that was taken from too much.
// A shrink that failed rests twice as long from the first on. An operator's drain waits only for what was no scaling,
// or did not succeed.
struct Rest {
  bool doubles = true;
  bool holds_growth = true;
  bool starts_doubled = false;
  bool holds_drain = true;
  bool operator==(const Rest&) const = default;
};
Rest rest_after(const model::Action& action, model::ActionState end);
bool grows(const model::Step& step);
bool shrinks(const model::Step& step);

enum class Wish { kAny, kGrow, kDrain };

class CooldownBook {
 public:
  // An action on the domain ended now. Doubles when there were others within the window.
  void note(const std::string& domain_uuid, WallTime now, Milliseconds base, const Limits& limits, Rest rest = {});
  std::optional<model::Refusal> refusal(const std::string& domain_uuid, WallTime now, Wish wish = Wish::kAny) const;
  const std::map<std::string, Cooldown>& entries() const { return entries_; }
  // Also undoes what a clock that was set back would make of them.
  void forget_expired(WallTime now, const Limits& limits);

  std::string save() const;
  Result<void> restore(const std::string& text);

 private:
  std::map<std::string, Cooldown> entries_;
};

// When an action last ended on a node; see Limits::settle_samples.
struct NodeSettling {
  WallTime action_ended{};
};

}  // namespace hotspot::plan
