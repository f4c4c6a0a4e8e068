#include "actuator/model/history.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "actuator/model/series.h"

namespace hotspot::model {
namespace {

using telemetry::DiskSample;
using telemetry::InterfaceSample;
using telemetry::VcpuSample;

template <typename T>
using Fields = std::map<std::string, std::optional<double> T::*, std::less<>>;
template <typename T>
using ByteFields = std::map<std::string, std::optional<std::int64_t> T::*, std::less<>>;

const Fields<DomainSample> kDomainFields{
    {"domain_cpu_ratio", &DomainSample::cpu_ratio},
    {"domain_cpu_cores", &DomainSample::cpu_cores},
    {"domain_cpu_steal_ratio", &DomainSample::cpu_steal_ratio},
    {"domain_cpu_user_cores", &DomainSample::cpu_user_ratio},      // converted to a ratio once the vCPUs are known
    {"domain_cpu_system_cores", &DomainSample::cpu_system_ratio},  // likewise
    {"domain_swap_in_bytes_per_second", &DomainSample::swap_in_bytes_per_second},
    {"domain_swap_out_bytes_per_second", &DomainSample::swap_out_bytes_per_second},
    {"domain_major_faults_per_second", &DomainSample::major_faults_per_second},
    {"domain_minor_faults_per_second", &DomainSample::minor_faults_per_second}};

const ByteFields<DomainSample> kDomainByteFields{
    {"domain_memory_balloon_bytes", &DomainSample::memory_balloon_bytes},
    {"domain_memory_balloon_max_bytes", &DomainSample::memory_balloon_max_bytes},
    {"domain_memory_rss_bytes", &DomainSample::memory_rss_bytes},
    {"domain_memory_available_bytes", &DomainSample::memory_available_bytes},
    {"domain_memory_unused_bytes", &DomainSample::memory_unused_bytes},
    {"domain_memory_usable_bytes", &DomainSample::memory_usable_bytes}};

const Fields<VcpuSample> kVcpuFields{{"domain_vcpu_ratio", &VcpuSample::cpu_ratio}};

const Fields<DiskSample> kDiskFields{{"domain_block_read_bytes_per_second", &DiskSample::read_bytes_per_second},
                                     {"domain_block_write_bytes_per_second", &DiskSample::write_bytes_per_second},
                                     {"domain_block_read_ops_per_second", &DiskSample::read_ops_per_second},
                                     {"domain_block_write_ops_per_second", &DiskSample::write_ops_per_second}};

const Fields<InterfaceSample> kInterfaceFields{
    {"domain_net_receive_bytes_per_second", &InterfaceSample::receive_bytes_per_second},
    {"domain_net_transmit_bytes_per_second", &InterfaceSample::transmit_bytes_per_second},
    {"domain_net_receive_packets_per_second", &InterfaceSample::receive_packets_per_second},
    {"domain_net_transmit_packets_per_second", &InterfaceSample::transmit_packets_per_second},
    {"domain_net_receive_errors_per_second", &InterfaceSample::receive_errors_per_second},
    {"domain_net_transmit_errors_per_second", &InterfaceSample::transmit_errors_per_second},
    {"domain_net_receive_drops_per_second", &InterfaceSample::receive_drops_per_second},
    {"domain_net_transmit_drops_per_second", &InterfaceSample::transmit_drops_per_second}};

constexpr const char* kLinkSpeed = "node_net_speed_bytes_per_second";
const Fields<telemetry::LinkSample> kLinkFields{
    {"node_net_receive_bytes_per_second", &telemetry::LinkSample::receive_bytes_per_second},
    {"node_net_transmit_bytes_per_second", &telemetry::LinkSample::transmit_bytes_per_second},
    {kLinkSpeed, &telemetry::LinkSample::speed_bits_per_second}};

const Fields<NodeSample> kNodeFields{{"node_cpu_ratio", &NodeSample::cpu_ratio},
                                     {"node_cpu_user_ratio", &NodeSample::cpu_user_ratio},
                                     {"node_cpu_system_ratio", &NodeSample::cpu_system_ratio},
                                     {"node_cpu_iowait_ratio", &NodeSample::cpu_iowait_ratio},
                                     {"node_cpu_steal_ratio", &NodeSample::cpu_steal_ratio},
                                     {"node_cpu_domains_ratio", &NodeSample::cpu_domains_ratio},
                                     {"node_load_1m", &NodeSample::load_1m}};

const Fields<telemetry::Pressure> kPressureFields{
    {"node_pressure_cpu_some_ratio", &telemetry::Pressure::cpu_some_ratio},
    {"node_pressure_memory_some_ratio", &telemetry::Pressure::memory_some_ratio},
    {"node_pressure_io_some_ratio", &telemetry::Pressure::io_some_ratio}};

const ByteFields<NodeSample> kNodeByteFields{{"node_memory_free_bytes", &NodeSample::memory_free_bytes},
                                             {"node_memory_available_bytes", &NodeSample::memory_available_bytes}};

template <typename T>
bool put(const Fields<T>& fields, const std::string& name, double value, T& into) {
  const auto field = fields.find(name);
  if (field == fields.end()) return false;
  into.*(field->second) = value;
  return true;
}

template <typename T>
bool put(const ByteFields<T>& fields, const std::string& name, double value, T& into) {
  const auto field = fields.find(name);
  if (field == fields.end()) return false;
  into.*(field->second) = std::llround(value);
  return true;
}

template <typename T>
T& device_of(std::vector<T>& devices, const std::string& name) {
  for (T& one : devices) {
    if (one.device == name) return one;
  }
  devices.push_back(T{.device = name});
  return devices.back();
}

VcpuSample& vcpu_of(DomainSample& domain, int vcpu) {
  for (VcpuSample& one : domain.vcpu_samples) {
    if (one.vcpu == vcpu) return one;
  }
  domain.vcpu_samples.push_back({.vcpu = vcpu});
  return domain.vcpu_samples.back();
}

// One node at one moment, as far as its values are known.
struct Moment {
  NodeSample node;
  std::map<std::string, DomainSample> domains;
  std::map<std::string, double> node_share;  // of each domain: CPU time ÷ that of all CPUs of the node
  std::optional<double> memory_taken_bytes;
};

void put_domain(const HistorySeries& series, double value, Moment& moment) {
  DomainSample& domain = moment.domains[series.domain];
  if (series.name == "domain_cpu_node_ratio") moment.node_share[series.domain] = value;
  if (series.name == "domain_vcpus") domain.vcpus = static_cast<int>(std::llround(value));
  if (put(kDomainFields, series.name, value, domain) || put(kDomainByteFields, series.name, value, domain)) return;
  if (series.vcpu >= 0 && kVcpuFields.contains(series.name)) {
    put(kVcpuFields, series.name, value, vcpu_of(domain, series.vcpu));
  } else if (kDiskFields.contains(series.name)) {
    put(kDiskFields, series.name, value, device_of(domain.disks, series.device));
  } else if (kInterfaceFields.contains(series.name)) {
    put(kInterfaceFields, series.name, value, device_of(domain.interfaces, series.device));
  }
}

void put_node(const HistorySeries& series, double value, Moment& moment) {
  if (series.name == "node_memory_taken_bytes") moment.memory_taken_bytes = value;
  if (series.name == "node_cpus") moment.node.cpus = static_cast<int>(std::llround(value));
  if (series.name == "node_memory_bytes") moment.node.memory_bytes = std::llround(value);
  if (put(kNodeFields, series.name, value, moment.node)) return;
  if (put(kNodeByteFields, series.name, value, moment.node)) return;
  if (put(kPressureFields, series.name, value, moment.node.pressure)) return;
  if (!kLinkFields.contains(series.name)) return;
  const double bits_or_bytes = series.name == kLinkSpeed ? value * 8 : value;
  put(kLinkFields, series.name, bits_or_bytes, device_of(moment.node.links, series.device));
}

// The number of CPUs is not stored, but it follows from a domain's CPU time in cores and as a share of the node.
int cpus_of(const Moment& moment) {
  double best_cores = 0, best_share = 0;
  for (const auto& [name, share] : moment.node_share) {
    const auto& cores = moment.domains.at(name).cpu_cores;
    if (cores && share > best_share && share < 1) best_cores = *cores, best_share = share;
  }
  return best_share < 0.005 ? 0 : static_cast<int>(std::max(1LL, std::llround(best_cores / best_share)));
}

telemetry::NodeSnapshot complete(const std::string& name, Milliseconds step, WallTime time, Moment moment) {
  telemetry::NodeSnapshot snapshot;
  snapshot.taken_at = time;
  snapshot.interval_seconds = to_seconds(step);
  snapshot.elapsed_seconds = to_seconds(step);
  snapshot.node = std::move(moment.node);
  snapshot.node.name = name;
  snapshot.node.uuid = name;
  if (snapshot.node.cpus == 0) snapshot.node.cpus = cpus_of(moment);
  if (snapshot.node.memory_bytes == 0 && moment.memory_taken_bytes && snapshot.node.memory_available_bytes) {
    snapshot.node.memory_bytes = std::llround(*moment.memory_taken_bytes) + *snapshot.node.memory_available_bytes;
  }
  for (auto& [domain_name, domain] : moment.domains) {
    domain.name = domain_name;
    domain.uuid = domain_name;
    domain.state = telemetry::DomainState::kRunning;  // only a running domain has values
    const double vcpus = domain.vcpus.value_or(0);
    for (auto* ratio : {&domain.cpu_user_ratio, &domain.cpu_system_ratio}) {
      *ratio = *ratio && vcpus > 0 ? std::optional(**ratio / vcpus) : std::nullopt;
    }
    snapshot.domains.push_back(std::move(domain));
  }
  return snapshot;
}

// Iterates over all series of one node, step by step.
class NodeWalk {
 public:
  void add(const HistorySeries& series) { series_.push_back({&series, 0}); }

