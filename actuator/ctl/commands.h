// The commands, one file per noun. Each returns the exit code of the process.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "actuator/ctl/follow.h"
#include "actuator/ctl/session.h"

namespace hotspot::ctl {

int status(Session& session);

int node_list(Session& session);
// With patience, waits until no domain runs there any more.
int node_drain(Session& session, const std::string& node, const std::string& reason, const Patience& patience);
int node_undrain(Session& session, const std::string& node);
// The nodes to be drained, by UUID, as the leader recorded them; empty if that cannot be read.
std::set<std::string> drained_nodes(Session& session);
int domain_list(Session& session, const std::string& node);

int action_list(Session& session, std::size_t count, const std::string& domain);
// With patience, waits until the action has ended; the exit code is then the action's.
int action_show(Session& session, const std::string& id, const Patience& patience);
int action_cancel(Session& session, const std::string& id);
// Waits until the action has ended, with progress; the exit code is the action's. What failed is printed.
int follow_action(Session& session, const std::string& id, const Patience& patience);

int decision_list(Session& session, std::size_t count);
int decision_show(Session& session, const std::string& id);

// Empty mode: shows the mode, and what keeps Hotspot from acting. Otherwise requests the mode and waits for the
// leader's answer and until its status shows it; with patience, and a mode that begins nothing, until no action is
// under way.
int mode(Session& session, const std::string& wanted, const Patience& patience);
// The same wait after a pause has begun or ended.
enum class Pausing { kBegun, kEnded };
int settle_pause(Session& session, Pausing pausing, const Patience& patience);
int reload(Session& session);

// The user who is logged in, also behind sudo.
std::string login_user();

// hotspotctl hold add, list, remove; hotspotctl mode pause, resume.
struct HoldRequest {
  std::string on;    // "domain", "node", "rule", "cluster"
  std::string name;  // of the domain, node or rule; empty for the cluster
  std::string reason;
  std::string owner;   // empty: the user who is logged in
  std::string length;  // "2h"; empty: see `until`
  std::string until;   // "18:00", "2026-11-24 18:00"; empty: until it is removed
  bool cancel = false, dry_run = false, yes = false;
  Patience patience;  // for a pause: wait until no action is under way
};
int hold_add(Session& session, const HoldRequest& request);
int hold_list(Session& session);
int hold_remove(Session& session, const std::string& id, const HoldRequest& request);
int pause(Session& session, const HoldRequest& request);
int resume(Session& session, const HoldRequest& request);

}  // namespace hotspot::ctl
