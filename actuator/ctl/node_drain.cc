// hotspotctl node drain, node undrain.
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/send.h"
#include "actuator/daemon/drains.h"

namespace hotspot::ctl {
namespace {

// Who asks: the person behind sudo, at this machine.
std::string owner() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* user = std::getenv(name);
    if (user != nullptr && *user != '\0') return std::string(user) + "@" + host.data();
  }
  return "uid" + std::to_string(getuid()) + "@" + host.data();
}

}  // namespace

int node_drain(Session& session, const std::string& node, const std::string& reason) {
  return send_and_wait(session, record::DrainNode{node, owner(), reason});
}

int node_undrain(Session& session, const std::string& node) {
  return send_and_wait(session, record::UndrainNode{node, owner(), ""});
}

std::set<std::string> drained_nodes(Session& session) {
  const auto state = session.redis().state();
  daemon::Drains drains;
  if (state && state->contains(daemon::kDrainsField)) {
    const auto read = drains.restore(state->at(daemon::kDrainsField));
    if (!read) fail("the nodes to drain: " + read.error().message);
  }
  return drains.uuids();
}

}  // namespace hotspot::ctl
