#include "actuator/sim/stored_history.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "actuator/sim/placing.h"
#include "actuator/sim/scenario_file.h"

namespace hotspot::simulation {
namespace {

constexpr const char *kCpuCores = "domain_cpu_cores", *kVcpuRatio = "domain_vcpu_ratio", *kVcpuCount = "domain_vcpus";
constexpr const char *kBalloonBytes = "domain_memory_balloon_bytes", *kRssBytes = "domain_memory_rss_bytes";
constexpr const char *kAvailableBytes = "domain_memory_available_bytes", *kUsableBytes = "domain_memory_usable_bytes";
constexpr const char *kNetReceive = "domain_net_receive_bytes_per_second",
                     *kNetTransmit = "domain_net_transmit_bytes_per_second";
constexpr int kMostVcpus = 4096;
constexpr double kMostBytes = 1e15;
// What is resident says little of what the guest needs. Of half, no usual rule thinks that it is too much or too
// little.
constexpr double kUsedRatioIfUnknown = 0.5;

using ByName = std::multimap<std::string, const model::HistorySeries*>;

// Values over time since the start: each holds for the interval that it is the mean of.
class Values {
 public:
  explicit Values(const StoredHistory& history) : history_(history) {}

  // Several series (of devices) are summed up.
  void add(const model::HistorySeries& series, double factor = 1) {
    step_ = std::max(step_, series.step);
    for (const model::HistorySample& sample : series.samples)
      if (std::isfinite(sample.value)) at_[sample.time] += factor * sample.value;
  }
  void add(const ByName& all, const char* name) {
    for (auto [one, end] = all.equal_range(name); one != end; ++one) add(*one->second);
  }

  bool empty() const { return at_.empty(); }
  Milliseconds step() const { return step_; }
  double last() const { return at_.empty() ? 0 : at_.rbegin()->second; }
  double highest() const {
    double most = 0;
    for (const auto& [time, value] : at_) most = std::max(most, value);
    return most;
  }
  std::optional<double> at(WallTime time) const {
    const auto found = at_.find(time);
    return found == at_.end() ? std::nullopt : std::optional(found->second);
  }

  Demand demand() const {
    Steps steps;
    steps.repeats = history_.to - history_.from;
    Milliseconds until{0};  // what is known so far
    for (const auto& [time, value] : at_) {
      const Milliseconds ends = time - history_.from, begins = std::max(ends - step_, until);
      if (ends <= begins) continue;
      if (begins > until || steps.values.empty()) put(steps, until, begins > until ? 0 : value);
      put(steps, begins, std::max(0.0, value));
      until = ends;
    }
    put(steps, until, 0);
    return {std::move(steps), 0};
  }

 private:
  static void put(Steps& steps, Milliseconds at, double value) {
    if (!steps.values.empty() && steps.values.back().first == at) steps.values.pop_back();
    if (!steps.values.empty() && steps.values.back().second == value) return;
    steps.values.push_back({at, value});
  }

