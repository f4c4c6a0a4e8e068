#include "actuator/plan/board/demand.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "actuator/model/load.h"

namespace hotspot::plan {
namespace {

constexpr double kBusyRatio = 0.95, kHiddenCpuRatio = 0.5, kHiddenMemoryRatio = 0.25;
// Less may be a page that was swapped out long ago.
constexpr double kLeastSwapIn = 100.0 * 1024;

void set(DomainDemand& demand, BoardResource resource, double amount) {
  of(demand.amounts, resource) = bounded(amount);
  demand.measured |= bit_of(resource);
}

void set_cpu(DomainDemand& demand, const model::DomainRef& of, DemandView view) {
  const telemetry::DomainSample& domain = *of.domain;
  const std::optional<double> wanted = model::domain_cores_wanted(domain, of.node->snapshot->node);
  if (!wanted) return;
  const double stolen = model::domain_cores_stolen(domain, of.node->snapshot->node);
  demand.steal = stolen > 0;
  double cores = *wanted;
  const double vcpus = domain.vcpus.value_or(0);
  if (view == DemandView::kCorrected && vcpus > 0 && domain.cpu_ratio) {
    demand.vcpu_limit = *domain.cpu_ratio + stolen / vcpus >= kBusyRatio;
    if (demand.vcpu_limit) cores += (*wanted - stolen) * kHiddenCpuRatio;
  }
  set(demand, BoardResource::kCpu, cores * static_cast<double>(kMicrocores));
}

void set_memory(DomainDemand& demand, const telemetry::DomainSample& domain, DemandView view) {
  const std::optional<std::int64_t> footprint = model::domain_footprint_bytes(domain);
  if (!footprint) return;
  of(demand.amounts, BoardResource::kMemory) = std::min(*footprint, kMostOfDomain);
  demand.measured |= bit_of(BoardResource::kMemory);
  if (view == DemandView::kMeasured || domain.swap_in_bytes_per_second.value_or(0) < kLeastSwapIn) return;
  const std::int64_t balloon = *domain.memory_balloon_bytes;
  const auto hidden = static_cast<Amount>(static_cast<double>(balloon) * kHiddenMemoryRatio);
  const Amount more = std::clamp<Amount>(domain.memory_balloon_max_bytes.value_or(balloon) - balloon, 0, hidden);
  demand.memory_pressure = more > 0;
  of(demand.amounts, BoardResource::kMemory) += more;
}

void set_flows(DomainDemand& demand, const telemetry::DomainSample& domain) {
  double receive = 0, transmit = 0, disk = 0;
  bool network_known = !domain.interfaces.empty(), disk_known = !domain.disks.empty();
  for (const telemetry::InterfaceSample& one : domain.interfaces) {
    network_known = network_known && one.receive_bytes_per_second && one.transmit_bytes_per_second;
    receive += one.receive_bytes_per_second.value_or(0);
    transmit += one.transmit_bytes_per_second.value_or(0);
  }
  for (const telemetry::DiskSample& one : domain.disks) {
    disk_known = disk_known && one.read_bytes_per_second && one.write_bytes_per_second;
    disk += one.read_bytes_per_second.value_or(0) + one.write_bytes_per_second.value_or(0);
  }
  if (network_known) set(demand, BoardResource::kNetwork, std::max(receive, transmit));
  if (disk_known) set(demand, BoardResource::kDisk, disk);
}

}  // namespace

DomainDemand demand_of(const model::DomainRef& domain, DemandView view) {
  DomainDemand demand;
  set_cpu(demand, domain, view);
  set_memory(demand, *domain.domain, view);
  set_flows(demand, *domain.domain);
  return demand;
}

std::string corrections_text(const DomainDemand& demand) {
  std::vector<std::string> names;
  if (demand.steal) names.push_back("steal");
  if (demand.vcpu_limit) names.push_back("its vCPU limit");
  if (demand.memory_pressure) names.push_back("memory pressure");
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "corrected for " : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

}  // namespace hotspot::plan
