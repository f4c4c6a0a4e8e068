#include "collectd-plugin/collector.h"

#include <algorithm>
#include <unordered_map>

#include "common/libvirt/domain_state.h"
#include "telemetry/rates.h"

namespace hotspot::collector {
namespace {

using telemetry::busy_ratio;
using telemetry::DomainSample;
using telemetry::DomainState;
using telemetry::NodeSnapshot;
using telemetry::rate_per_second;

bool runs(const DomainReading& domain) {
  const DomainState state = virt::domain_state(domain.state);
  return state == DomainState::kRunning || state == DomainState::kBlocked;
}

template <typename Item, typename Key>
const Item* find_by(const std::vector<Item>* items, const Key& key, Key Item::*member) {
  if (items == nullptr) return nullptr;
  const auto found = std::find_if(items->begin(), items->end(), [&](const Item& item) { return item.*member == key; });
  return found == items->end() ? nullptr : &*found;
}

// The rates since the previous reading; none if there is none.
template <typename Item>
class Rates {
 public:
  Rates(const Item* before, const Item& now, std::optional<double> elapsed)
      : before_(before), now_(now), elapsed_(elapsed) {}
  std::optional<double> per_second(Count Item::*counter) const {
    return before_ == nullptr ? std::nullopt : rate_per_second(before_->*counter, now_.*counter, elapsed_);
  }
  std::optional<double> busy(Count Item::*counter_ns, int parallel = 1) const {
    return before_ == nullptr ? std::nullopt : busy_ratio(before_->*counter_ns, now_.*counter_ns, elapsed_, parallel);
  }

 private:
  const Item* before_;
  const Item& now_;
  std::optional<double> elapsed_;
};

// Two readings of a domain, and the snapshot's row that was made from the earlier one.
struct Pair {
  const DomainReading* before = nullptr;  // null: nothing to compare with
  const DomainReading& now;
  SteadyTime before_at, now_at;           // of the complete readings
  const DomainSample* earlier = nullptr;  // null: no rates to keep