  // The timestamps of the series with the finest step.
  std::vector<WallTime> times() {
    for (const Walked& one : series_) {
      if (step_.count() == 0 || one.series->step < step_) step_ = one.series->step;
    }
    std::vector<WallTime> times;
    for (const Walked& one : series_) {
      if (one.series->step != step_) continue;
      for (const HistorySample& sample : one.series->samples) times.push_back(sample.time);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
  }

  // `time` must be later than in the previous call.
  telemetry::NodeSnapshot at(const std::string& name, WallTime time) {
    Moment moment;
    for (Walked& one : series_) take(one, time, moment);
    return complete(name, step_, time, std::move(moment));
  }

 private:
  struct Walked {
    const HistorySeries* series;
    std::size_t next;
  };

  static void take(Walked& one, WallTime time, Moment& moment) {
    const auto& samples = one.series->samples;
    while (one.next < samples.size() && samples[one.next].time <= time) ++one.next;
    if (one.next == 0) return;
    const HistorySample& newest = samples[one.next - 1];
    if (time - newest.time >= one.series->step) return;
    if (one.series->domain.empty()) {
      put_node(*one.series, newest.value, moment);
    } else {
      put_domain(*one.series, newest.value, moment);
    }
  }

  std::vector<Walked> series_;
  Milliseconds step_{0};
};

std::vector<std::string> with(std::vector<std::string> some, const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

const std::vector<std::string> kMemoryOfNode{"node_memory_bytes", "node_memory_taken_bytes",
                                             "node_memory_available_bytes"};
const std::vector<std::string> kNetOfNode{"node_net_receive_bytes_per_second", "node_net_transmit_bytes_per_second",
                                          "node_net_speed_bytes_per_second"};
const std::vector<std::string> kNetOfDomain{"domain_net_receive_bytes_per_second",
                                            "domain_net_transmit_bytes_per_second", "node_net_speed_bytes_per_second"};

// Series about the data themselves, or about what operators want, describe the present, not the past.
bool is_of_then(const SeriesInfo& series) { return !is_about_data(series) && series.name != "node_drain_requested"; }

// Series that are computed from stored values of other names.
const std::map<std::string_view, std::vector<std::string>> kMadeFrom{
    {"cluster_imbalance_ratio", with(kNetOfNode, with(kMemoryOfNode, {"node_cpu_ratio"}))},
    {"cluster_nodes_needed",
     with(kMemoryOfNode, {"node_cpu_ratio", "node_cpus", "domain_cpu_node_ratio", "domain_cpu_cores", "domain_vcpus",
                          "domain_cpu_ratio", "domain_memory_balloon_bytes", "domain_memory_rss_bytes"})},
    {"domain_cpu_node_ratio", {"domain_cpu_node_ratio", "domain_cpu_cores", "domain_vcpus", "domain_cpu_ratio"}},
    {"domain_cpu_user_ratio", {"domain_cpu_user_cores", "domain_vcpus"}},
    {"domain_cpu_system_ratio", {"domain_cpu_system_cores", "domain_vcpus"}},
    {"domain_memory_used_ratio", {"domain_memory_usable_bytes", "domain_memory_available_bytes"}},
    {"domain_net_used_ratio", kNetOfDomain},
    {"domain_volume",
     with(kNetOfDomain, {"domain_cpu_ratio", "domain_memory_usable_bytes", "domain_memory_available_bytes"})},
    {"domain_vsr", with(kNetOfDomain, {"domain_cpu_ratio", "domain_memory_usable_bytes",
                                       "domain_memory_available_bytes", "domain_memory_balloon_bytes"})},
    {"node_cpus", {"node_cpus", "domain_cpu_node_ratio", "domain_cpu_cores"}},
    {"node_domains", {"domain_cpu_ratio", "domain_vcpus", "domain_cpu_cores"}},
    {"node_memory_bytes", kMemoryOfNode},
    {"node_memory_used_ratio", kMemoryOfNode},
    // All links together: each link has to be known, even if only one value of it is.
    {"node_net_receive_bytes_per_second", kNetOfNode},
    {"node_net_speed_bytes_per_second", kNetOfNode},
    {"node_net_transmit_bytes_per_second", kNetOfNode},
    {"node_net_used_ratio", kNetOfNode},
    {"node_volume", with(kNetOfNode, with(kMemoryOfNode, {"node_cpu_ratio"}))}};

}  // namespace

std::vector<std::string> stored_inputs(std::string_view series) {
  const SeriesInfo* info = find_series(series);
  if (info == nullptr || !is_of_then(*info)) return {};
  const auto made = kMadeFrom.find(series);
  if (made != kMadeFrom.end()) return made->second;
  return {std::string(series)};
}

void for_each_snapshot(const std::vector<HistorySeries>& history, const Placement& placement,
                       const std::function<void(telemetry::NodeSnapshot)>& take) {
  std::map<std::string, NodeWalk> nodes;
  for (const HistorySeries& series : history) {
    const auto place = placement.find(series.domain);
    const bool placed = series.node.empty() && !series.domain.empty() && place != placement.end();
    nodes[placed ? place->second : series.node].add(series);
  }
  using Moments = std::pair<const std::string, NodeWalk>;
  std::vector<std::pair<WallTime, Moments*>> moments;
  for (Moments& one : nodes) {
    for (const WallTime time : one.second.times()) moments.emplace_back(time, &one);
  }
  std::stable_sort(moments.begin(), moments.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [time, node] : moments) take(node->second.at(node->first, time));
}

std::vector<telemetry::NodeSnapshot> snapshots_of(const std::vector<HistorySeries>& history,
                                                  const Placement& placement) {
  std::vector<telemetry::NodeSnapshot> snapshots;
  std::map<std::string, std::uint64_t> sequence;
  for_each_snapshot(history, placement, [&](telemetry::NodeSnapshot snapshot) {
    snapshot.sequence = ++sequence[snapshot.node.uuid];
    snapshots.push_back(std::move(snapshot));
  });
  return snapshots;
}

std::vector<HistorySeries> series_of(const std::vector<telemetry::NodeSnapshot>& snapshots) {
  using Key = std::tuple<std::string, std::string, std::string, int, std::string>;
  std::map<Key, HistorySeries> all;
  std::vector<SeriesValue> values;
  for (const telemetry::NodeSnapshot& snapshot : snapshots) {
    Cluster cluster;
    cluster.apply(snapshot, snapshot.taken_at);
    for (const SeriesInfo& info : series_catalog()) {
      if (!is_of_then(info)) continue;
      values.clear();
      read_series({cluster, snapshot.taken_at}, info, {}, values);
      for (const SeriesValue& one : values) {
        const std::string domain = one.domain == nullptr ? "" : one.domain->name;
        HistorySeries& series =
            all[{one.node->name(), domain, std::string(info.name), one.vcpu, std::string(one.device)}];
        if (series.name.empty()) {
          series = {std::string(info.name), one.node->name(), domain, one.vcpu, std::string(one.device), {}, {}};
        }
        series.step = Milliseconds(std::llround(snapshot.interval_seconds * 1000));
        series.samples.push_back({snapshot.taken_at, one.value});
      }
    }
  }
  std::vector<HistorySeries> result;
  for (auto& [key, series] : all) result.push_back(std::move(series));
  return result;
}

}  // namespace hotspot::model
