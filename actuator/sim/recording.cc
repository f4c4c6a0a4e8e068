#include "actuator/sim/recording.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "actuator/model/cluster.h"
#include "actuator/model/load.h"

namespace hotspot::simulation {
namespace {

constexpr double kLongestIntervalSeconds = 3600;

// What the node and what is no domain of it use.
NodeModel node_model(const telemetry::NodeSnapshot& snapshot) {
  const telemetry::NodeSample& sample = snapshot.node;
  NodeModel node{.name = sample.name, .uuid = sample.uuid, .cpus = sample.cpus, .memory_bytes = sample.memory_bytes};
  double domain_cores = 0;
  std::int64_t resident = 0;
  for (const telemetry::DomainSample& domain : snapshot.domains) {
    if (!model::is_running(domain)) continue;
    domain_cores += model::domain_cores_used(domain).value_or(0);
    resident += model::domain_resident_bytes(domain).value_or(0);
  }
  if (const auto used = model::node_cores_used(sample)) node.own_cores = std::max(0.0, *used - domain_cores);
  if (sample.memory_available_bytes)
    node.own_bytes = std::max<std::int64_t>(0, sample.memory_bytes - *sample.memory_available_bytes - resident);
  const double bits = model::fastest_link_bits_per_second(sample);
  if (bits > 0) node.link_bytes_per_second = bits / kBitsPerByte;
  return node;
}

bool is_whole(const telemetry::DomainSample& domain) {
  return model::is_running(domain) && domain.vcpus && *domain.vcpus > 0 && domain.memory_balloon_bytes;
}

DomainModel domain_model(const telemetry::DomainSample& sample, std::size_t node) {
  DomainModel domain{.name = sample.name, .uuid = sample.uuid, .node = node};
  domain.vcpus = *sample.vcpus;
  domain.vcpus_max = std::max(domain.vcpus, sample.vcpus_max.value_or(domain.vcpus));
  domain.memory_bytes = *sample.memory_balloon_bytes;
  domain.memory_max_bytes = std::max(domain.memory_bytes, sample.memory_balloon_max_bytes.value_or(0));
  domain.resident_bytes = sample.memory_rss_bytes.value_or(0);
  domain.dirty_bytes_per_second = sample.dirty_bytes_per_second.value_or(0);
  domain.policy = sample.policy;
  return domain;
}

double used_bytes(const telemetry::DomainSample& sample) {
  const std::int64_t balloon = *sample.memory_balloon_bytes;
  if (sample.memory_available_bytes && sample.memory_usable_bytes)
    return static_cast<double>(std::max<std::int64_t>(0, *sample.memory_available_bytes - *sample.memory_usable_bytes));
  return static_cast<double>(std::min(balloon, sample.memory_rss_bytes.value_or(balloon)));
}

double sum_of(const telemetry::DomainSample& sample, telemetry::Measured telemetry::InterfaceSample::*rate) {
  double sum = 0;
  for (const telemetry::InterfaceSample& one : sample.interfaces) sum += (one.*rate).value_or(0);
  return sum;
}

class Recording {
 public:
  explicit Recording(WallTime begins, WallTime ends) : begins_(begins) {
    scenario_.begins = begins;
    scenario_.recorded = ends - begins;
  }

  void add(const telemetry::NodeSnapshot& snapshot) {
    if (snapshot.node.cpus <= 0 || snapshot.node.memory_bytes <= 0) return;
    const auto [known, is_new] = nodes_.try_emplace(snapshot.node.uuid, scenario_.nodes.size());
    if (is_new) scenario_.nodes.push_back(node_model(snapshot));
    for (const telemetry::DomainSample& domain : snapshot.domains)
      if (is_whole(domain)) add(domain, snapshot, known->second);
  }

  Scenario take() {
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
      DomainModel& domain = scenario_.domains[i];
      for (auto& [demand, steps] :
           {std::pair{&domain.cores, &series_[i].cores}, std::pair{&domain.used_bytes, &series_[i].used},
            std::pair{&domain.receive, &series_[i].receive}, std::pair{&domain.transmit, &series_[i].transmit}}) {
        steps->repeats = scenario_.recorded;
        demand->shape = std::move(*steps);
      }
    }
    return std::move(scenario_);
  }

 private:
  struct Series {
    Steps cores, used, receive, transmit;
  };

  void add(const telemetry::DomainSample& domain, const telemetry::NodeSnapshot& snapshot, std::size_t node) {
    const auto [known, is_new] = domains_.try_emplace(domain.uuid, scenario_.domains.size());
    const Milliseconds at = snapshot.taken_at - begins_;
    if (is_new) {
      scenario_.domains.push_back(domain_model(domain, node));
      Series& series = series_.emplace_back();
      if (at > Milliseconds(0))
        for (Steps* one : {&series.cores, &series.used, &series.receive, &series.transmit})
          one->values.push_back({Milliseconds(0), 0});
    }
    Series& series = series_[known->second];
    put(series.cores, at, model::domain_cores_wanted(domain, snapshot.node).value_or(0));
    put(series.used, at, used_bytes(domain));
    put(series.receive, at, sum_of(domain, &telemetry::InterfaceSample::receive_bytes_per_second));
    put(series.transmit, at, sum_of(domain, &telemetry::InterfaceSample::transmit_bytes_per_second));
  }

  static void put(Steps& steps, Milliseconds at, double value) {
    if (!steps.values.empty() && steps.values.back().second == value) return;
    steps.values.push_back({at, value});
  }

  WallTime begins_;
  Scenario scenario_;
  std::map<std::string, std::size_t> nodes_, domains_;
  std::vector<Series> series_;
};

}  // namespace

Result<Scenario> scenario_of(std::vector<telemetry::NodeSnapshot> snapshots) {
  if (snapshots.empty()) return Error{"there is no snapshot in it"};
  std::stable_sort(snapshots.begin(), snapshots.end(),
                   [](const auto& a, const auto& b) { return a.taken_at < b.taken_at; });
  // The last one holds as long as its collector says.
  const double interval_ms = std::clamp(snapshots.back().interval_seconds, 0.0, kLongestIntervalSeconds) * 1000;
  Recording recording(snapshots.front().taken_at,
                      snapshots.back().taken_at + Milliseconds(static_cast<std::int64_t>(interval_ms)));
  for (const telemetry::NodeSnapshot& snapshot : snapshots) recording.add(snapshot);
  Scenario scenario = recording.take();
  if (scenario.nodes.empty()) return Error{"there is no node in it whose CPUs and memory are known"};
  if (scenario.domains.empty()) return Error{"there is no running domain in it whose vCPUs and memory are known"};
  return scenario;
}

}  // namespace hotspot::simulation
