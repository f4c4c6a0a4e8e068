// Holds: an operator's word that something is left alone, by whom, why, and until when. A pause is one on everything.
//
// PURE. Nothing is planned for what is held; what is under way goes on. Holds end by wall time. A clock that jumps does
// not end them: one that was given a length keeps it, and for a while after a jump ahead none ends by that clock, since
// most such jumps are put right soon.
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

// The id of the hold that `mode pause` makes.
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
  bool for_a_time = false;             // it was given a length, not a time of day
  std::optional<Milliseconds> length;  // then; empty too if an older version wrote it
  bool operator==(const Hold&) const = default;
};

// "domain web1", "the cluster".
std::string subject_of(const Hold& hold);
// "held by ada until 18:00 CEST: backup"
std::string describe(const Hold& hold, WallTime now, const model::TimeZone& zone);

class HoldBook {
 public:
  // Gives it the next free number, unless it has an id: then it takes the place of one with that id.
  const Hold& add(Hold hold);
  std::optional<Hold> remove(const std::string& id);
  const Hold* find(const std::string& id) const;
  const std::vector<Hold>& all() const { return holds_; }
  int last_number() const { return last_number_; }
  // A hold that was given a length does not last longer than that from now on, whatever the clock was when it began.
  void restore(std::vector<Hold> holds, int last_number, WallTime now);

  // What holds everything, this rule, this node, this domain (itself or by its node); null: nothing.
  const Hold* on_cluster() const;
  const Hold* on_rule(const std::string& name) const;
  const Hold* on_node(const std::string& uuid) const;
  const Hold* on_domain(const std::string& uuid, const std::string& node_uuid) const;

  // Takes away those that have ended. Called now and then; steady is a clock that does not jump.
  std::vector<Hold> expire(WallTime now, Milliseconds steady);

 private:
  void follow_clock(WallTime now, Milliseconds steady);
  std::vector<Hold> holds_;
  int last_number_ = 0;
  std::optional<Milliseconds> offset_;  // wall − steady time, when it was last looked at
  Milliseconds doubted_until_{0};       // steady: the wall clock has jumped ahead
  Milliseconds jumped_by_{0};
};

}  // namespace hotspot::plan
