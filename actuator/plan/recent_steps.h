// Remembers what was done to each domain lately, so that nothing is reversed at once: no shrink soon after a growth, no
// move back to the node that was left, and no repetition of what was just skipped.
//
// PURE. Fed with the ends of actions; those of earlier leaders come from the journal. It never delays a guest's growth,
// and an operator's drain may use any node.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"

namespace hotspot::plan {

enum class Resource { kVcpus, kMemory };

// A migration that was done.
struct RecentMove {
  std::string domain_uuid, from_uuid;
  std::string rule;          // that asked for it
  Milliseconds cooldown{0};  // of the rule
  WallTime at{};             // when it ended
  std::string approved_by;   // as in the action
};

class RecentSteps {
 public:
  struct Growth {
    model::Action action;
    WallTime at{};
    bool operator==(const Growth&) const = default;
  };
  struct Departure {
    std::string node_uuid, node_name;
    WallTime at{};
    std::string rule = {};
    Milliseconds cooldown{0};
    std::string approved_by = {};
    bool operator==(const Departure&) const = default;
  };
  struct Skipped {
    std::string what;  // kind, direction, target
    std::string why;
    WallTime at{}, until{};
    bool operator==(const Skipped&) const = default;
  };
  struct Domain {
    std::map<Resource, Growth> grown;
    std::vector<Departure> left;  // one per node
    std::vector<Skipped> skipped;
    bool operator==(const Domain&) const = default;
  };
  using Domains = std::map<std::string, Domain>;  // by UUID

  // Records an action in a final state. A skipped action changed nothing.
  void note(const model::Action& action, model::ActionState end, WallTime at);
  // The action was skipped because of something that only libvirt knew: it is not tried again for this long. This has
  // no other consequence.
  void note_skipped(const model::Action& action, const std::string& why, WallTime at, Milliseconds length);

  // Each returns the refusal, or nothing.
  std::optional<model::Refusal> against_shrink(const std::string& domain_uuid, Resource resource, WallTime now,
                                               Milliseconds rest) const;
  std::optional<model::Refusal> against_return(const std::string& domain_uuid, const std::string& target_uuid,
                                               WallTime now, Milliseconds rest) const;
  // When the domain last left the node by a move; empty: not lately.
  std::optional<WallTime> left_at(const std::string& domain_uuid, const std::string& node_uuid) const;
  // Compares the kind, the direction and a move's target, but not the amounts.
  std::optional<model::Refusal> against_repetition(const std::string& domain_uuid, const model::Step& step,
                                                   WallTime now) const;

  // Migrations that ended less than `rest` ago, the newest first, without those that nobody's rule asked for.
  std::vector<RecentMove> moves_within(WallTime now, Milliseconds rest) const;

  // Also corrects what would be in the future because a clock was set back.
  void forget_old(WallTime now);

  const Domains& all() const { return domains_; }
  void restore(Domains domains) { domains_ = std::move(domains); }

 private:
  Domains domains_;
};

}  // namespace hotspot::plan
