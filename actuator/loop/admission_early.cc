// Admission: keeps what a node sends before libvirt has confirmed its identity, and releases it afterwards.
#include <algorithm>
#include <utility>

#include "actuator/loop/admission.h"

namespace hotspot::loop {

// The entry may be another by now: another key, another host UUID, or none.
bool Admission::still_holds(const ports::Arrival& arrival, const std::string& id) const {
  const auto claimed = claimed_by(arrival);
  if (!claimed || claimed->first != id) return false;
  const record::RegisteredNode& entry = registry_.nodes.at(id);
  const bool is_signed = arrival.envelope.seal == ports::Envelope::Seal::kGood;
  const bool by_its_key = claimed->second == Claim::kKey;
  const bool needs_none = entry.keys.empty() && !(options_.require_keys && !is_signed);
  const telemetry::NodeSample& node = arrival.snapshot.node;
  return (by_its_key || needs_none) && node.name == entry.name &&
         (entry.host_uuid.empty() || node.uuid == entry.host_uuid);
}

std::vector<ports::Arrival> Admission::take_early(WallTime now) {
  std::vector<EarlyArrivals::Kept> all;
  for (const std::string& id : early_.ids()) {
    const bool is_admitted = registry_.nodes.contains(id);
    const Standing standing = is_admitted ? standing_of(id, nullptr) : Standing::kFrozen;
    if (standing == Standing::kUnproven) continue;
    auto kept = early_.take(id);
    if (standing != Standing::kProven) continue;
    for (EarlyArrivals::Kept& one : kept) {
      if (still_holds(one.arrival, id) && judge_proof(one.arrival, id, now).counts()) all.push_back(std::move(one));
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<ports::Arrival> arrivals;
  for (EarlyArrivals::Kept& one : all) arrivals.push_back(std::move(one.arrival));
  return arrivals;
}

}  // namespace hotspot::loop
