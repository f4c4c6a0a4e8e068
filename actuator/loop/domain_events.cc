#include "actuator/loop/domain_events.h"

#include <algorithm>
#include <variant>

namespace hotspot::loop {

bool is_of_its_node(const ports::DomainEvent& event, const model::Cluster& cluster,
                    const std::vector<plan::InFlight>& in_flight) {
  const model::DomainRef domain = cluster.find_domain(event.domain_uuid);
  if (!domain) return false;
  if (domain.node->uuid() == event.node_uuid) return true;
  return std::any_of(in_flight.begin(), in_flight.end(), [&](const plan::InFlight& entry) {
    const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
    return move != nullptr && entry.action.domain_uuid == event.domain_uuid && move->target_uuid == event.node_uuid;
  });
}

}  // namespace hotspot::loop
