// hotspotctl rule trust: gives a rule back its right to act.
#include "actuator/ctl/commands.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/ctl/send.h"

namespace hotspot::ctl {

int rule_trust(Session& session, const TrustRequest& request) {
  const std::string owner = request.owner.empty() ? login_user() : request.owner;
  return send_and_wait(session, record::TrustRule{request.rule, owner, request.reason});
}

}  // namespace hotspot::ctl
