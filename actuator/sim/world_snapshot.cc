#include "actuator/sim/world_snapshot.h"

#include <algorithm>

namespace hotspot::simulation {
namespace {

// Of what a guest lacks of memory, so much is paged in each second.
constexpr double kPagedRatio = 0.01;
constexpr double kPageBytes = 4096;

void fill_memory(const SimulatedDomain& domain, std::int64_t resident_bytes, telemetry::DomainSample& sample) {
  const std::int64_t balloon = domain.facts.balloon_bytes;
  const std::int64_t usable = std::max<std::int64_t>(0, balloon - static_cast<std::int64_t>(domain.memory.uses));
  sample.memory_balloon_bytes = balloon;
  sample.memory_balloon_max_bytes = domain.facts.balloon_max_bytes;
  sample.memory_rss_bytes = resident_bytes;
  sample.memory_available_bytes = balloon;
  sample.memory_unused_bytes = sample.memory_usable_bytes = usable;
  const double paged = kPagedRatio * std::max(0.0, domain.memory.asks - static_cast<double>(balloon));
  sample.swap_in_bytes_per_second = sample.swap_out_bytes_per_second = paged;
  sample.major_faults_per_second = paged / kPageBytes;
}

void fill_cpu(const SimulatedDomain& domain, telemetry::DomainSample& sample) {
  const double vcpus = domain.facts.vcpus;
  sample.cpu_ratio = domain.cores.gets / vcpus;
  sample.cpu_cores = domain.cores.gets;
  sample.cpu_steal_ratio = (domain.cores.wants - domain.cores.gets) / vcpus;
}

void fill_interface(const SimulatedDomain& domain, std::size_t index, telemetry::DomainSample& sample) {
  telemetry::InterfaceSample& one = sample.interfaces.emplace_back();
  one.device = "vnet" + std::to_string(index);
  one.receive_bytes_per_second = domain.receive;
  one.transmit_bytes_per_second = domain.transmit;
}

enum class Here { kRuns, kArrives };

telemetry::DomainSample sample_of(const World& world, std::size_t index, Here here) {
  const SimulatedDomain& domain = world.domains()[index];
  telemetry::DomainSample sample;
  sample.uuid = domain.model->uuid;
  sample.name = domain.model->name;
  sample.persistent = true;
  sample.vcpus = domain.facts.vcpus;
  sample.vcpus_max = domain.facts.vcpus_max;
  sample.policy = domain.model->policy;
  sample.job_active = domain.target.has_value();
  sample.started_at = static_cast<std::int64_t>(to_unix_seconds(domain.started_at));
  if (here == Here::kArrives) {
    sample.state = telemetry::DomainState::kPaused;
    sample.state_reason = "migrating";
    sample.memory_balloon_bytes = domain.facts.balloon_bytes;
    sample.memory_balloon_max_bytes = domain.facts.balloon_max_bytes;
    return sample;
  }
  sample.state = telemetry::DomainState::kRunning;
  fill_cpu(domain, sample);
  fill_memory(domain, world.resident_bytes(domain), sample);
  fill_interface(domain, index, sample);
  sample.dirty_bytes_per_second = domain.model->dirty_bytes_per_second;
  return sample;
}

telemetry::NodeSample node_sample(const SimulatedNode& node) {
  const NodeModel& model = *node.model;
  telemetry::NodeSample sample;
  sample.uuid = model.uuid;
  sample.name = model.name;
  sample.uri = uri_of(model);
  sample.hypervisor = "QEMU";
  sample.cpu_model = "simulated";
  sample.arch = "x86_64";
  sample.cpus = model.cpus;
  sample.memory_bytes = model.memory_bytes;
  sample.memory_free_bytes = sample.memory_available_bytes = node.available_bytes;
  sample.cpu_ratio = node.cpu_ratio();
  sample.cpu_domains_ratio = node.domain_cores / model.cpus;
  telemetry::LinkSample& link = sample.links.emplace_back();
  link.device = "eth0";
  link.speed_bits_per_second = model.link_bytes_per_second * kBitsPerByte;
  link.receive_bytes_per_second = node.receive;
  link.transmit_bytes_per_second = node.transmit;
  return sample;
}

}  // namespace

// Of the UUID, since a recorded name may be no host name.
std::string uri_of(const NodeModel& node) { return "qemu+tls://" + uuid_from(node.uuid) + "/system"; }

telemetry::NodeSnapshot snapshot_of(const World& world, std::size_t index, const CollectorModel& collector,
                                    const SimulatedClock& clock) {
  const SimulatedNode& node = world.nodes()[index];
  telemetry::NodeSnapshot snapshot;
  snapshot.cluster = collector.cluster;
  snapshot.taken_at = clock.now();
  snapshot.sequence = static_cast<std::uint64_t>(clock.passed() / collector.interval) + 1;
  snapshot.interval_seconds = std::chrono::duration<double>(collector.interval).count();
  snapshot.elapsed_seconds = snapshot.interval_seconds;
  snapshot.collector.version = "simulated";
  snapshot.node = node_sample(node);
  snapshot.domains.reserve(node.domains.size() + node.arriving.size());
  for (const std::size_t one : node.domains) snapshot.domains.push_back(sample_of(world, one, Here::kRuns));
  for (const std::size_t one : node.arriving) snapshot.domains.push_back(sample_of(world, one, Here::kArrives));
  return snapshot;
}

}  // namespace hotspot::simulation
