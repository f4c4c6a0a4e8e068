// hotspotctl node list --waiting, node admit, node forget, node rekey: manages the registry of nodes.
#pragma once

#include <string>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

struct AdmissionRequest {
  std::string node;              // a name or host UUID; for an admitted node its id
  std::string uri, fingerprint;  // as known to the operator; empty: as claimed by the node
  bool all_seen = false, yes = false;
};

int node_waiting(Session& session);
// Admits exactly what was shown: URI and fingerprint are part of the command, and the leader compares them.
int node_admit(Session& session, const AdmissionRequest& request);
int node_forget(Session& session, const AdmissionRequest& request);
int node_rekey(Session& session, const AdmissionRequest& request);

}  // namespace hotspot::ctl
