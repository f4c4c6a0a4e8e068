// What an operator orders for one domain: a move, another size, a cap. It is planned as a remedy of a rule is, with
// everything that guards an action.
//
// PURE. The operator's word stands in the place of a rule that fires, of its mode, and of what keeps rules from doing
// and undoing the same: cooldowns, the rest after a growth or a move. Holds, the pause, windows, limits, margins, marks
// of rules and what a policy allows are against an order as against a rule. docs/orders.md has the whole list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actuator/plan/decision.h"
#include "actuator/plan/planner.h"

namespace hotspot::plan {

struct MoveOrder {
  std::string target_uuid;  // empty: the planner chooses
  bool operator==(const MoveOrder&) const = default;
};
struct VcpusOrder {
  int to = 1;
  bool operator==(const VcpusOrder&) const = default;
};
struct MemoryOrder {
  std::int64_t to_bytes = 0;  // all that the guest may use: balloon and plugged memory
  bool operator==(const MemoryOrder&) const = default;
};
struct CapOrder {
  int to_percent = 0;  // as in model::SetCpuCap
  bool operator==(const CapOrder&) const = default;
};

struct Order {
  std::string domain_uuid;
  std::variant<MoveOrder, VcpusOrder, MemoryOrder, CapOrder> what;
  std::string by, reason;  // the operator; why, or empty
};

// The decision on `input.order`, which must not be null: kAct with the action, or kNothing with what is against it.
// `considered` has why other targets are not possible. No rule is named in it.
Decision decide_on_order(const PlanInput& input);

// Of a decision that does nothing: what is against the order.
const model::Refusal& against(const Decision& decision);

// Why there is nothing to do: it is so already. Empty: there is, or it cannot be told from a snapshot.
std::optional<std::string> already_so(const Order& order, const model::DomainRef& domain);

// "ordered by ada (reason)".
std::string ordered_by(const Order& order);

// The command that undoes the action's step: "hotspotctl domain migrate web1 h1". `domain` is as it was before it. A
// cap is lifted: no snapshot has the one before. Empty: none does.
std::string undo_command(const model::Action& action, const model::DomainRef& domain);

}  // namespace hotspot::plan
