#include "actuator/io/dry_run_hypervisor.h"

#include "actuator/model/text.h"

namespace hotspot::io {
namespace {

ports::CallError pretended(const std::string& deed, const std::string& domain_uuid, const ports::NodeAddress& node) {
  return {ports::CallFault::kDryRun, "dry run: would have " + deed + " of domain " + domain_uuid + " on " + node.name};
}

// vCPUs and the balloon by their new values, since their old values may differ from the plan.
std::string deed_of(const model::Step& step) {
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&step)) return "set the vCPUs to " + std::to_string(vcpus->to);
  if (const auto* balloon = std::get_if<model::SetBalloon>(&step))
    return "set the balloon to " + model::bytes_text(balloon->to_bytes);
  const char* what = model::is_tuning(step) ? "tuning" : model::memory_change(step) ? "memory" : "state";
  return std::string("changed the ") + what + " (" + model::describe(step) + ")";
}

}  // namespace

void DryRunHypervisor::know_node(const ports::NodeAddress& node) { real_.know_node(node); }
void DryRunHypervisor::forget_node(const std::string& node_uuid) { real_.forget_node(node_uuid); }

Result<ports::DomainFacts, ports::CallError> DryRunHypervisor::look(const ports::NodeAddress& node,
                                                                    const std::string& domain_uuid) {
  return real_.look(node, domain_uuid);
}

Result<void, ports::CallError> DryRunHypervisor::apply(const ports::NodeAddress& node, const std::string& domain_uuid,
                                                       const model::Step& step, Reach reach) {
  if (reach == Reach::kNextStart)
    return pretended("changed the definition (" + model::describe(step) + ")", domain_uuid, node);
  return pretended(deed_of(step), domain_uuid, node);
}

Result<ports::Applied, ports::CallError> DryRunHypervisor::is_applied(const ports::NodeAddress& node,
                                                                      const std::string& domain_uuid,
                                                                      const model::Step& step) {
  return real_.is_applied(node, domain_uuid, step);
}

Result<ports::MigrationProgress, ports::CallError> DryRunHypervisor::migrate(const ports::NodeAddress& source,
                                                                             const std::string& domain_uuid,
                                                                             const ports::NodeAddress& target,
                                                                             const ports::MigrationOptions&) {
  return pretended("begun the live migration to " + target.name, domain_uuid, source);
}

// It changes nothing, but costs the guest a little: a dry run leaves it out.
Result<std::int64_t, ports::CallError> DryRunHypervisor::available_memory_bytes(const ports::NodeAddress& node) {
  return real_.available_memory_bytes(node);
}

Result<double, ports::CallError> DryRunHypervisor::dirty_bytes_per_second(const ports::NodeAddress& node,
                                                                          const std::string& domain_uuid, int) {
  return pretended("sampled the dirty rate", domain_uuid, node);
}

Result<ports::Hypervisor::Figures, ports::CallError> DryRunHypervisor::migration_figures(const ports::NodeAddress& node,
                                                                                         const std::string& domain_uuid,
                                                                                         JobWhen when) {
  return real_.migration_figures(node, domain_uuid, when);
}

Result<void, ports::CallError> DryRunHypervisor::start_post_copy(const ports::NodeAddress& source,
                                                                 const std::string& domain_uuid) {
  return pretended("turned the migration to post-copy", domain_uuid, source);
}

Result<void, ports::CallError> DryRunHypervisor::set_autostart(const ports::NodeAddress& node,
                                                               const std::string& domain_uuid) {
  return pretended("set the autostart", domain_uuid, node);
}

Result<void, ports::CallError> DryRunHypervisor::cancel_job(const ports::NodeAddress& node,
                                                            const std::string& domain_uuid) {
  return pretended("cancelled the job", domain_uuid, node);
}

}  // namespace hotspot::io
