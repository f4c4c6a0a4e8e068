// hotspotctl node list --waiting, node admit, node forget, node rekey: who is a node.
#pragma once

#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

struct AdmissionRequest {
  std::string node;              // a name or host UUID; of an admitted node its id
  std::string uri, fingerprint;  // as the operator knows them; empty: as the node says
  bool all_seen = false, yes = false;
};

int node_waiting(Session& session);
// What is admitted is what was shown: its URI and fingerprint go with the command, and the leader compares them.
int node_admit(Session& session, const AdmissionRequest& request);
int node_forget(Session& session, const AdmissionRequest& request);
int node_rekey(Session& session, const AdmissionRequest& request);

}  // namespace hotspot::ctl
