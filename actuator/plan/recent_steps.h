// What was done to each domain lately, so that nothing is taken back at once: no shrink soon after a growth, no move
// back to the node that was left, and no second attempt at what was just skipped.
//
// PURE. Made from the ends of actions, those of leaders before from the journal. It never holds a guest's growth up,
// and an operator's drain goes anywhere.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"

namespace hotspot::plan {

enum class Resource { kVcpus, kMemory };

class RecentSteps {
 public:
  // An action in a final state. What was skipped changed nothing.
  void note(const model::Action& action, model::ActionState end, WallTime at);
  // It was about to be done and was not, because of what only libvirt could tell: the same is not tried again for so
  // long. It costs nothing else.
  void note_skipped(const model::Action& action, const std::string& why, WallTime at, Milliseconds length);

  // Each: why not, or nothing.
  std::optional<model::Refusal> against_shrink(const std::string& domain_uuid, Resource resource, WallTime now,
                                               Milliseconds rest) const;
  std::optional<model::Refusal> against_return(const std::string& domain_uuid, const std::string& target_uuid,
                                               WallTime now, Milliseconds rest) const;
  // The step's ends do not matter, its kind and direction do, and a move's target.
  std::optional<model::Refusal> against_repetition(const std::string& domain_uuid, const model::Step& step,
                                                   WallTime now) const;

  // Also undoes what a clock that was set back would make of it.
  void forget_old(WallTime now);

 private:
  struct Growth {
    model::Action action;
    WallTime at{};
  };
  struct Departure {
    std::string node_uuid, node_name;
    WallTime at{};
  };
  struct Skipped {
    std::string what;  // kind, direction, target
    std::string why;
    WallTime at{}, until{};
  };
  struct Domain {
    std::map<Resource, Growth> grown;
    std::vector<Departure> left;  // one a node
    std::vector<Skipped> skipped;
  };
  std::map<std::string, Domain> domains_;  // by UUID
};

}  // namespace hotspot::plan