  const StoredHistory& history_;
  std::map<WallTime, double> at_;  // the end of each interval
  Milliseconds step_{0};
};

int vcpus_of(const ByName& all, const Values& cores, const StoredHistory& history) {
  Values stored(history);
  stored.add(all, kVcpuCount);
  double count = stored.last();
  for (auto [one, end] = all.equal_range(kVcpuRatio); one != end; ++one)
    count = std::max(count, one->second->vcpu + 1.0);
  return static_cast<int>(std::clamp(std::ceil(std::max(count, cores.highest() - 0.05)), 1.0, double{kMostVcpus}));
}

std::int64_t bytes_of(double value) { return static_cast<std::int64_t>(std::clamp(value, 0.0, kMostBytes)); }

Demand used_bytes_of(const ByName& all, const DomainModel& domain, const StoredHistory& history) {
  Values available(history), usable(history), used(history);
  available.add(all, kAvailableBytes);
  usable.add(all, kUsableBytes);
  for (auto [one, end] = all.equal_range(kAvailableBytes); one != end; ++one) {
    model::HistorySeries series{.name = "", .step = one->second->step, .samples = {}};
    for (const model::HistorySample& sample : one->second->samples)
      if (const auto left = usable.at(sample.time)) series.samples.push_back({sample.time, sample.value - *left});
    used.add(series);
  }
  if (!used.empty()) return used.demand();
  return {Constant{kUsedRatioIfUnknown * static_cast<double>(domain.memory_bytes)}, 0};
}

std::string node_of(const ByName& all) {
  const model::HistorySeries* newest = nullptr;
  for (const auto& [name, series] : all)
    if (!series->node.empty() && !series->samples.empty() &&
        (newest == nullptr || series->samples.back().time > newest->samples.back().time))
      newest = series;
  return newest == nullptr ? "" : newest->node;
}

// Empty: its CPU time or its memory is not stored.
std::optional<DomainModel> domain_of(const std::string& name, const ByName& all, const StoredHistory& history) {
  Values cores(history), balloon(history), rss(history), receive(history), transmit(history);
  cores.add(all, kCpuCores);
  balloon.add(all, kBalloonBytes);
  rss.add(all, kRssBytes);
  if (cores.empty() || (balloon.empty() && rss.empty())) return std::nullopt;
  receive.add(all, kNetReceive);
  transmit.add(all, kNetTransmit);
  DomainModel domain{.name = name, .uuid = uuid_from("domain " + name)};
  domain.vcpus = domain.vcpus_max = vcpus_of(all, cores, history);
  domain.memory_bytes = domain.memory_max_bytes =
      std::max<std::int64_t>(1, bytes_of(balloon.empty() ? rss.highest() : balloon.last()));
  if (!rss.empty()) domain.resident_bytes = std::clamp<std::int64_t>(bytes_of(rss.last()), 1, domain.memory_bytes);
  domain.cores = cores.demand();
  domain.used_bytes = used_bytes_of(all, domain, history);
  domain.receive = receive.demand();
  domain.transmit = transmit.demand();
  return domain;
}

}  // namespace

std::vector<std::string> names_for_domains() {
  return {kCpuCores,       kVcpuRatio,   kVcpuCount,  kBalloonBytes, kRssBytes,
          kAvailableBytes, kUsableBytes, kNetReceive, kNetTransmit};
}

Result<StoredScenario> scenario_of(const StoredHistory& history, Scenario nodes) {
  std::map<std::string, ByName> domains;
  StoredScenario made;
  for (const model::HistorySeries& series : history.series) {
    if (series.domain.empty() || series.samples.empty()) continue;
    domains[series.domain].emplace(series.name, &series);
    made.resolution = std::max(made.resolution, series.step);
  }
  if (domains.size() > kMostDomains) return Error{"there are more than " + std::to_string(kMostDomains) + " domains"};
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < nodes.nodes.size(); ++i) places[nodes.nodes[i].name] = i;
  Placing placing;
  std::vector<DomainModel> homeless;  // after those of which something says where they ran
  for (const auto& [name, all] : domains) {
    auto domain = domain_of(name, all, history);
    const auto place = places.find(node_of(all));
    if (!domain) {
      made.left_out.push_back(name);
    } else if (place == places.end()) {
      homeless.push_back(std::move(*domain));
    } else {
      domain->node = placing.place(nodes.nodes, *domain, place->second);
      nodes.domains.push_back(std::move(*domain));
    }
  }
  made.placed = homeless.size();
  for (DomainModel& domain : homeless) {
    domain.node = placing.place(nodes.nodes, domain, std::nullopt);
    nodes.domains.push_back(std::move(domain));
  }
  if (nodes.domains.empty()) return Error{"there is no domain in it whose CPU time and memory are stored"};
  nodes.begins = history.from;
  nodes.recorded = history.to - history.from;
  made.scenario = std::move(nodes);
  return made;
}

}  // namespace hotspot::simulation
