// The commands, one file a noun. Each returns the exit code of the process.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

int status(Session& session);

int node_list(Session& session);
int node_drain(Session& session, const std::string& node, const std::string& reason);
int node_undrain(Session& session, const std::string& node);
// The nodes that are to be drained, by UUID, as the leader keeps them; none where that cannot be read.
std::set<std::string> drained_nodes(Session& session);
int domain_list(Session& session, const std::string& node);

int action_list(Session& session, std::size_t count, const std::string& domain);
int action_show(Session& session, const std::string& id);
int action_cancel(Session& session, const std::string& id);

int decision_list(Session& session, std::size_t count);
int decision_show(Session& session, const std::string& id);

// Empty mode: show it. Otherwise ask for it and wait until the leader has taken the command.
int mode(Session& session, const std::string& wanted);
int reload(Session& session);

// Sends a command to the leader and waits for its answer, at most ten seconds.
int send_and_wait(Session& session, const std::string& verb, const std::map<std::string, std::string>& arguments);

}  // namespace hotspot::ctl
