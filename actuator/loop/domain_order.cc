#include "actuator/loop/domain_order.h"

#include <utility>
#include <variant>
#include <vector>

#include "actuator/loop/operator_name.h"
#include "actuator/model/node_choice.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

Result<std::string> domain_uuid_of(const model::Cluster& cluster, const std::string& name) {
  if (cluster.find_domain(name)) return name;
  const auto found = cluster.find_domains_by_name(name);
  if (found.empty())
    return Error{"no domain '" + text::visible(name) + "' is in the snapshots; see hotspotctl domain list"};
  std::string which;
  for (const model::DomainRef& one : found) which += "\n  " + one.domain->uuid + " on " + one.node->name();
  if (found.size() > 1)
    return Error{"several domains are named '" + text::visible(name) + "'; give the UUID of one:" + which};
  return found.front().domain->uuid;
}

// A node that does not count is no target: says what it is instead.
Result<std::string> target_uuid_of(const model::Cluster& cluster, const Admission& admission, const std::string& name) {
  if (name.empty()) return std::string();
  const auto node = model::find_one_node(cluster, name);
  if (node) return (*node)->uuid();
  for (const AdmittedNode& known : admission.admitted()) {
    const record::RegisteredNode& entry = known.entry;
    if (entry.id != name && entry.name != name && entry.host_uuid != name) continue;
    return Error{entry.id + " was admitted, and no snapshot of it counts now" +
                 (known.why.empty() ? "" : ": " + known.why)};
  }
  for (const auto& waiting : admission.waiting())
    if (waiting.name == name || waiting.host_uuid == name)
      return Error{text::visible(name) + " sends and is not admitted: hotspotctl node admit " + text::visible(name) +
                   " lets it count"};
  return node.error();
}

}  // namespace

std::optional<Result<NamedOrder>> order_from(const record::Command& command, const model::Cluster& cluster,
                                             const Admission& admission) {
  const auto made = [&](const auto& asked, auto what) -> Result<NamedOrder> {
    auto uuid = domain_uuid_of(cluster, asked.domain);
    if (!uuid) return uuid.error();
    return NamedOrder{{*std::move(uuid), std::move(what), operator_name(asked.owner), asked.reason}, asked.dry_run};
  };
  if (const auto* move = std::get_if<record::MigrateDomain>(&command)) {
    auto target = target_uuid_of(cluster, admission, move->target);
    if (!target) return Result<NamedOrder>(target.error());
    return made(*move, plan::MoveOrder{*std::move(target)});
  }
  if (const auto* scale = std::get_if<record::ScaleDomain>(&command))
    return scale->vcpus ? made(*scale, plan::VcpusOrder{*scale->vcpus})
                        : made(*scale, plan::MemoryOrder{scale->memory_bytes.value_or(0)});
  if (const auto* cap = std::get_if<record::CapDomain>(&command)) return made(*cap, plan::CapOrder{cap->percent});
  return std::nullopt;
}

}  // namespace hotspot::loop
