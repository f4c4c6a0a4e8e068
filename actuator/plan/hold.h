// Holds: an operator's order to leave something alone, with owner, reason and end. A pause is a hold on everything.
//
// PURE. Nothing is planned for what is held; actions that are under way continue. Holds end by wall time. A clock that
// jumps does not end them: a hold with a duration keeps its duration, and for a while after a jump ahead no hold ends
// by that clock, because most such jumps are soon corrected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/model/projection.h"
#include "actuator/model/time_zone.h"

namespace hotspot::plan {

enum class HoldOn { kCluster, kNode, kDomain, kRule };
const char* to_string(HoldOn on);  // "cluster", "node", "domain", "rule"
std::optional<HoldOn> hold_on_from_string(std::string_view text);

// The id of the hold that `mode pause` creates.
inline constexpr const char* kPauseId = "pause";

struct Hold {
  std::string id;  // "1", "2", … or kPauseId
  HoldOn on = HoldOn::kCluster;
  std::string name;  // of the domain, node or rule; empty for the cluster
  std::string uuid;  // of the domain or node
  std::string owner;
  std::string reason;
  WallTime since{};
  std::optional<WallTime> until;       // empty: until it is removed
  bool for_a_time = false;             // given as a duration, not as a time of day
  std::optional<Milliseconds> length;  // the duration; also empty if an older version wrote the hold
  bool operator==(const Hold&) const = default;
};

// "domain web1", "the cluster".
std::string subject_of(const Hold& hold);
// "held by ada until 18:00 CEST: backup"
std::string describe(const Hold& hold, WallTime now, const model::TimeZone& zone);

class HoldBook {
 public:
  // Assigns the next free number, unless the hold has an id: then it replaces the hold with that id.
  const Hold& add(Hold hold);
  std::optional<Hold> remove(const std::string& id);
  const Hold* find(const std::string& id) const;
  const std::vector<Hold>& all() const { return holds_; }
  int last_number() const { return last_number_; }
  // A hold with a duration ends at most that long from now, whatever the clock showed when it began.
  void restore(std::vector<Hold> holds, int last_number, WallTime now);

  // The hold on everything, on this rule, on this node, on this domain (itself or through its node); null: none.
  const Hold* on_cluster() const;
  const Hold* on_rule(const std::string& name) const;
  const Hold* on_node(const std::string& uuid) const;
  const Hold* on_domain(const std::string& uuid, const std::string& node_uuid) const;

  // Removes and returns the holds that have ended. To be called periodically; `steady` is from a clock that does not
  // jump.
  std::vector<Hold> expire(WallTime now, Milliseconds steady);

 private:
  void follow_clock(WallTime now, Milliseconds steady);
  std::vector<Hold> holds_;
  int last_number_ = 0;
  std::optional<Milliseconds> offset_;  // wall − steady time at the last call
  Milliseconds doubted_until_{0};       // steady: until then the wall clock, which jumped ahead, is not believed
  Milliseconds jumped_by_{0};
};

}  // namespace hotspot::plan