  // Between two readings of one group; empty if the group was not read again.
  std::optional<double> elapsed(SteadyTime ReadTimes::*group) const {
    if (before == nullptr) return std::nullopt;
    const SteadyTime from = before->times.*group == SteadyTime() ? before_at : before->times.*group;
    const SteadyTime to = now.times.*group == SteadyTime() ? now_at : now.times.*group;
    return to > from ? std::optional(std::chrono::duration<double>(to - from).count()) : std::nullopt;
  }
  bool held(SteadyTime ReadTimes::*group) const {
    return before != nullptr && now.times.*group != SteadyTime() && now.times.*group == before->times.*group;
  }
};

void add_vcpus(const DomainReading* before, const DomainReading& now, std::optional<double> elapsed,
               DomainSample& sample) {
  double steal = 0;
  int measured = 0;
  for (const VcpuReading& vcpu : now.vcpu_readings) {
    const Rates rates(find_by(before ? &before->vcpu_readings : nullptr, vcpu.vcpu, &VcpuReading::vcpu), vcpu, elapsed);
    sample.vcpu_samples.push_back({.vcpu = vcpu.vcpu,
                                   .cpu_ratio = rates.busy(&VcpuReading::time_ns),
                                   .steal_ratio = rates.busy(&VcpuReading::delay_ns),
                                   .wait_ratio = rates.busy(&VcpuReading::wait_ns)});
    if (const auto& ratio = sample.vcpu_samples.back().steal_ratio) {
      steal += *ratio;
      ++measured;
    }
  }
  if (measured > 0) sample.cpu_steal_ratio = steal / measured;
}

// The mean duration of a request; empty if none completed.
std::optional<double> latency_seconds(std::optional<double> ns_per_second, std::optional<double> ops_per_second) {
  if (!ns_per_second || !ops_per_second || !(*ops_per_second > 0)) return std::nullopt;
  return *ns_per_second / *ops_per_second / 1e9;
}

void add_disks(const Pair& pair, DomainSample& sample) {
  using R = DiskReading;
  const auto elapsed = pair.elapsed(&ReadTimes::disks);
  for (const DiskReading& disk : pair.now.disks) {
    const auto bytes = [](Count value) {
      return value ? telemetry::MeasuredBytes(static_cast<std::int64_t>(*value)) : std::nullopt;
    };
    if (pair.held(&ReadTimes::disks) && pair.earlier != nullptr) {
      const auto* kept = find_by(&pair.earlier->disks, disk.device, &telemetry::DiskSample::device);
      if (kept != nullptr) {
        sample.disks.push_back(*kept);
        continue;
      }
    }
    const Rates rates(find_by(pair.before ? &pair.before->disks : nullptr, disk.device, &R::device), disk, elapsed);
    sample.disks.push_back(
        {.device = disk.device,
         .read_bytes_per_second = rates.per_second(&R::read_bytes),
         .write_bytes_per_second = rates.per_second(&R::write_bytes),
         .read_ops_per_second = rates.per_second(&R::read_ops),
         .write_ops_per_second = rates.per_second(&R::write_ops),
         .flush_ops_per_second = rates.per_second(&R::flush_ops),
         .read_latency_seconds = latency_seconds(rates.per_second(&R::read_ns), rates.per_second(&R::read_ops)),
         .write_latency_seconds = latency_seconds(rates.per_second(&R::write_ns), rates.per_second(&R::write_ops)),
         .allocation_bytes = bytes(disk.allocation_bytes),
         .capacity_bytes = bytes(disk.capacity_bytes),
         .physical_bytes = bytes(disk.physical_bytes)});
  }
}

void add_interfaces(const Pair& pair, DomainSample& sample) {
  const auto elapsed = pair.elapsed(&ReadTimes::interfaces);
  for (const InterfaceReading& one : pair.now.interfaces) {
    using R = InterfaceReading;
    const Rates rates(find_by(pair.before ? &pair.before->interfaces : nullptr, one.device, &R::device), one, elapsed);
    sample.interfaces.push_back({.device = one.device,
                                 .receive_bytes_per_second = rates.per_second(&R::receive_bytes),
                                 .transmit_bytes_per_second = rates.per_second(&R::transmit_bytes),
                                 .receive_packets_per_second = rates.per_second(&R::receive_packets),
                                 .transmit_packets_per_second = rates.per_second(&R::transmit_packets),
                                 .receive_errors_per_second = rates.per_second(&R::receive_errors),
                                 .transmit_errors_per_second = rates.per_second(&R::transmit_errors),
                                 .receive_drops_per_second = rates.per_second(&R::receive_drops),
                                 .transmit_drops_per_second = rates.per_second(&R::transmit_drops)});
  }
}

void add_memory(const Pair& pair, DomainSample& sample) {
  if (pair.held(&ReadTimes::memory) && pair.earlier != nullptr) {
    sample.swap_in_bytes_per_second = pair.earlier->swap_in_bytes_per_second;
    sample.swap_out_bytes_per_second = pair.earlier->swap_out_bytes_per_second;
    sample.major_faults_per_second = pair.earlier->major_faults_per_second;
    sample.minor_faults_per_second = pair.earlier->minor_faults_per_second;
    return;
  }
  using R = MemoryReading;
  const Rates<R> rates(pair.before, pair.now, pair.elapsed(&ReadTimes::memory));
  sample.swap_in_bytes_per_second = rates.per_second(&R::swap_in_bytes);
  sample.swap_out_bytes_per_second = rates.per_second(&R::swap_out_bytes);
  sample.major_faults_per_second = rates.per_second(&R::major_faults);
  sample.minor_faults_per_second = rates.per_second(&R::minor_faults);
}

void add_job(const DomainReading& now, DomainSample& sample) {
  sample.job_active = now.job_active;
  for (const auto& [name, value] : now.job) {
    if (name == "data_total") sample.job_total_bytes = value;
    if (name == "data_remaining") sample.job_remaining_bytes = value;
  }
}

void add_needs(const TargetNeeds& needs, DomainSample& sample) {
  sample.machine = needs.machine;
  sample.cpu_mode = needs.cpu_mode;
  sample.cpu_vendor = needs.cpu_vendor;
  sample.huge_page_bytes = needs.huge_page_bytes;
  sample.huge_pages_bytes = needs.huge_pages_bytes;
  sample.networks = needs.networks;
  sample.node_interfaces = needs.node_interfaces;
  sample.files = needs.files;
  sample.emulated_tpm = needs.emulated_tpm;
}

void add_gauges(const DomainReading& now, DomainSample& sample) {
  sample.uuid = now.uuid;
  sample.name = now.name;
  sample.state = virt::domain_state(now.state);
  sample.state_reason = virt::state_reason(now.state, now.state_reason);
  sample.persistent = now.definition->persistent;
  sample.emulated = now.definition->emulated;
  sample.vcpus = now.vcpus;
  sample.vcpus_max = now.vcpus_max;
  sample.memory_balloon_bytes = now.balloon_bytes;
  sample.memory_balloon_max_bytes = now.balloon_max_bytes;
  sample.memory_rss_bytes = now.rss_bytes;
  sample.memory_available_bytes = now.available_bytes;
  sample.memory_unused_bytes = now.unused_bytes;
  sample.memory_usable_bytes = now.usable_bytes;
  sample.memory_disk_caches_bytes = now.disk_caches_bytes;
  if (now.dirty_bytes_per_second) sample.dirty_bytes_per_second = static_cast<double>(*now.dirty_bytes_per_second);
  sample.disk_sources = now.definition->disks;
  sample.memory_devices = now.definition->memory_devices;
  sample.memory_max_bytes = now.definition->memory_max_bytes;
  sample.memory_slots = now.definition->memory_slots;
  sample.migration_obstacles = now.definition->migration_obstacles;
  sample.policy = now.definition->policy;
  sample.started_at = now.started_at;
  add_needs(now.definition->needs, sample);
}

// CPU time of the vCPUs only, as the guest sees it; a vCPU plugged in since then started at zero. If libvirt does not
// list the vCPUs, the domain as a whole.
std::optional<double> vcpus_busy_ratio(const DomainReading& before, const DomainReading& now,
                                       std::optional<double> elapsed, int vcpus) {
  double used = 0;
  for (const VcpuReading& vcpu : now.vcpu_readings) {
    const VcpuReading* earlier = find_by(&before.vcpu_readings, vcpu.vcpu, &VcpuReading::vcpu);
    const auto ratio = busy_ratio(earlier != nullptr ? earlier->time_ns : Count(0), vcpu.time_ns, elapsed, vcpus);
    // More CPU time than elapsed time means that the vCPU was not newly plugged in, but missing in the earlier reading.
    if (!ratio || (earlier == nullptr && *ratio * vcpus > 1)) return std::nullopt;
    used += *ratio;
  }
  return now.vcpu_readings.empty() ? std::nullopt : std::optional(used);
}

DomainSample sample_domain(Pair pair) {
  DomainSample sample;
  const DomainReading& now = pair.now;
  add_gauges(now, sample);
  add_job(now, sample);
  // A domain that was paused in between used less than the elapsed time, and a restarted one counts from zero: neither
  // has a rate.
  if (!runs(now) || (pair.before != nullptr && (!runs(*pair.before) || pair.before->id != now.id))) {
    pair.before = nullptr;
    pair.earlier = nullptr;
  }
  const DomainReading* before = pair.before;
  const auto elapsed = pair.elapsed(&ReadTimes::cpu);
  // libvirt's vCPU times may have been read at another time than the domain's.
  const bool vcpus_apart = now.times.vcpus != SteadyTime();
  const auto vcpus_elapsed = vcpus_apart ? pair.elapsed(&ReadTimes::vcpus) : elapsed;
  using R = DomainReading;
  const Rates rates(before, now, elapsed);
  // If the number of vCPUs changed, part of the time passed with the old and part with the new number.
  const int vcpus = std::max(now.vcpus.value_or(0), before ? before->vcpus.value_or(0) : 0);
  if (before != nullptr) sample.cpu_ratio = vcpus_busy_ratio(*before, now, vcpus_elapsed, vcpus);
  if (!sample.cpu_ratio) sample.cpu_ratio = rates.busy(&R::cpu_ns, vcpus);
  sample.cpu_cores = rates.busy(&R::cpu_ns);
  sample.cpu_user_ratio = rates.busy(&R::cpu_user_ns, vcpus);
  sample.cpu_system_ratio = rates.busy(&R::cpu_system_ns, vcpus);
  add_memory(pair, sample);
  add_vcpus(before, now, vcpus_elapsed, sample);
  add_disks(pair, sample);
  add_interfaces(pair, sample);
  return sample;
}

// Shares of the sum over all kinds of CPU time, so that they do not depend on the kernel's clock.
void add_node_cpu(const NodeReading* before, const NodeReading& now, telemetry::NodeSample& node) {
  if (before == nullptr) return;
  const auto advance = [&](Count NodeReading::*counter) {
    return rate_per_second(before->*counter, now.*counter, 1.0);
  };
  const auto user = advance(&NodeReading::cpu_user_ns), system = advance(&NodeReading::cpu_system_ns),
             idle = advance(&NodeReading::cpu_idle_ns);
  // The kernel may later move time between idle and iowait (proc(5)), so that either can decrease slightly; after a
  // reboot all of them start from zero.
  if (!user || !system || !before->cpu_idle_ns || !now.cpu_idle_ns) return;
  const auto iowait = advance(&NodeReading::cpu_iowait_ns), steal = advance(&NodeReading::cpu_steal_ns);
  const double total = *user + *system + idle.value_or(0) + iowait.value_or(0) + steal.value_or(0);
  if (!(total > 0)) return;
  node.cpu_ratio = (*user + *system) / total;
  node.cpu_user_ratio = *user / total;
  node.cpu_system_ratio = *system / total;
  if (iowait) node.cpu_iowait_ratio = *iowait / total;
  if (steal) node.cpu_steal_ratio = *steal / total;
}

void add_node_rates(const NodeReading* before, const NodeReading& now, std::optional<double> elapsed,
                    telemetry::NodeSample& node) {
  const Rates rates(before, now, elapsed);
  node.swap_in_bytes_per_second = rates.per_second(&NodeReading::swap_in_bytes);
  node.swap_out_bytes_per_second = rates.per_second(&NodeReading::swap_out_bytes);
  for (const LinkReading& link : now.links) {
    using R = LinkReading;
    const Rates of_link(find_by(before ? &before->links : nullptr, link.device, &R::device), link, elapsed);
    node.links.push_back({.device = link.device,
                          .speed_bits_per_second = link.speed_bits_per_second,
                          .receive_bytes_per_second = of_link.per_second(&R::receive_bytes),
                          .transmit_bytes_per_second = of_link.per_second(&R::transmit_bytes)});
  }
}

void add_domains(const Reading* before, const Reading& now, const NodeSnapshot* earlier, NodeSnapshot& snapshot) {
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t place = 0; before != nullptr && place < before->domains.size(); ++place)
    known.emplace(before->domains[place].uuid, place);
  const bool same_rows = earlier != nullptr && before != nullptr && earlier->domains.size() == before->domains.size();
  double cores = 0;
  bool measured = false;
  snapshot.domains.reserve(now.domains.size());
  for (const DomainReading& domain : now.domains) {
    Pair pair{.now = domain, .before_at = before ? before->at : SteadyTime(), .now_at = now.at};
    if (const auto found = known.find(domain.uuid); found != known.end()) {
      pair.before = &before->domains[found->second];
      if (same_rows) pair.earlier = &earlier->domains[found->second];
    }
    const DomainSample& sample = snapshot.domains.emplace_back(sample_domain(pair));
    if (!sample.cpu_cores) continue;
    cores += *sample.cpu_cores;
    measured = true;
  }
  const bool none_and_read_before = before != nullptr && now.domains.empty();
  if ((measured || none_and_read_before) && snapshot.node.cpus > 0)
    snapshot.node.cpu_domains_ratio = cores / snapshot.node.cpus;
}

}  // namespace

telemetry::NodeSnapshot make_snapshot(const Reading* before, const Reading& now, const SnapshotContext& context) {
  NodeSnapshot snapshot;
  snapshot.cluster = context.cluster;
  snapshot.taken_at = now.taken_at;
  snapshot.sequence = context.sequence;
  snapshot.interval_seconds = context.interval_seconds;
  snapshot.collector = context.collector;
  snapshot.collector.read_seconds = now.read_seconds;
  snapshot.collector.timed_out_domains = static_cast<std::int64_t>(now.silent_domains.size());
  snapshot.node = now.node.fixed;
  if (!context.actuator_uri.empty()) snapshot.node.uri = context.actuator_uri;
  if (before != nullptr && now.at > before->at) {
    snapshot.elapsed_seconds = std::chrono::duration<double>(now.at - before->at).count();
  } else {
    before = nullptr;
  }
  add_node_cpu(before ? &before->node : nullptr, now.node, snapshot.node);
  add_node_rates(before ? &before->node : nullptr, now.node, snapshot.elapsed_seconds, snapshot.node);
  add_domains(before, now, before ? context.earlier : nullptr, snapshot);
  return snapshot;
}

}  // namespace hotspot::collector
